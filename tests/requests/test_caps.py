"""Caps over rolling windows: what fits, what waits, and until when. Pure."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contacts.requests.caps import Cap, levels, longest

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
CAPS = st.lists(st.builds(Cap, st.integers(1, 40), st.integers(1, 5)), min_size=1, max_size=3)
TIMES = st.lists(st.integers(0, 60 * 24 * 60).map(lambda minutes: NOW - timedelta(minutes=minutes)), max_size=12)


def ago(*days: float) -> list[datetime]:
    return [NOW - timedelta(days=day) for day in days]


def test_below_the_cap_there_is_room():
    (level,) = levels([Cap(30, 4)], ago(1, 2, 3), NOW)
    assert (level.made, level.is_full, level.next_at) == (3, False, None)


def test_at_the_cap_the_next_is_possible_when_the_oldest_leaves_the_window():
    (level,) = levels([Cap(30, 4)], ago(1, 2, 3, 29), NOW)
    assert (level.made, level.next_at) == (4, NOW + timedelta(days=1))


def test_a_contact_counts_for_exactly_its_window():
    (level,) = levels([Cap(30, 1)], ago(30), NOW)
    assert not level.is_full
    (level,) = levels([Cap(30, 1)], ago(30), NOW - timedelta(microseconds=1))
    assert level.next_at == NOW


def test_beyond_the_cap_as_many_must_leave_as_are_too_many():
    (level,) = levels([Cap(30, 2)], ago(1, 5, 10, 20), NOW)
    assert level.next_at == NOW + timedelta(days=25)


def test_the_window_that_keeps_waiting_longest_comes_first():
    found = levels([Cap(7, 1), Cap(30, 4)], ago(1, 2, 3, 4), NOW)
    assert [level.cap.days for level in found] == [30, 7]


def test_a_contact_by_a_clock_that_is_ahead_counts():
    (level,) = levels([Cap(1, 1)], [NOW + timedelta(seconds=1)], NOW)
    assert level.is_full


@given(CAPS, TIMES)
def test_at_the_time_that_is_told_there_is_room_and_never_before(caps, made):
    full = [level for level in levels(caps, made, NOW) if level.is_full]
    if not full:
        return
    told = full[0].next_at
    assert not any(level.is_full for level in levels(caps, made, told))
    assert any(level.is_full for level in levels(caps, made, told - timedelta(microseconds=1)))


@given(CAPS, TIMES)
def test_whoever_heeds_the_caps_never_exceeds_one(caps, tries):
    made: list[datetime] = []
    for at in sorted(tries):
        if not any(level.is_full for level in levels(caps, made, at)):
            made.append(at)
    for cap in caps:
        for end in made:
            assert sum(end - cap.window < time <= end for time in made) <= cap.most


def test_the_longest_window_says_how_far_to_look_back():
    assert longest([Cap(7, 1), Cap(30, 4)]) == timedelta(days=30)
    assert longest([]) == timedelta()


def test_a_cap_is_read_from_days_and_contacts():
    assert Cap.read("30:4") == Cap(days=30, most=4)


@pytest.mark.parametrize("words", ["", "30", ":", "30:", ":4", "0:4", "30:0", "-1:4", "367:4", "30:4:1", "³:4", "a:b"])
def test_anything_else_is_no_cap(words):
    with pytest.raises(ValueError, match="is no cap"):
        Cap.read(words)
