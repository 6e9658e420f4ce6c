"""The state of a consent against an oracle that knows no instants: it counts civil days, one after the other.

Every day from 2025 to 2045, at five times of day, in four time zones, for several stories: no difference. The oracle
walks the calendar and keeps a local date; months come from dateutil, which is another implementation than ours.
"""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from dateutil.relativedelta import relativedelta

from consent.rules import UTC, ConsentDates, ThresholdBook, ThresholdRow, Thresholds, state_at

ZONES = ("Europe/Berlin", "Europe/Lisbon", "America/New_York", "Australia/Lord_Howe")
CLOCKS = ((0, 0, 0, 0), (1, 59, 0, 0), (2, 30, 0, 0), (3, 0, 0, 0), (23, 59, 59, 999_999))
FIRST, LAST = date(2025, 1, 1), date(2045, 12, 31)


def local(zone: str, year: int, month: int, day: int, hour: int = 12, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=ZoneInfo(zone))


def silent(zone):
    """Given once and never used."""
    given = local(zone, 2024, 2, 29, 23, 30)
    return ConsentDates(given_at=given), Thresholds()


def limited(zone):
    """Ends on a day on which many clocks change."""
    return ConsentDates(given_at=local(zone, 2026, 10, 24), ends_on=date(2027, 3, 28)), Thresholds()


def used(zone):
    """Used just before midnight on the last of a long month; months end on a day that exists."""
    given, last = local(zone, 2025, 5, 31, 8), local(zone, 2028, 8, 31, 23, 59)
    return ConsentDates(given_at=given, last_used_at=last), Thresholds(18, 30, 14)


def withdrawn(zone):
    given, back = local(zone, 2030, 1, 31, 0, 1), local(zone, 2031, 3, 30, 2, 45)
    return ConsentDates(given_at=given, withdrawn_at=back), Thresholds()


def signed_up(zone):
    """A sign-up that nobody confirms, in the hour that the clocks repeat."""
    asked = local(zone, 2026, 10, 25, 2, 30)
    return ConsentDates(requested_at=asked), Thresholds()


def signed_up_again(zone):
    """Ended, and asked for anew."""
    dates = ConsentDates(
        requested_at=local(zone, 2040, 2, 29, 1), given_at=local(zone, 2033, 7, 1), ends_on=date(2038, 2, 28)
    )
    return dates, Thresholds()


class Clerk:
    """Walks from day to day and turns the leaves of a calendar; no arithmetic with instants but comparing them."""

    def __init__(self, dates: ConsentDates, thresholds: Thresholds, zone: ZoneInfo) -> None:
        self.dates, self.zone = dates, zone
        last = max(filter(None, (dates.given_at, dates.last_used_at)), default=None)
        day = last.astimezone(zone).date() if last else None
        self.stale_day = day + relativedelta(months=thresholds.stale_after_months_unused) if day else None
        self.end_day = day + relativedelta(months=thresholds.expired_after_months_unused) if day else None
        self.waits_until = dates.requested_at and dates.requested_at.astimezone(UTC) + timedelta(
            hours=24 * thresholds.doi_ttl_days
        )

    def says(self, moment: datetime, today: date) -> str:
        dates = self.dates
        if dates.withdrawn_at and moment.timestamp() >= dates.withdrawn_at.timestamp():
            return "withdrawn"
        asked = dates.requested_at
        waits = bool(asked) and asked.timestamp() <= moment.timestamp() < self.waits_until.timestamp()
        if not dates.given_at or moment.timestamp() < dates.given_at.timestamp():
            return "pending_doi" if waits else "none"
        if today >= self.end_day or (dates.ends_on and today > dates.ends_on):
            return "pending_doi" if waits and asked > dates.given_at else "expired"
        return "stale" if today >= self.stale_day else "active"


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("story", [silent, limited, used, withdrawn, signed_up, signed_up_again])
def test_every_day_of_twenty_one_years_says_what_the_clerk_says(story, zone):
    dates, thresholds = story(zone)
    here = ZoneInfo(zone)
    clerk = Clerk(dates, thresholds, here)
    day, compared, seen, wrong = FIRST, 0, set(), []
    while day <= LAST:
        for clock in CLOCKS:
            wall = datetime(day.year, day.month, day.day, *clock, tzinfo=here)
            moment = wall.astimezone(UTC)
            # An hour that the clocks skip: the instant that it names lies on the same day, or has become the next.
            today = moment.astimezone(here).date()
            ours, theirs = state_at(dates, moment, here, thresholds), clerk.says(moment, today)
            compared += 1
            seen.add(ours)
            if ours != theirs:
                wrong.append((moment, ours, theirs))
        day += timedelta(days=1)
    assert wrong == []
    assert compared == 7_670 * 5
    assert len(seen) >= 2  # the story really changes in these years


@pytest.mark.parametrize("months", [1, 12, 18, 24, 30, 47, 48, 60])
def test_months_after_each_day_of_four_years_end_where_dateutil_says(months):
    from consent.rules import add_months

    day = date(2024, 1, 1)
    while day < date(2028, 1, 1):
        assert add_months(day, months) == day + relativedelta(months=months), day
        day += timedelta(days=1)


def test_the_closest_threshold_counts_and_among_these_the_latest():
    def row(purpose, channel, year, stale):
        return ThresholdRow(purpose, channel, datetime(year, 1, 1, tzinfo=UTC), Thresholds(stale, 60, 14))

    book = ThresholdBook(
        (
            row("", "", 2026, 20),
            row("", "", 2028, 10),
            row("marketing", "", 2027, 12),
            row("marketing", "phone", 2029, 6),
        )
    )

    def stale(purpose, channel, year):
        return book.at(purpose, channel, datetime(year, 6, 1, tzinfo=UTC)).stale_after_months_unused

    assert [stale("service", "email", year) for year in (2025, 2026, 2028)] == [24, 20, 10]
    assert [stale("marketing", "email", year) for year in (2026, 2027, 2030)] == [20, 12, 12]
    assert [stale("marketing", "phone", year) for year in (2028, 2029)] == [12, 6]
