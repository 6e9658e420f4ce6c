"""The state of a consent at any instant, against a slow second implementation that walks day by day."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consent.rules import (
    ConsentDates,
    Event,
    EventKind,
    Thresholds,
    add_months,
    expires_at,
    resolve,
    stale_at,
    start_of_day,
    state_at,
)

BERLIN = ZoneInfo("Europe/Berlin")
DEFAULT = Thresholds()
INSTANTS = st.datetimes(datetime(2019, 1, 1), datetime(2031, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
ZONES = st.sampled_from(["Europe/Berlin", "Europe/Lisbon", "America/New_York", "Pacific/Apia", "UTC"]).map(ZoneInfo)


def slow_state(dates, at, zone, t):
    """The rules as a clerk would check them, with local calendar days only."""
    if dates.withdrawn_at is not None and dates.withdrawn_at <= at:
        return "withdrawn"
    asked = dates.requested_at
    waits = asked is not None and asked <= at < asked + timedelta(days=t.doi_ttl_days)
    if dates.given_at is None or dates.given_at > at:
        return "pending_doi" if waits else "none"
    today = at.astimezone(zone).date()
    last = max(dates.last_used_at or dates.given_at, dates.given_at).astimezone(zone).date()
    if (dates.ends_on is not None and today > dates.ends_on) or today >= months_later(
        last, t.expired_after_months_unused
    ):
        return "pending_doi" if waits and asked > dates.given_at else "expired"
    return "stale" if today >= months_later(last, t.stale_after_months_unused) else "active"


def months_later(day, months):
    year, month = day.year, day.month
    for _ in range(months):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    while True:
        try:
            return date(year, month, day.day)
        except ValueError:
            day = day.replace(day=day.day - 1)


@st.composite
def consents(draw):
    given_at = draw(st.none() | INSTANTS)
    used = (
        st.none() if given_at is None else st.none() | st.integers(0, 2000).map(lambda d: given_at + timedelta(days=d))
    )
    return ConsentDates(
        requested_at=draw(st.none() | INSTANTS),
        given_at=given_at,
        last_used_at=draw(used),
        ends_on=draw(st.none() | st.dates(date(2019, 1, 1), date(2031, 1, 1))),
        withdrawn_at=draw(st.none() | INSTANTS),
        proof=draw(st.booleans()),
    )


@settings(max_examples=2000, deadline=None)
@given(dates=consents(), at=INSTANTS, zone=ZONES)
def test_the_state_is_what_a_clerk_with_a_calendar_says(dates, at, zone):
    assert state_at(dates, at, zone, DEFAULT) == slow_state(dates, at, zone, DEFAULT)


@settings(max_examples=500, deadline=None)
@given(dates=consents(), zone=ZONES)
def test_each_change_happens_at_its_first_instant_and_not_before(dates, zone):
    if dates.given_at is None or dates.withdrawn_at is not None:
        return
    moment, tick = timedelta(microseconds=1), DEFAULT
    ends = expires_at(dates, zone, tick)
    if ends > dates.given_at:
        assert state_at(dates, ends, zone, tick) in ("expired", "pending_doi")
        assert state_at(dates, ends - moment, zone, tick) != "expired"
    stale = stale_at(dates, zone, tick)
    if dates.given_at < stale < ends:
        assert state_at(dates, stale, zone, tick) == "stale"
        assert state_at(dates, stale - moment, zone, tick) == "active"


@settings(max_examples=500, deadline=None)
@given(dates=consents(), at=INSTANTS, later=st.integers(0, 4000), zone=ZONES)
def test_time_alone_never_makes_a_consent_better(dates, at, later, zone):
    """Only an event of the customer does. The order is: active, stale, expired, withdrawn."""
    rank = {"active": 0, "stale": 1, "expired": 2, "pending_doi": 2, "withdrawn": 3}
    now, then = (state_at(dates, moment, zone, DEFAULT) for moment in (at, at + timedelta(days=later)))
    if now in rank and dates.given_at is not None and at >= dates.given_at:
        assert rank[then] >= rank[now]


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2023, 1, 31), 1, date(2023, 2, 28)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 29)),
        (date(2023, 12, 15), 1, date(2024, 1, 15)),
    ],
)
def test_months_end_on_a_day_that_exists(day, months, expected):
    assert add_months(day, months) == expected == months_later(day, months)


def test_a_day_begins_at_its_first_instant_also_when_clocks_change():
    assert start_of_day(date(2026, 3, 29), BERLIN) == datetime(2026, 3, 28, 23, tzinfo=UTC)
    assert start_of_day(date(2026, 10, 25), BERLIN) == datetime(2026, 10, 24, 22, tzinfo=UTC)


def test_the_last_day_counts_to_its_end_where_the_customer_lives():
    given_at = datetime(2026, 1, 1, tzinfo=UTC)
    dates = ConsentDates(given_at=given_at, last_used_at=given_at, ends_on=date(2026, 6, 30))
    last = datetime(2026, 6, 30, 21, 59, 59, tzinfo=UTC)
    assert state_at(dates, last, BERLIN, DEFAULT) == "active"
    assert state_at(dates, last + timedelta(seconds=1), BERLIN, DEFAULT) == "expired"
    assert state_at(dates, last + timedelta(seconds=1), ZoneInfo("Europe/Lisbon"), DEFAULT) == "active"


EVENTS = st.lists(
    st.tuples(st.sampled_from(list(EventKind)), st.integers(0, 3000), st.booleans()), min_size=1, max_size=8
)


@settings(max_examples=500, deadline=None)
@given(drawn=EVENTS)
def test_a_withdrawal_holds_until_the_customer_agrees_again_and_no_list_or_request_lifts_it(drawn):
    base = datetime(2020, 1, 1, tzinfo=UTC)
    story = [Event(kind, base + timedelta(days=day), proof) for kind, day, proof in sorted(drawn, key=lambda e: e[1])]
    dates = resolve(story)
    renewing = {EventKind.GIVEN, EventKind.CONFIRMED}
    after = [event.kind for event in story]
    if EventKind.WITHDRAWN in after:
        rest = after[len(after) - after[::-1].index(EventKind.WITHDRAWN) :]
        assert (dates.withdrawn_at is not None) == (not renewing & set(rest))


def test_a_new_consent_brings_its_own_proof_and_end():
    first = Event(EventKind.GIVEN, datetime(2024, 1, 1, tzinfo=UTC), proof=True, ends_on=date(2024, 12, 31))
    second = Event(EventKind.GIVEN, datetime(2025, 1, 1, tzinfo=UTC), proof=False)
    dates = resolve([first, second])
    assert (dates.proof, dates.ends_on, dates.given_at) == (False, None, second.at)


def test_recorded_passage_changes_no_date():
    given_at = Event(EventKind.GIVEN, datetime(2024, 1, 1, tzinfo=UTC), proof=True)
    stale = Event(EventKind.WENT_STALE, datetime(2026, 1, 1, tzinfo=UTC))
    assert resolve([given_at, stale]) == resolve([given_at])
