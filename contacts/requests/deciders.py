"""Words about who decides: by name, and why somebody who was meant does not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contacts.requests.models import AfterReview
from contacts.requests.models.routing import GROUPS
from contacts.requests.presenting import reasons_by_id
from contacts.requests.reviewers import after_seats
from contacts.requests.routing.alike import Alone, Part
from contacts.requests.routing.people import Why
from contacts.requests.routing.resolving import How, Seat, Skip, Stage
from contacts.requests.routing.table import Quorum, Step, Who
from contacts.requests.rules import State
from portal.access.roles import Role
from portal.people.models import Department, User
from portal.vocabulary import Channel, Outcome, Purpose

if TYPE_CHECKING:
    from contacts.requests.models import ContactRequest, RoutingRule, RoutingTable
    from contacts.requests.reviewers import Desk, People, Way
    from contacts.requests.routing.alike import LeftOut
    from contacts.requests.services.deciding_together import Result

# Whether a colleague's account was closed or a course is missing is not told to others.
WHY_NOT: dict[str, str | Promise] = {
    Why.NO_MANAGER: gettext_lazy("No line manager is entered."),
    Why.INACTIVE: gettext_lazy("Somebody who was meant to decide is not here any more."),
    Why.REQUESTER: gettext_lazy("%(name)s is the same person as the one who asks."),
    Why.EDITOR: gettext_lazy("%(name)s has written the text."),
    Why.DEPUTY_OF_REQUESTER: gettext_lazy("%(name)s stands in for the person who asks."),
    Why.MAKER_OF_KEY: gettext_lazy("%(name)s has made a key with which a system acts for the person who asks."),
    Why.ALREADY: gettext_lazy("%(name)s decides or has decided in another stage."),
    Why.NO_ROLE: gettext_lazy("Somebody who was meant to decide does not do so any more."),
    Why.ABSENT: gettext_lazy("%(name)s is away until %(day)s."),
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
    words = (str(WHY_NOT[skip.why]) % _about(skip, people) for skip in told if skip.why != Why.ALREADY)
    return list(dict.fromkeys(words))


def _about(skip: Skip, people: People) -> dict[str, str]:
    """Who was meant, and the last day of the absence where that is why."""
    person, last = skip.person or 0, people.away_until.get(skip.person or 0)
    name = str(people.users[person]) if person in people.users else _("Somebody")
    return {"name": name, "day": date_format(last, "SHORT_DATE_FORMAT") if last else ""}


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


def short_words(way: Way, number: str) -> str:
    """Which stage asks for more approvals than there are people for. Empty where it is not the number that is wrong
    but nobody is there at all."""
    place = next((place for place, stage in enumerate(way.stages) if stage.short), None)
    if place is None or not way.stages[place].seats:
        return ""
    stage, names = way.stages[place], {pk: str(user) for pk, user in way.people.users.items()}
    words = {"number": number, "place": place + 1, "who": step_words(stage.step, names)}
    return _(
        "Nobody could decide about %(number)s: stage %(place)d (%(who)s) asks for %(needed)d approvals. People who "
        "could give one: %(seats)d. Ask the data protection officer to change the routing table; the draft is kept."
    ) % (words | {"needed": stage.needed, "seats": len(stage.seats)})


def who_decides(way: Way) -> str:
    """Who will decide about a question that is handed in now, by name."""
    if way.dead_end:
        return short_words(way, _("this question")) or _(
            "Nobody can decide about this: it needs a data protection officer other than you and your manager."
        )
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


# --- several at once

ALONE: dict[str, str | Promise] = {
    Alone.CHANGED: gettext_lazy("It is no longer what was handed in."),
    Alone.OFFICER: gettext_lazy("The data protection officer reads each one."),
    Alone.SENSITIVE: gettext_lazy("It contains health or other sensitive data."),
    Alone.MINOR: gettext_lazy("The customer is a minor."),
    Alone.OBJECTION: gettext_lazy("The customer has objected to something."),
    Alone.DANGER: gettext_lazy("It is about imminent danger."),
    Alone.WORDING: gettext_lazy("Its text may be advertising."),
    Alone.TOO_MANY: gettext_lazy("At most 50 are decided together."),
}
PARTS: dict[str, str | Promise] = {
    Part.REASON: gettext_lazy("another reason"),
    Part.WAY: gettext_lazy("another channel"),
    Part.ACCOUNT: gettext_lazy("another account"),
    Part.TEXT: gettext_lazy("another text"),
    Part.STATEMENTS: gettext_lazy("other statements about the contact"),
    Part.RULES: gettext_lazy("another answer of the rules"),
}


def alone_words(out: LeftOut) -> str:
    """Why a request is decided on its own."""
    if out.why == Alone.DIFFERENT:
        parts = ", ".join(str(PARTS[part]) for part in out.parts)
        return _("It is not equal to the others: %(parts)s.") % {"parts": parts}
    return str(ALONE[out.why])


def result_words(result: Result) -> tuple[str, str, str]:
    """Tone, word and sentence of what became of one request."""
    asked = result.request
    if result.done and asked is not None:
        return _done_words(result, asked)
    if result.earlier:
        return "quiet", _("Nothing changed"), _("You had decided otherwise before.")
    if result.left_out is not None:
        return "quiet", _("Left out"), alone_words(result.left_out)
    return "manager", _("Not decided"), result.refusal or _("It does not wait for your decision any more.")


def _done_words(result: Result, asked: ContactRequest) -> tuple[str, str, str]:
    again = _("This was recorded by an earlier press.") if result.earlier else ""
    if result.verdict == "refused":
        return "forbidden", _("Not approved"), again or _("Your refusal is recorded.")
    if asked.state == State.REFUSED:
        return "forbidden", _("Refused by the rules"), " ".join(reasons_by_id(asked.refusal_reason))
    if asked.state == State.GRANTED:
        return "allowed", _("Approved"), again or _("The person has a permit and is told.")
    return "manager", _("Your approval is recorded"), again or _("Somebody else still has to decide.")


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
