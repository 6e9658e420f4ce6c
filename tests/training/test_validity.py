"""How long a pass counts, certificate numbers, and when a quiz may begin: the pure rules."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest

from training.rules import (
    Demand,
    Held,
    Licences,
    Past,
    Terms,
    certificate_number,
    counts_until,
    deadline,
    is_certificate_number,
    may_refresh,
    percent,
    refusal_to_start,
    valid_until,
)

DAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("passed", "kind", "previous", "end"),
    [
        (DAY, "rolling", None, date(2027, 11, 24)),
        (date(2024, 2, 29), "rolling", None, date(2025, 2, 28)),
        (DAY, "rolling", DAY + timedelta(days=60), date(2028, 1, 23)),  # early, and no day is lost
        (DAY, "rolling", DAY, date(2027, 11, 24)),
        (DAY, "rolling", DAY + timedelta(days=61), date(2027, 11, 24)),  # too early
        (DAY, "rolling", DAY - timedelta(days=1), date(2027, 11, 24)),  # too late
        (DAY, "calendar", None, date(2027, 12, 31)),
        (date(2026, 1, 1), "calendar", date(2026, 12, 31), date(2027, 12, 31)),
    ],
)
def test_the_last_day(passed, kind, previous, end):
    assert valid_until(passed, kind=kind, months=12, window_days=60, previous_end=previous) == end


@pytest.mark.parametrize(("end", "may"), [(None, False), (DAY, True), (DAY - timedelta(days=92), True)])
def test_who_may_refresh(end, may):
    assert may_refresh(end, DAY) is may


def test_every_single_wrong_digit_of_a_number_is_noticed():
    number = certificate_number(2026, 48291301)
    assert is_certificate_number(number)
    places = [place for place, sign in enumerate(number) if sign.isdigit()]
    changed = [number[:p] + digit + number[p + 1 :] for p in places for digit in "0123456789" if digit != number[p]]
    assert not any(is_certificate_number(one) for one in changed)
    assert not any(map(is_certificate_number, ("", "Z-2026-1-1", number.lower(), number + "1")))


@pytest.mark.parametrize(
    ("basic", "messenger", "channel", "state"),
    [
        ("valid", None, "messenger", "valid"),
        ("valid", "none", "messenger", "none"),
        ("valid", "expired", "social_dm", "expired"),
        ("expired", "none", "messenger", "none"),
        ("none", "valid", "social_dm", "none"),
        ("valid", "none", "email", "valid"),
    ],
)
def test_messengers_need_the_riskier_of_both(basic, messenger, channel, state):
    assert Licences(basic, messenger).for_channel(channel) == state


def test_a_publication_that_asks_to_certify_again_ends_older_certificates_of_its_course():
    by = DAY + timedelta(days=30)
    demand = Demand(course=1, kind="basic", number=2, published_on=DAY, by=by)
    end = DAY + timedelta(days=300)
    old = {"kind": "basic", "passed_on": DAY - timedelta(days=9), "valid_until": end}
    assert counts_until(Held(**old, course=1, number=1), [demand]) == by
    assert counts_until(Held(**old, course=1, number=2), [demand]) == end
    assert counts_until(Held(**old, course=7, number=1), [demand]) == end
    assert counts_until(Held(**old), [demand]) == by
    assert counts_until(Held(**{**old, "passed_on": DAY}), [demand]) == end
    assert counts_until(Held(**{**old, "kind": "messenger"}), [demand]) == end


def test_a_pause_after_each_failed_attempt_and_a_number_of_them():
    terms = Terms(attempts_allowed=2, waiting_hours=1)
    failed = [Past(NOW - timedelta(minutes=30), passed=False)]
    assert refusal_to_start(terms, [], NOW) is None
    assert refusal_to_start(terms, failed, NOW) == ("wait", NOW + timedelta(minutes=30))
    failed.append(Past(NOW - timedelta(days=29), passed=False))
    assert refusal_to_start(terms, failed, NOW) == ("used_up", NOW + timedelta(days=1))
    assert refusal_to_start(terms, [*failed, Past(NOW, passed=True)], NOW) is None


def test_a_deadline_with_and_without_more_time():
    assert deadline(NOW, Terms()) is None
    assert deadline(NOW, Terms(time_limit_minutes=20), more_percent=25) == NOW + timedelta(minutes=25)


def test_a_percentage_never_flatters():
    assert [str(percent(Fraction(n, 3))) for n in range(4)] == ["0.00", "33.33", "66.66", "100.00"]
    assert str(percent(Fraction(79999, 100000))) == "79.99"
