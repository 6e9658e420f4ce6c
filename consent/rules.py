"""The state of a consent at an instant. Standard library only; time comes in as an argument.

Intervals are half-open: at the first instant of the day after `ends_on`, or exactly N months after the last use,
the consent has already changed. Local dates are those of the zone that is passed in.
"""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

UTC = ZoneInfo("UTC")


class EventKind(StrEnum):
    """What can happen to a consent; the values of ConsentEvent.kind."""

    REQUESTED = "requested"
    CONFIRMED = "confirmed"
    GIVEN = "given"
    USED = "used"
    RENEWED = "renewed"
    WENT_STALE = "went_stale"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    IMPORTED = "imported"


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Months of silence until a consent is stale and until it has ended; days that a double opt-in waits."""

    stale_after_months_unused: int = 24
    expired_after_months_unused: int = 48
    doi_ttl_days: int = 14


@dataclass(frozen=True, slots=True)
class ConsentDates:
    """What the events of one consent add up to."""

    requested_at: datetime | None = None
    given_at: datetime | None = None
    last_used_at: datetime | None = None
    ends_on: date | None = None
    withdrawn_at: datetime | None = None
    proof: bool = False


@dataclass(frozen=True, slots=True)
class Event:
    """One event as the resolver needs it."""

    kind: str
    at: datetime
    proof: bool = False
    ends_on: date | None = None


def resolve(events: Iterable[Event]) -> ConsentDates:
    """Fold events, oldest first, into dates. Passage events (went_stale, expired) record and change nothing."""
    dates = ConsentDates()
    for event in events:
        dates = _apply(dates, event)
    return dates


def _apply(dates: ConsentDates, event: Event) -> ConsentDates:
    match event.kind:
        case EventKind.REQUESTED:
            # Anybody can type an address: a sign-up neither wipes a consent nor hides a withdrawal.
            return replace(dates, requested_at=event.at)
        case EventKind.GIVEN | EventKind.CONFIRMED | EventKind.IMPORTED | EventKind.RENEWED:
            return ConsentDates(
                requested_at=dates.requested_at,
                given_at=event.at,
                last_used_at=event.at,
                ends_on=event.ends_on,
                proof=event.proof,
            )
        case EventKind.USED:
            return replace(dates, last_used_at=max(event.at, dates.last_used_at or event.at))
        case EventKind.WITHDRAWN:
            return replace(dates, withdrawn_at=event.at)
        case _:
            return dates


def state_at(dates: ConsentDates, at: datetime, zone: ZoneInfo, thresholds: Thresholds) -> str:
    """`none`, `pending_doi`, `active`, `stale`, `expired` or `withdrawn` at the instant `at` (aware).

    A withdrawal beats everything (Art. 7(3) GDPR); then the earliest end; then silence.
    """
    if dates.withdrawn_at is not None and at >= dates.withdrawn_at:
        return "withdrawn"
    if dates.given_at is None or at < dates.given_at:
        return _before_given(dates, at, thresholds)
    if at >= expires_at(dates, zone, thresholds):
        return "expired"
    return "stale" if at >= stale_at(dates, zone, thresholds) else "active"


def _before_given(dates: ConsentDates, at: datetime, thresholds: Thresholds) -> str:
    asked = dates.requested_at
    if asked is None or at < asked:
        return "none"
    return "pending_doi" if at < asked + timedelta(days=thresholds.doi_ttl_days) else "none"


def expires_at(dates: ConsentDates, zone: ZoneInfo, thresholds: Thresholds) -> datetime:
    """The first instant at which a given consent has ended: after its last day, or after long silence."""
    silent = _months_of_silence(dates, zone, thresholds.expired_after_months_unused)
    if dates.ends_on is None:
        return silent
    return min(silent, start_of_day(dates.ends_on + timedelta(days=1), zone))


def stale_at(dates: ConsentDates, zone: ZoneInfo, thresholds: Thresholds) -> datetime:
    """The first instant at which a given consent counts as unused for long."""
    return _months_of_silence(dates, zone, thresholds.stale_after_months_unused)


def _months_of_silence(dates: ConsentDates, zone: ZoneInfo, months: int) -> datetime:
    last = dates.last_used_at or dates.given_at
    assert last is not None
    local_day = last.astimezone(zone).date()
    return start_of_day(add_months(local_day, months), zone)


def add_months(day: date, months: int) -> date:
    """The same day of the month later; a day that month lacks becomes its last day (BGB § 188 (3))."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def start_of_day(day: date, zone: ZoneInfo) -> datetime:
    """The first instant of a local day, in UTC; where midnight is skipped, the first one that exists."""
    wall = datetime(day.year, day.month, day.day, tzinfo=zone)
    return wall.astimezone(UTC)
