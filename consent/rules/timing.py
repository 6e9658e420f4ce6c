"""The state of a consent at an instant.

Intervals are half-open: at the first instant of the day after `ends_on`, or exactly N months after the last use,
the consent has already changed. Local dates are those of the zone that is passed in.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from consent.rules.folding import ConsentDates

UTC = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Months of silence until a consent is stale and until it has ended; days that a double opt-in waits."""

    stale_after_months_unused: int = 24
    expired_after_months_unused: int = 48
    doi_ttl_days: int = 14


@dataclass(frozen=True, slots=True)
class ThresholdRow:
    """Thresholds for one purpose and channel ("" = every one), in force from an instant on."""

    purpose: str
    channel: str
    valid_from: datetime
    thresholds: Thresholds


@dataclass(frozen=True, slots=True)
class ThresholdBook:
    """All thresholds with their history."""

    rows: tuple[ThresholdRow, ...] = ()
    default: Thresholds = Thresholds()

    def at(self, purpose: str, channel: str, at: datetime) -> Thresholds:
        """What is in force at an instant: the closest fit first (purpose and channel, purpose, channel, all),
        then the latest."""
        fitting = [
            row
            for row in self.rows
            if row.valid_from <= at and row.purpose in ("", purpose) and row.channel in ("", channel)
        ]
        if not fitting:
            return self.default
        return max(fitting, key=lambda row: (row.purpose != "", row.channel != "", row.valid_from)).thresholds


def state_at(dates: ConsentDates, at: datetime, zone: ZoneInfo, thresholds: Thresholds) -> str:
    """`none`, `pending_doi`, `active`, `stale`, `expired` or `withdrawn` at the instant `at` (aware).

    A withdrawal beats everything (Art. 7(3) GDPR); then the earliest end; then silence. A sign-up that waits for its
    confirmation shows only where there is no consent: it neither weakens one nor hides a withdrawal.
    """
    at = at.astimezone(UTC)  # Python compares two times of one zone by their clocks, which repeat an hour in autumn
    if dates.withdrawn_at is not None and at >= dates.withdrawn_at:
        return "withdrawn"
    if dates.given_at is None or at < dates.given_at:
        return "pending_doi" if _is_pending(dates, at, thresholds) else "none"
    if at >= expires_at(dates, zone, thresholds):
        newer = dates.requested_at is not None and dates.requested_at > dates.given_at
        return "pending_doi" if newer and _is_pending(dates, at, thresholds) else "expired"
    return "stale" if at >= stale_at(dates, zone, thresholds) else "active"


def _is_pending(dates: ConsentDates, at: datetime, thresholds: Thresholds) -> bool:
    asked = dates.requested_at
    return asked is not None and asked <= at < doi_ends_at(asked, thresholds)


def doi_ends_at(requested_at: datetime, thresholds: Thresholds) -> datetime:
    """The first instant at which an unconfirmed sign-up counts no more: full days of 24 hours after the request."""
    return requested_at.astimezone(UTC) + timedelta(days=thresholds.doi_ttl_days)


def expires_at(dates: ConsentDates, zone: ZoneInfo, thresholds: Thresholds) -> datetime:
    """The first instant at which a given consent has ended: after its last day, or after long silence."""
    silent = _months_of_silence(dates, zone, thresholds.expired_after_months_unused)
    last_day = ends_at(dates, zone)
    return silent if last_day is None else min(silent, last_day)


def ends_at(dates: ConsentDates, zone: ZoneInfo) -> datetime | None:
    """The instant after the last local day, or None for a consent without a limit."""
    return None if dates.ends_on is None else start_of_day(dates.ends_on + timedelta(days=1), zone)


def stale_at(dates: ConsentDates, zone: ZoneInfo, thresholds: Thresholds) -> datetime:
    """The first instant at which a given consent counts as unused for long."""
    return _months_of_silence(dates, zone, thresholds.stale_after_months_unused)


def _months_of_silence(dates: ConsentDates, zone: ZoneInfo, months: int) -> datetime:
    assert dates.given_at is not None
    last = max(dates.given_at, dates.last_used_at or dates.given_at)
    local_day = last.astimezone(zone).date()
    return start_of_day(add_months(local_day, months), zone)


def next_change(dates: ConsentDates, at: datetime, zone: ZoneInfo, thresholds: Thresholds) -> datetime | None:
    """When time alone will change the state next; None where it will not."""
    state = state_at(dates, at, zone, thresholds)
    if state == "active":
        return min(stale_at(dates, zone, thresholds), expires_at(dates, zone, thresholds))
    return expires_at(dates, zone, thresholds) if state == "stale" else None


def add_months(day: date, months: int) -> date:
    """The same day of the month later; a day that month lacks becomes its last day (BGB § 188 (3))."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def start_of_day(day: date, zone: ZoneInfo) -> datetime:
    """The first instant of a local day, in UTC; where midnight is skipped, the first one that exists."""
    wall = datetime(day.year, day.month, day.day, tzinfo=zone)
    return wall.astimezone(UTC)
