"""What waits for a reviewer: to do, put aside, done; each entry with what makes it risky, in a few queries."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from statistics import median
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from contacts.customers.models import Objection
from contacts.customers.rules import minor_on
from contacts.requests.models import ContactRequest, Review, Snooze
from contacts.requests.reach import open_to
from contacts.requests.reviewers import Desk, desks
from contacts.requests.rules import State
from contacts.rulebook.selectors import rule_set_in_force
from portal.access.roles import Role
from portal.people.models import User
from portal.together import Together

if TYPE_CHECKING:
    from django.db.models import QuerySet

#: The instant by which a list is ordered, and the request.
Key = tuple[datetime, int]
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SOON = timedelta(hours=24)
SECOND_WITHIN = timedelta(days=30)
DONE_WITHIN = timedelta(days=28)
WEEK = timedelta(days=7)
#: The hour at which a snoozed entry comes back.
WAKES_AT = 8


@dataclass(frozen=True, slots=True)
class Hint:
    """A word, with its colour and icon."""

    tone: str
    word: str
    icon: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One request in the inbox."""

    asked: ContactRequest
    due_at: datetime
    hints: list[Hint]
    snoozed_until: datetime | None
    last_day: str

    @property
    def may_snooze(self) -> bool:
        return bool(self.last_day)


@dataclass(frozen=True)
class Waiting:
    """Everything that waits for a person at an instant."""

    desks: dict[int, Desk]
    asleep: dict[int, datetime]
    at: datetime

    @property
    def to_do(self) -> list[Key]:
        """The first due first."""
        return sorted((self.due_at(pk), pk) for pk in self.desks if pk not in self.asleep)

    @property
    def snoozed(self) -> list[Key]:
        """The first to come back first."""
        return sorted((until, pk) for pk, until in self.asleep.items())

    def due_at(self, pk: int) -> datetime:
        due = self.desks[pk].row.due_at
        assert due is not None
        return due


@dataclass(frozen=True, slots=True)
class Glance:
    """Whether there is anything among which what is this person's to decide, or to look at afterwards, would have to be
    found out; and when they gave each verdict of the last seven days, with since when it had waited."""

    may_decide: bool
    may_look: bool
    verdicts: list[tuple[datetime, datetime | None]]


def glance_of(user: User, *, at: datetime) -> Glance:
    """One query that is written once: most inboxes are empty most of the time."""
    read = _GLANCE[user.has_role(Role.DPO)](user=user.pk, today=timezone.localdate(at), since=at - WEEK, at=at)
    return Glance(bool(read["stages"]), bool(read["dangers"]), read["week"])


def _glance(
    roles: list[str], *, user: int, today: date, since: datetime, at: datetime
) -> dict[str, QuerySet[Any, Any]]:
    somebody = User(pk=user, roles=roles, is_active=True)
    return open_to(somebody, today=today) | {
        "week": Review.objects.filter(reviewer=user, at__gte=since, at__lte=at).values_list("at", "step__since")
    }


_GLANCE = {
    officer: Together(partial(_glance, [str(Role.DPO if officer else Role.MANAGER)])) for officer in (True, False)
}


def waiting_of(user: User, *, at: datetime, glance: Glance | None = None) -> Waiting:
    """Who decides is derived; what is snoozed wakes by the comparison with the time."""
    if glance is not None and not glance.may_decide:
        return Waiting({}, {}, at)
    mine = {pk: desk for pk, desk in desks(at=at, user=user).items() if desk.seat_of(user) is not None}
    stages = {desk.row.pk: pk for pk, desk in mine.items()}
    own = Snooze.objects.visible_to(user).asleep(at).filter(stage__in=stages)
    return Waiting(mine, {stages[row.stage_id]: row.until for row in own}, at)


@dataclass(frozen=True, slots=True)
class Part:
    """One page of a list by key, and the addresses of its neighbours (None where there is none)."""

    keys: list[Key]
    back: str | None
    further: str | None


def part_of(keys: list[Key], after: str, *, size: int) -> Part:
    """What comes behind a key. The key need not be there any more: what was decided meanwhile shifts nothing. Where
    nothing is behind it any more, the last page is shown: something waits."""
    place = _place(after)
    start = bisect_right(keys, place) if place is not None else 0
    start = start if start < len(keys) else max(0, len(keys) - size)
    end = start + size
    before = _words(keys[start - size - 1]) if start > size else ""
    return Part(keys[start:end], before if start else None, _words(keys[end - 1]) if end < len(keys) else None)


def _words(key: Key) -> str:
    return f"{round(key[0].timestamp() * 1_000_000)}-{key[1]}"


def _place(words: str) -> Key | None:
    """The key in an address; nonsense means the first page."""
    moment, _sign, number = words.partition("-")
    if not all(part.isascii() and part.isdigit() and len(part) < 17 for part in (moment, number)):
        return None
    return EPOCH + timedelta(microseconds=int(moment)), int(number)


def entries(waiting: Waiting, keys: list[Key]) -> list[Entry]:
    """The requests behind these keys, in their order. Two queries, none where there is no key."""
    if not keys:
        return []
    ids = [pk for _moment, pk in keys]
    objections = Objection.objects.filter(customer=OuterRef("customer"))
    recently = {"created_at__gte": waiting.at - SECOND_WITHIN}
    others = ContactRequest.objects.filter(customer=OuterRef("customer"), **recently).exclude(state=State.DRAFT)
    rows = ContactRequest.objects.filter(pk__in=ids).select_related("requester", "customer", "contact_point")
    marked = rows.annotate(
        has_objection=Exists(objections), has_second=Exists(others.exclude(pk=OuterRef("pk")))
    ).in_bulk()
    child_age = rule_set_in_force(waiting.at).thresholds.child_age
    return [_entry(marked[pk], waiting, child_age) for pk in ids if pk in marked]


def _entry(asked: ContactRequest, waiting: Waiting, child_age: int) -> Entry:
    desk, due_at = waiting.desks[asked.pk], waiting.due_at(asked.pk)
    hints = list(_hints(asked, desk, due_at, waiting.at, child_age))
    return Entry(asked, due_at, hints, waiting.asleep.get(asked.pk), last_day(due_at, waiting.at))


def _hints(asked: ContactRequest, desk: Desk, due_at: datetime, at: datetime, child_age: int) -> Iterable[Hint]:
    """What a reviewer should know before opening it, the most pressing first."""
    if due_at <= at:
        yield Hint("forbidden", _("Overdue"), "exclamation-triangle-fill")
    elif due_at <= at + SOON:
        yield Hint("manager", _("Due within a day"), "clock-history")
    if asked.special_category:
        yield Hint("dpo", _("Sensitive data"), "shield-lock-fill")
    if minor_on(asked.customer.birth_date, timezone.localdate(at), child_age) != "no":
        yield Hint("forbidden", _("Customer is a minor"), "person-circle")
    if asked.has_objection:  # type: ignore[attr-defined]
        yield Hint("forbidden", _("Customer has objected to something"), "slash-circle")
    if asked.has_second:  # type: ignore[attr-defined]
        yield Hint("manager", _("Another request about this customer"), "list")
    if len(desk.stage.seats) > 1 or desk.missing > 1:
        yield Hint("quiet", _("Others can decide too"), "person-check")


def last_day(due_at: datetime, at: datetime) -> str:
    """The last day to which it can be snoozed, as a form wants it; empty if it must be decided before tomorrow."""
    day = timezone.localdate(due_at)
    if morning(day) > due_at:
        day -= timedelta(days=1)
    return day.isoformat() if morning(day) > at and day > timezone.localdate(at) else ""


def morning(day: date) -> datetime:
    """When an entry that is snoozed to a day comes back."""
    at = datetime.combine(day, datetime.min.time()).replace(hour=WAKES_AT)
    return timezone.make_aware(at, timezone.get_default_timezone())


def done_by(user: User, *, at: datetime):
    """This person's verdicts of the last weeks."""
    related = ("request__requester", "request__customer", "request__contact_point")
    return Review.objects.filter(reviewer=user, at__gte=at - DONE_WITHIN).select_related(*related)


def week_of(glance: Glance) -> tuple[int, int | None]:
    """How many verdicts in the last seven days, and within how many hours half of them were given."""
    took = [(end - since).total_seconds() / 3600 for end, since in glance.verdicts if since is not None]
    return len(glance.verdicts), max(1, round(median(took))) if took else None
