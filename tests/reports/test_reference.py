"""What the statements count is what plain loops count, over worlds that chance made: every cell, with the people behind
it and behind each part that a wider look adds, for every kind of look."""

from collections import defaultdict
from datetime import timedelta
from random import Random
from statistics import median

import pytest

from contacts.reports.plots.endings import months_of
from contacts.reports.plots.flow import decided
from contacts.reports.plots.in_force import held_at
from contacts.reports.plots.objections import met
from contacts.reports.plots.outcomes import ended
from contacts.reports.plots.waiting import ages_of
from contacts.reports.rules import AGES
from contacts.reports.scope import Look, scope_of
from contacts.requests.models import Contact, ContactRequest, Permit, Review
from portal.people.hiding import Cell

BASES = {
    "GDPR Art. 6(1)(b),(f)": "contract",
    "GDPR Art. 6(1)(f)": "interest",
    "UWG §7(3)": "existing",
    "GDPR Art. 6(1)(f); UWG §7(3)": "existing",
    "": "other",
}
LOOKS = (
    {}, {"weeks": 26}, {"weeks": 52, "purpose": "service"}, {"channel": "email"},
    {"purpose": "marketing", "channel": "phone", "weeks": 52},
)  # fmt: skip


@pytest.fixture(params=range(3))
def chance(request):
    return Random(request.param)


@pytest.fixture
def many(world, cast, now, chance):
    """Some of everything, instants on the edges of weeks among them."""
    people = [*world.people(4, manager=cast.mona), *world.people(2, "q", manager=cast.max), cast.anna]
    edges = Look(now, 52).chosen.edges
    for number in range(70):
        begins = chance.choice(edges) if number % 5 == 0 else now - timedelta(hours=chance.randrange(1, 24 * 370))
        asked = {"channel": chance.choice(("email", "phone")), "purpose": chance.choice(("service", "marketing"))}
        _make(world, cast, chance, chance.choice(people), begins, asked)


def _make(world, cast, chance, who, begins, asked):
    kind = chance.choice(("permit", "permit", "reviewed", "refused", "waits"))
    if kind == "waits":
        since = world.now - timedelta(hours=chance.choice((3, 24, 30, 60, 120, 300)))
        world.asked(who, state=chance.choice(("with_manager", "with_dpo")), waiting_since=since, **asked)
    elif kind == "refused":
        world.asked(who, state=chance.choice(("refused", "lapsed", "cancelled")), closed=begins, **asked)
    elif kind == "reviewed":
        world.reviewed(who, chance.choice((cast.mona, cast.dora)), at=begins, hours=chance.randrange(1, 40), **asked)
    else:
        _permit(world, chance, who, begins, asked)


def _permit(world, chance, who, begins, asked):
    basis, consent = chance.choice(list(BASES)), chance.random() < 0.2
    state = chance.choice(("active", "used", "used", "revoked"))
    until = begins + timedelta(days=chance.randrange(2, 200))
    uses = chance.randrange(1, 4)
    made = {"begins": begins, "until": until, "basis": basis, "consent": consent, "state": state, "uses": uses}
    permit = world.permit(who, **made, **asked)
    for number in range(uses if state == "used" else uses - 1):
        result = chance.choice(("sent", "objected", "full_block"))
        world.used(permit, at=begins + (until - begins) * (0.2 + 0.2 * number), result=result)


# --- the plain loops


def counted(things) -> dict[object, Cell]:
    """Things as (key, part, person): the cells of what was chosen (part 0) with the people of the other parts."""
    number, people = defaultdict(int), defaultdict(set)
    for key, part, person in things:
        number[key, part] += 1
        people[key, part].add(person)
    return {key: _cell(key, number, people) for key, part in number if part == 0}


def _cell(key, number, people) -> Cell:
    apart = sorted(len(those) for (other, part), those in people.items() if other == key and part != 0)
    return Cell(number[key, 0], len(people[key, 0]), tuple(apart))


def told(cells) -> dict[object, Cell]:
    """What the statements found, the other parts in no order."""
    return {key: Cell(cell.count, cell.people, tuple(sorted(cell.apart))) for key, cell in cells.items() if cell.count}


def part_of(row, look, ring=0):
    purpose = look.purpose in ("", row.purpose)
    channel = look.channel in ("", row.contact_point.channel)
    return (0 if purpose else 1) + (0 if channel else 2) + 4 * ring


def in_scope(scope, person) -> bool:
    return scope.everybody or person in scope.people


def ring_of(look, at):
    """0 in the chosen weeks, one more for each longer period that begins before `at`; None outside of all."""
    if at >= look.chosen.edges[-1] or at < look.rings[0]:
        return None
    return sum(at < edge for edge in look.rings)


def each_with_all(key, part, person):
    return [(key, part, person), (None, part, person)]


# --- each report


@pytest.fixture(params=LOOKS, ids=str)
def look(request, now):
    return Look(now, **request.param)


@pytest.fixture(params=["dora", "mona"])
def scope(request, many, cast):
    return scope_of(getattr(cast, request.param))


def test_every_report_counts_what_plain_loops_count(scope, look):
    _in_force(scope, look)
    _endings(scope, look)
    _waiting(scope, look)
    _outcomes(scope, look)
    _objections(scope, look)
    _decisions(scope, look)


def _in_force(scope, look):
    things = []
    for row in Permit.objects.select_related("contact_point"):
        ends = [row.valid_until, *([row.revoked_at] if row.revoked_at else [])]
        ends += [max(use.at for use in row.uses.all())] if row.state == "used" else []
        basis = (
            "consent" if row.rests_on_consent else BASES[row.request.decisions.filter(stage="submit")[0].legal_basis]
        )
        for place, edge in enumerate(look.chosen.edges, 1):
            if in_scope(scope, row.holder_id) and row.valid_from <= edge < min(ends):
                things += [((key, place), part_of(row, look), row.holder_id) for key in (basis, None)]
    assert told(held_at(scope, look)) == counted(things)


def _endings(scope, look):
    things = []
    for row in Permit.objects.filter(state="active", valid_until__gt=look.at).select_related("contact_point"):
        if in_scope(scope, row.holder_id):
            place = sum(edge <= row.valid_until for edge in look.months.edges)
            things += each_with_all(place, part_of(row, look), row.holder_id)
    parts, _told, total, _with_total = months_of(scope, look)
    found = dict(enumerate(parts, 1)) | {None: total}
    assert told(found) == counted(things)


def _waiting(scope, look):
    things = []
    for row in ContactRequest.objects.filter(state__in=("with_manager", "with_dpo")).select_related("contact_point"):
        if in_scope(scope, row.requester_id):
            age = sum(look.at - row.waiting_since > timedelta(days=days) for days in AGES)
            things += each_with_all(age, part_of(row, look), row.requester_id)
    parts, _told, total, _with_total = ages_of(scope, look)
    assert told(dict(enumerate(parts)) | {None: total}) == counted(things)


def _outcomes(scope, look):
    things = []
    for row in ContactRequest.objects.exclude(closed_at=None).select_related("contact_point"):
        ring = ring_of(look, row.closed_at)
        if in_scope(scope, row.requester_id) and ring is not None:
            keys = [(reason, end) for reason in (row.purpose, None) for end in (row.state, None)]
            things += [(key, part_of(row, look, ring), row.requester_id) for key in keys]
    assert told(ended(scope, look)) == counted(things)


def _objections(scope, look):
    made, hits = [], []
    for row in Contact.objects.select_related("use__permit__contact_point"):
        permit, ring = row.use.permit, ring_of(look, row.logged_at)
        if in_scope(scope, permit.holder_id) and ring is not None:
            things = each_with_all(permit.contact_point.channel, part_of(permit, look, ring), permit.holder_id)
            made += things
            hits += things if row.result in ("objected", "withdrew", "full_block") else []
    found, found_hits = met(scope, look)
    # Each customer of this world is met once, so the employees are always the fewer.
    assert told(found) == counted(made)
    assert {key: cell.count for key, cell in told(found_hits).items()} == {
        key: cell.count for key, cell in counted(hits).items()
    }


def _decisions(scope, look):
    things, hours = [], defaultdict(list)
    for row in Review.objects.select_related("request__contact_point", "step"):
        place = sum(edge <= row.at for edge in look.chosen.edges)
        mine = scope.everybody or (row.reviewer_id == scope.reader.pk and row.requester_id in scope.people)
        if mine and 0 < place < len(look.chosen.edges):
            part = part_of(row.request, look)
            things.append((place, part, row.requester_id if not scope.everybody else (row.reviewer_id,)))
            if part == 0:
                hours[place].append((row.at - row.step.since).total_seconds() / 3600)
    found, times = decided(scope, look)
    assert {place: cell.count for place, cell in told(found).items()} == {
        place: cell.count for place, cell in counted(things).items()
    }
    assert {place: values[0] for place, values in times.items()} == {
        place: pytest.approx(median(all_of)) for place, all_of in hours.items()
    }
