"""The tables and predicates of requests and permits."""

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from contacts.policy import moments
from contacts.requests import rules
from contacts.requests.rules import State, Verb

BERLIN = ZoneInfo("Europe/Berlin")
HOURS = {day: (time(8), time(20)) for day in range(5)} | {5: (time(9), time(18))}


def test_each_verb_has_at_most_one_row_for_a_state():
    rows = [(row.verb, row.source) for row in rules.TRANSITIONS]
    assert len(rows) == len(set(rows))


def test_ended_states_have_no_way_out():
    ended = {State.GRANTED, State.REFUSED, State.CANCELLED, State.LAPSED}
    assert not [row for row in rules.TRANSITIONS if row.source in ended]


def test_every_state_can_be_reached_from_a_draft():
    reached, frontier = {State.DRAFT}, {State.DRAFT}
    while frontier:
        found = {target for row in rules.TRANSITIONS if row.source in frontier for target in row.targets}
        frontier = found - reached
        reached |= found
    assert reached == set(State)


def test_the_page_about_the_life_of_a_request_shows_this_table():
    page = (Path(__file__).resolve().parents[2] / "docs" / "requests.md").read_text()
    shown = [line for line in page.splitlines() if line.startswith("| ")][1:]
    assert shown == [
        f"| {row.verb} | {row.source} | {row.who} | {', '.join(sorted(row.targets))} |" for row in rules.TRANSITIONS
    ]


def test_a_request_that_lapsed_is_never_granted():
    assert all(State.GRANTED not in row.targets for row in rules.TRANSITIONS if row.verb == Verb.LAPSE)


def test_a_permit_has_expired_from_its_last_instant_on_without_any_job():
    end = datetime(2026, 12, 1, 10, 0, tzinfo=UTC)
    assert rules.permit_state("active", end, end - timedelta(microseconds=1)) == "active"
    assert rules.permit_state("active", end, end) == "expired"
    assert rules.permit_state("revoked", end, end) == "revoked"


@pytest.mark.parametrize(
    ("local", "quiet"),
    [
        ("2026-11-24 07:59:59", True),
        ("2026-11-24 08:00:00", False),
        ("2026-11-24 19:59:59", False),
        ("2026-11-24 20:00:00", True),
        ("2026-11-28 08:59:59", True),
        ("2026-11-28 17:59:59", False),
        ("2026-11-28 18:00:00", True),
        ("2026-11-29 12:00:00", True),
    ],
)
def test_contact_hours_are_half_open_and_local(local, quiet):
    moment = datetime.fromisoformat(local).replace(tzinfo=BERLIN).astimezone(UTC)
    assert moments.is_quiet(moment, BERLIN, False, HOURS) is quiet


def test_a_public_holiday_is_quiet_all_day():
    noon = datetime(2026, 11, 24, 12, 0, tzinfo=BERLIN)
    assert moments.is_quiet(noon, BERLIN, True, HOURS)


@pytest.mark.parametrize(
    ("earlier", "later", "months"),
    [
        (date(2026, 1, 31), date(2026, 2, 28), 0),
        (date(2026, 1, 31), date(2026, 3, 31), 2),
        (date(2024, 11, 24), date(2026, 11, 24), 24),
        (date(2024, 11, 25), date(2026, 11, 24), 23),
        (date(2027, 1, 1), date(2026, 11, 24), 0),
    ],
)
def test_months_between_counts_completed_months(earlier, later, months):
    assert moments.months_between(earlier, later) == months


ACCEPTED = frozenset({"DEB-02", "TEL-07"})


@pytest.mark.parametrize(
    ("outcome", "asking", "on_consent", "covered"),
    [
        ("allowed", set(), True, True),
        ("needs_manager_approval", {"DEB-02"}, True, True),
        ("needs_manager_approval", {"DEB-02", "TEL-07"}, True, True),
        ("needs_manager_approval", {"DEB-02", "TRN-03"}, True, False),
        ("needs_dpo_approval", {"DEB-02", "SPC-02"}, True, False),
        ("forbidden", {"DEB-02"}, True, False),
        ("needs_manager_approval", {"DEB-02"}, False, False),
    ],
)
def test_a_release_covers_the_rules_it_was_given_for_and_no_others(outcome, asking, on_consent, covered):
    release = rules.Release(ACCEPTED, rests_on_consent=True, released="needs_dpo_approval")
    assert release.covers(outcome, frozenset(asking), on_consent) is covered


def test_a_release_that_rests_on_no_consent_needs_none():
    assert rules.Release(frozenset(), rests_on_consent=False, released="allowed").covers("allowed", frozenset(), False)


@pytest.mark.parametrize(
    ("released", "covered"),
    [("allowed", False), ("needs_manager_approval", False), ("needs_dpo_approval", True)],
)
def test_a_release_goes_as_far_as_the_word_that_was_given(released, covered):
    """Under another rule set the same rule may ask for the officer: the manager's word does not do any more."""
    release = rules.Release(ACCEPTED, rests_on_consent=False, released=released)
    assert release.covers("needs_dpo_approval", ACCEPTED, False) is covered
