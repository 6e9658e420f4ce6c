"""Until when somebody decides."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from contacts import calendar
from contacts.requests.routing.clock import days_for, due
from contacts.requests.routing.fingerprint import differences, sha256_of
from contacts.requests.staging import working_days_later

BERLIN = ZoneInfo("Europe/Berlin")
CHRISTMAS = {date(2026, 12, 25), date(2026, 12, 26)}


@pytest.mark.parametrize(
    ("since", "days", "expected"),
    [
        ("2026-11-24 11:00", 1, "2026-11-25 11:00"),
        ("2026-11-27 16:30", 1, "2026-11-30 16:30"),  # Friday: Monday
        ("2026-11-26 11:00", 2, "2026-11-30 11:00"),
        ("2026-11-28 22:00", 1, "2026-12-01 08:00"),  # Saturday counts from Monday morning
        ("2026-12-24 11:00", 1, "2026-12-28 11:00"),  # Christmas and a weekend
        ("2026-12-25 11:00", 1, "2026-12-29 08:00"),
        ("2026-10-24 11:00", 1, "2026-10-27 08:00"),  # across the end of summer time
        ("2026-11-24 11:00", 0, "2026-11-24 11:00"),
    ],
)
def test_working_days(since, days, expected):
    start = datetime.fromisoformat(since).replace(tzinfo=BERLIN)
    assert due(start, days, BERLIN, CHRISTMAS.__contains__) == datetime.fromisoformat(expected).replace(tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("state", "since", "expected"),
    [
        # Reformation Day, a Friday in 2025, is a holiday in Lower Saxony and not in North Rhine-Westphalia.
        ("NI", "2025-10-30 11:00", "2025-11-03 11:00"),
        ("NW", "2025-10-30 11:00", "2025-10-31 11:00"),
        # All Saints, a Friday in 2024, the other way round.
        ("NW", "2024-10-31 11:00", "2024-11-04 11:00"),
        ("BE", "2024-10-31 11:00", "2024-11-01 11:00"),
    ],
)
def test_the_holidays_are_those_of_the_state(settings, state, since, expected):
    settings.HOLIDAY_STATE = state
    calendar._holidays_of.cache_clear()
    try:
        start = datetime.fromisoformat(since).replace(tzinfo=BERLIN)
        assert working_days_later(start) == datetime.fromisoformat(expected).replace(tzinfo=BERLIN)
    finally:
        calendar._holidays_of.cache_clear()


def test_the_time_follows_the_risk():
    assert days_for(officers=False, danger=False) == 1
    assert days_for(officers=True, danger=False) == 2
    assert days_for(officers=True, danger=True) == 0


def test_the_same_content_has_the_same_hash():
    assert sha256_of({"a": 1, "b": "ä"}) == sha256_of({"b": "ä", "a": 1})
    assert sha256_of({"a": 1}) != sha256_of({"a": 2})
    assert differences({"a": 1, "b": 2}, {"a": 1, "b": 3, "c": 4}) == ["b", "c"]
