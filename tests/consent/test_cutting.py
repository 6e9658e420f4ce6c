"""The cuts of an instant say of every consent what its own dates say."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from consent.rules import Thresholds, ends_at, expires_at, stale_at
from consent.rules.cutting import cuts_at
from consent.rules.folding import ConsentDates

ZONES = st.sampled_from(["Europe/Berlin", "America/Sao_Paulo", "Asia/Beirut", "Pacific/Apia", "Asia/Kolkata"])
FIRST = datetime(2014, 1, 1, tzinfo=UTC)
INSTANTS = st.integers(0, 13 * 366 * 86_400).map(lambda seconds: FIRST + timedelta(seconds=seconds))
TERMS = Thresholds(stale_after_months_unused=6, expired_after_months_unused=12)


@given(ZONES, INSTANTS, INSTANTS)
def test_silence_is_cut_where_it_ends(name, used, at):
    zone, dates = ZoneInfo(name), ConsentDates(given_at=used)
    cuts = cuts_at(at, zone, TERMS)
    assert (used < cuts.stale_before) is (at >= stale_at(dates, zone, TERMS))
    assert (used < cuts.expired_before) is (at >= expires_at(dates, zone, TERMS))


@given(ZONES, INSTANTS, st.integers(-3, 3), st.integers(-2, 2))
def test_edges_are_half_open(name, at, days, seconds):
    """Used on the day on which the silence turns, or within a second of its midnight."""
    zone = ZoneInfo(name)
    cuts = cuts_at(at, zone, TERMS)
    used = cuts.stale_before + timedelta(days=days, seconds=seconds)
    assert (used < cuts.stale_before) is (at >= stale_at(ConsentDates(given_at=used), zone, TERMS))


@given(ZONES, INSTANTS, st.integers(-3, 3))
def test_the_last_day_is_over_at_its_end(name, at, days):
    zone = ZoneInfo(name)
    last = at.date() + timedelta(days=days)
    dates = ConsentDates(given_at=at, ends_on=last)
    end = ends_at(dates, zone)
    assert end is not None
    assert (last <= cuts_at(at, zone, TERMS).ended_on) is (at >= end)


def test_a_day_that_a_month_lacks_is_its_last():
    cuts = cuts_at(datetime(2026, 2, 28, 12, tzinfo=UTC), ZoneInfo("UTC"), Thresholds(stale_after_months_unused=6))
    assert cuts.stale_before == datetime(2025, 9, 1, tzinfo=UTC)
    assert cuts.ended_on == date(2026, 2, 27)
