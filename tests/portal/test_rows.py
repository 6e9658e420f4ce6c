"""Jobs act on each row by itself, and end in time."""

import pytest

from portal import rows


@pytest.fixture
def clock(monkeypatch):
    """A clock that stands until a row moves it."""
    seconds = [0.0]
    monkeypatch.setattr(rows.time, "monotonic", lambda: seconds[0])
    return seconds


def test_a_row_that_fails_keeps_nobody_waiting(clock):
    assert rows.one_by_one([1, 0, 2], lambda row: row // row) == 2


def test_the_rest_is_left_to_the_next_turn_when_the_time_is_over(clock):
    acted = []

    def act(row):
        acted.append(row)
        clock[0] += rows.BUDGET_SECONDS / 2
        return 1

    assert rows.one_by_one(range(5), act) == 2 and acted == [0, 1]


def test_a_limit_that_comes_as_an_exception_in_a_row_ends_the_loop(clock):
    def act(row):
        clock[0] += 240
        raise TimeoutError

    assert rows.one_by_one([1, 2, 3], act) == 0
    assert clock[0] == 240


def test_four_loops_of_one_job_end_before_the_soft_limit(settings):
    assert 4 * rows.BUDGET_SECONDS < settings.CELERY_TASK_SOFT_TIME_LIMIT
