"""The pure words about training: standing, steps of reminding, weeks since the end."""

from datetime import date, timedelta

import pytest

from training.rules import reminder_step, standing, training_state, weeks_overdue

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("left", "word"), [(31, "valid"), (30, "due"), (1, "due"), (0, "due"), (-1, "overdue"), (-400, "overdue")]
)
def test_the_latest_certificate_gives_the_word(left, word):
    last = TODAY + timedelta(days=left)
    found = standing([last - timedelta(days=500), last], TODAY)
    assert (found.word, found.valid_until) == (word, last)


def test_without_a_certificate_the_word_is_none():
    assert standing([], TODAY).word == "none"
    assert standing([], TODAY).valid_until is None


@pytest.mark.parametrize("left", range(-40, 60))
def test_the_word_for_people_agrees_with_the_fact_for_the_rules(left):
    days = [TODAY + timedelta(days=left)]
    fact = training_state(days, TODAY)
    assert (standing(days, TODAY).word in ("valid", "due")) == (fact == "valid")


@pytest.mark.parametrize(
    ("left", "step"), [(31, None), (30, 30), (15, 30), (14, 14), (8, 14), (7, 7), (2, 7), (1, 1), (0, 1), (-1, None)]
)
def test_the_smallest_step_reached_is_due(left, step):
    assert reminder_step(TODAY + timedelta(days=left), TODAY) == step


@pytest.mark.parametrize(("past", "week"), [(-1, None), (0, None), (1, 1), (7, 1), (8, 2), (14, 2), (15, 3)])
def test_weeks_are_counted_from_the_day_after_the_last(past, week):
    assert weeks_overdue(TODAY - timedelta(days=past), TODAY) == week
