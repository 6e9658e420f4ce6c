"""The life of an incident and its clock: pure."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contacts.incidents import rules
from contacts.incidents.rules import State, Step, Verb
from contacts.policy import RULE_SET_1

NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)
MOMENTS = st.integers(-100_000, 100_000).map(lambda minutes: NOW + timedelta(minutes=minutes))


@pytest.mark.parametrize(
    ("verb", "sources"),
    [
        (Verb.TAKE_STEP, {"reported", "assessed"}),
        (Verb.ASSESS, {"reported", "contained", "assessed"}),
        (Verb.DECIDE, {"assessed"}),
        (Verb.CLOSE, {"assessed"}),
    ],
)
def test_each_verb_starts_from_these_states_and_no_others(verb, sources):
    assert {state.value for state in State if rules.transition(verb, state)} == sources


def test_no_verb_leads_out_of_closed():
    assert not any(row.source == State.CLOSED for row in rules.TRANSITIONS)


def test_every_state_can_be_reached():
    assert {target for row in rules.TRANSITIONS for target in row.targets} == set(State)


@pytest.mark.parametrize("kind", rules.Kind)
def test_what_is_deleted_comes_after_what_is_handed_over(kind):
    steps = rules.STEPS[kind]
    assert len(set(steps)) == len(steps)
    for step in rules.AFTER_HANDING_OVER & set(steps):
        assert steps.index(Step.HAND_OVER) < steps.index(step)
        assert not rules.may_be_ticked(step, set())
        assert rules.may_be_ticked(step, {Step.HAND_OVER})


def test_a_settled_step_is_not_ticked_again():
    assert not rules.may_be_ticked(Step.TELL_NOBODY, {Step.TELL_NOBODY})


@given(MOMENTS, MOMENTS)
def test_the_clock_begins_with_the_first_who_knew(noticed, reported):
    assert rules.aware_at(noticed, reported) == min(noticed, reported)


def test_seventy_two_hours_are_seventy_two_hours_through_the_change_to_summer_time():
    berlin = ZoneInfo("Europe/Berlin")
    friday = datetime(2027, 3, 26, 12, tzinfo=berlin)
    due = rules.due_at(friday.astimezone(UTC), RULE_SET_1.thresholds.breach_deadline_hours)
    assert due.astimezone(berlin) == datetime(2027, 3, 29, 13, tzinfo=berlin)


@pytest.mark.parametrize(
    ("minutes_left", "step"),
    [
        (24 * 60 + 1, None),
        (24 * 60, "24h"),
        (6 * 60 + 1, "24h"),
        (6 * 60, "6h"),
        (1, "6h"),
        (0, "over"),
        (-9999, "over"),
    ],
)
def test_only_the_latest_step_is_told(minutes_left, step):
    assert rules.reminder_step(NOW + timedelta(minutes=minutes_left), NOW) == step


@given(MOMENTS, st.integers(-9000, 9000).map(lambda minutes: timedelta(minutes=minutes)), st.booleans())
def test_a_clock_is_over_exactly_when_it_runs_and_no_time_is_left(at, left, stopped):
    clock = rules.clock(at + left, at if stopped else None, at)
    assert clock.left == left
    assert clock.is_over == (not stopped and left <= timedelta())


@pytest.mark.parametrize(
    ("answer", "done", "latest", "untold", "stands"),
    [
        (True, True, False, False, True),
        (True, True, True, True, True),
        (True, False, True, True, False),
        (False, False, True, True, True),
        (False, False, True, False, False),
        (False, False, False, True, False),
    ],
)
def test_what_was_told_stays_told_and_a_no_holds_for_its_assessment(answer, done, latest, untold, stands):
    assert rules.stands(answer, done, latest, untold) == stands


@pytest.mark.parametrize(
    ("about", "risk", "exception", "may"),
    [
        ("authority", "none", "", True),
        ("authority", "risk", "", False),
        ("authority", "high", "It was encrypted.", False),
        ("person", "none", "", True),
        ("person", "risk", "", True),
        ("person", "high", "", False),
        ("person", "high", "It was encrypted.", True),
    ],
)
def test_who_may_stay_untold_depends_on_the_risk(about, risk, exception, may):
    assert rules.may_stay_untold(about, risk, exception) == may


def test_what_is_missing_is_named_in_the_order_of_work():
    assert rules.lacks("reported", 2, []) == ["assessment", "steps", "authority", "person"]
    assert rules.lacks("assessed", 0, ["authority"]) == ["person"]
    assert rules.lacks("assessed", 0, ["authority", "person"]) == []
