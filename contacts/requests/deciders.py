"""Words about who decides: by name, and why somebody who was meant does not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contacts.requests.models import AfterReview
from contacts.requests.models.routing import GROUPS
from contacts.requests.reviewers import after_seats
from contacts.requests.routing.people import Why
from contacts.requests.routing.resolving import How, Seat, Stage
from contacts.requests.routing.table import Quorum, Step, Who
from portal.access.roles import Role
from portal.people.models import Department, User
from portal.vocabulary import Channel, Outcome, Purpose

if TYPE_CHECKING:
    from contacts.requests.models import ContactRequest, RoutingRule, RoutingTable
    from contacts.requests.reviewers import Desk, People, Way

# Whether a colleague's account was closed or a course is missing is not told to others.
WHY_NOT: dict[str, str | Promise] = {
    Why.NO_MANAGER: gettext_lazy("No line manager is entered."),
    Why.INACTIVE: gettext_lazy("Somebody who was meant to decide is not here any more."),
    Why.REQUESTER: gettext_lazy("%(name)s is the same person as the one who asks."),
    Why.EDITOR: gettext_lazy("%(name)s has written the text."),
    Why.DEPUTY_OF_REQUESTER: gettext_lazy("%(name)s stands in for the person who asks."),
    Why.ALREADY: gettext_lazy("%(name)s decides or has decided in another stage."),
    Why.NO_ROLE: gettext_lazy("Somebody who was meant to decide does not do so any more."),
    Why.ABSENT: gettext_lazy("%(name)s is absent."),
    Why.UNTRAINED: gettext_lazy("%(name)s cannot decide at the moment."),
}
HOW: dict[str, str | Promise] = {
    How.DEPUTY: gettext_lazy("%(name)s for %(absent)s"),
    How.ABOVE: gettext_lazy("%(name)s (the level above)"),
    How.ESCALATED: gettext_lazy("%(name)s (because the time is over)"),
    How.REASSIGNED: gettext_lazy("%(name)s (handed on)"),
}


def seat_words(seat: Seat, people: People) -> str:
    """“Markus Klein for Helga Braun”: both names."""
    names = {"name": str(people.users[seat.person])}
    if seat.stands_for is not None:
        return str(HOW[How.DEPUTY]) % (names | {"absent": str(people.users[seat.stands_for])})
    return str(HOW.get(seat.how, "%(name)s")) % names


def skip_words(stage: Stage, people: People) -> list[str]:
    """Why those who were meant do not decide. Officers who are left out of a pool of several are not mentioned."""
    told = stage.skipped if not stage.step.of_officers or len(stage.seats) < 2 else ()
    users = people.users
    words = (
        str(WHY_NOT[skip.why]) % {"name": str(users[skip.person]) if skip.person in users else _("Somebody")}
        for skip in told
        if skip.why != Why.ALREADY
    )
    return list(dict.fromkeys(words))


@dataclass(frozen=True, slots=True)
class Waiting:
    """What the page of a waiting request says: who decides, until when, and why not somebody else."""

    names: tuple[str, ...]
    why: tuple[str, ...]
    due_at: datetime | None
    overdue: bool
    needed: int
    approvals: int


def waiting_words(desk: Desk | None, *, at: datetime) -> Waiting | None:
    if desk is None:
        return None
    row, people = desk.row, desk.people
    overdue = row.due_at is not None and row.due_at <= at
    names = tuple(seat_words(seat, people) for seat in sorted(desk.stage.seats, key=lambda seat: seat.person))
    why = tuple(skip_words(desk.stage, people))
    return Waiting(names, why, row.due_at, overdue, row.needed, desk.approvals)


@dataclass(frozen=True, slots=True)
class After:
    """What the page says about an act in imminent danger."""

    row: AfterReview
    names: tuple[str, ...]
    may_judge: bool
    overdue: bool


def after_words(request: ContactRequest, user: User, *, at: datetime) -> After | None:
    """None where nobody acted at once."""
    rows = AfterReview.objects.filter(request=request).select_related(
        "request__edited_by", "requester", "reviewer", "stands_for", "permit"
    )
    row = rows.first()
    if row is None:
        return None
    if row.verdict:
        return After(row, (), may_judge=False, overdue=False)
    seats, people = after_seats([row], at=at)[row.pk]
    names = tuple(seat_words(seat, people) for seat in sorted(seats, key=lambda seat: seat.person))
    mine = any(seat.person == user.pk for seat in seats)
    return After(row, names, may_judge=mine, overdue=row.due_at <= at)


def who_decides(way: Way) -> str:
    """Who will decide about a question that is handed in now, by name."""
    if way.dead_end:
        return _("Nobody can decide about this: it needs a data protection officer other than you and your manager.")
    sentences = [_stage_words(stage, place, len(way.stages), way.people) for place, stage in enumerate(way.stages)]
    if len(way.stages) == 2 and way.stages[1].step.of_officers and len(way.stages[0].seats) == 1:
        words = {"manager": _names(way.stages[0], way.people), "officers": _names(way.stages[1], way.people)}
        sentences = [_("First %(manager)s decides, then the data protection officer: %(officers)s.") % words]
    passed = [word for stage in way.stages for word in skip_words(stage, way.people)]
    return " ".join([*passed, *sentences])


def _names(stage: Stage, people: People) -> str:
    return ", ".join(seat_words(seat, people) for seat in stage.seats)


def _stage_words(stage: Stage, place: int, stages: int, people: People) -> str:
    values = {"names": _names(stage, people), "place": place + 1, "count": stage.needed}
    if stages > 1:
        return _("Stage %(place)d: %(names)s.") % values
    if stage.needed > 1:
        return _("%(count)d of these people decide: %(names)s.") % values
    one = len(stage.seats) == 1
    return (_("%(names)s decides.") if one else _("One of these people decides: %(names)s.")) % values


# --- the routing table in words


@dataclass(frozen=True, slots=True)
class RuleRow:
    position: int
    conditions: tuple[tuple[str, str], ...]
    steps: tuple[str, ...]


def table_rows(table: RoutingTable | None) -> list[RuleRow]:
    """Each rule: for what, and who decides. Three queries, whatever the number of rules."""
    rules = list(table.rules.order_by("position")) if table is not None else []
    steps = [step for rule in rules for step in rule.line().steps]
    people = {one.pk: str(one) for one in User.objects.filter(pk__in=[s.person for s in steps if s.person])}
    departments = {one.pk: one.name for one in Department.objects.all()} if rules else {}
    return [
        RuleRow(
            rule.position,
            tuple(_conditions(rule, departments)),
            tuple(step_words(step, people) for step in rule.line().steps),
        )
        for rule in rules
    ]


def _conditions(rule: RoutingRule, departments: dict[int, str]) -> Iterator[tuple[str, str]]:
    labels = (
        (_("Answer"), [str(Outcome(value).label) for value in rule.outcomes]),
        (_("Department"), [departments.get(pk, _("a department that is gone")) for pk in rule.departments]),
        (_("Customer"), [str(dict(GROUPS)[value]) for value in rule.groups]),
        (_("Reason"), [str(Purpose(value).label) for value in rule.purposes]),
        (_("Channel"), [str(Channel(value).label) for value in rule.channels]),
    )
    for label, words in labels:
        if words:
            yield label, ", ".join(words)


def step_words(step: Step, people: dict[int, str]) -> str:
    """“Data protection officer, all of them”."""
    who = {
        Who.LINE_MANAGER: _("the line manager"),
        Who.NAMED: people.get(step.person or 0, _("somebody who is gone")),
        Who.DPO: _("a data protection officer"),
        Who.ROLE: str(Role(step.role).label) if step.role else "",
    }[step.who]
    match step.quorum:
        case Quorum.ALL:
            return _("%(who)s: all of them") % {"who": who}
        case Quorum.COUNT:
            return _("%(who)s: %(count)d of them") % {"who": who, "count": step.count}
        case _:
            return who


CHANGED: dict[str, str | Promise] = {
    "draft_text": gettext_lazy("the text"),
    "contact_point": gettext_lazy("the address"),
    "account": gettext_lazy("the account"),
    "private_account": gettext_lazy("the account"),
    "purpose": gettext_lazy("the reason"),
    "planned_at": gettext_lazy("the time"),
    "urgency": gettext_lazy("the urgency"),
    "uses_wanted": gettext_lazy("the number of contacts"),
}


def changed_words(names: Iterable[str]) -> str:
    """“the text, the address” - what is different from the submission before."""
    words = (str(CHANGED.get(name, _("a statement about the contact"))) for name in names)
    return ", ".join(dict.fromkeys(words))
