"""Who decides, as a table, and what always holds whoever is away, gone or untrained."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contacts.requests.routing.people import Asker, Person, Staff, StandIn, Why, barred, closes_circle
from contacts.requests.routing.resolving import How, Situation, resolve, resolve_stage
from contacts.requests.routing.table import (
    DEFAULT,
    LINE_MANAGER,
    NEEDS_DPO,
    NEEDS_MANAGER,
    OFFICER,
    Case,
    Conditions,
    Fault,
    Quorum,
    RoutingLine,
    Step,
    Who,
    faults,
    steps_for,
)

ANNA, MONA, HELGA, MARKUS, DORA, DORIS = 1, 2, 3, 4, 5, 6
BOTH = (LINE_MANAGER, OFFICER)
ALL_OFFICERS = Step(Who.DPO, quorum=Quorum.ALL)


def one(pk, manager=None, *roles, **fields):
    return Person(pk, f"N-{pk}", manager, frozenset(roles), **fields)


PEOPLE = {
    ANNA: one(ANNA, MONA),
    MONA: one(MONA, HELGA, "manager"),
    HELGA: one(HELGA, None, "manager"),
    MARKUS: one(MARKUS, None, "manager"),
    DORA: one(DORA, None, "dpo"),
    DORIS: one(DORIS, None, "dpo"),
}


def staff(absent=None, **changes):
    names = {"mona": MONA, "helga": HELGA, "markus": MARKUS, "dora": DORA, "doris": DORIS}
    people = PEOPLE | {names[name]: replace(PEOPLE[names[name]], **fields) for name, fields in changes.items()}
    return Staff(people, absent or {})


def asker(manager=MONA, **more):
    return Asker(manager, barred("N-1", **more))


NO_OFFICERS = {"dora": {"active": False}, "doris": {"active": False}}
CASES = [
    # what is different, steps, and who sits in each stage
    ({}, (LINE_MANAGER,), [[MONA]]),
    ({}, BOTH, [[MONA], [DORA, DORIS]]),
    ({"mona": {"active": False}}, (LINE_MANAGER,), [[HELGA]]),
    ({"mona": {"roles": frozenset()}}, (LINE_MANAGER,), [[HELGA]]),
    ({"mona": {"trained": False}}, (LINE_MANAGER,), [[HELGA]]),
    ({"mona": {"number": "N-1"}}, (LINE_MANAGER,), [[HELGA]]),
    ({"absent": {MONA: MARKUS}}, (LINE_MANAGER,), [[MARKUS]]),
    ({"absent": {MONA: None}}, (LINE_MANAGER,), [[HELGA]]),
    ({"absent": {MONA: MARKUS, MARKUS: DORA}}, (LINE_MANAGER,), [[DORA]]),
    ({"absent": {MONA: MARKUS}, "markus": {"active": False}}, (LINE_MANAGER,), [[HELGA]]),
    ({"absent": {MONA: ANNA}}, (LINE_MANAGER,), [[HELGA]]),
    ({"absent": {MONA: None, HELGA: None}}, (LINE_MANAGER,), [[DORA, DORIS]]),
    ({"mona": {"active": False}, "helga": {"active": False}}, (LINE_MANAGER,), [[DORA, DORIS]]),
    # Nobody in the line: the officer decides once, as officer.
    ({"mona": {"active": False}, "helga": {"active": False}}, BOTH, [[DORA, DORIS]]),
    ({"dora": {"active": False}}, BOTH, [[MONA], [DORIS]]),
    ({"absent": {DORA: DORIS}}, BOTH, [[MONA], [DORIS]]),
    # A manager who is an officer as well gives one of the two verdicts.
    ({"mona": {"roles": frozenset({"manager", "dpo"})}}, BOTH, [[MONA], [DORA, DORIS]]),
    ({"mona": {"roles": frozenset({"manager", "dpo"})}, **NO_OFFICERS}, BOTH, [[MONA], []]),
    ({}, (Step(Who.NAMED, MARKUS),), [[MARKUS]]),
    ({"markus": {"active": False}}, (Step(Who.NAMED, MARKUS),), [[DORA, DORIS]]),
    ({}, (Step(Who.NAMED, DORA), OFFICER), [[DORA], [DORIS]]),
    ({}, (Step(Who.ROLE, role="manager"),), [[MONA, HELGA, MARKUS]]),
    # Nobody has taken the course: they are asked, and must take it first.
    ({name: {"trained": False} for name in ("mona", "helga", "dora", "doris")}, (LINE_MANAGER,), [[MONA]]),
]


@pytest.mark.parametrize(("changes", "steps", "expected"), CASES)
def test_who_decides(changes, steps, expected):
    stages = resolve(steps, staff(**changes), asker())
    assert [[seat.person for seat in stage.seats] for stage in stages] == expected


def test_each_who_was_passed_over_is_named_with_the_reason():
    absent = {MONA: MARKUS}
    (stage,) = resolve((LINE_MANAGER,), staff(absent, markus={"active": False}), asker())
    assert [(skip.person, skip.why) for skip in stage.skipped] == [(MONA, Why.ABSENT), (MARKUS, Why.INACTIVE)]
    assert stage.seats[0].how == How.ABOVE
    (stage,) = resolve((LINE_MANAGER,), staff(), asker(manager=None))
    assert stage.skipped[0].why == Why.NO_MANAGER
    assert stage.by_officers


def test_neither_the_editor_nor_a_deputy_of_the_requester_decides():
    (stage,) = resolve((LINE_MANAGER,), staff(), asker(editor="N-2"))
    assert (stage.seats[0].person, stage.skipped[0].why) == (HELGA, Why.EDITOR)
    (stage,) = resolve((LINE_MANAGER,), staff(), asker(deputies=frozenset({"N-2", "N-3"})))
    assert [seat.person for seat in stage.seats] == [DORA, DORIS]
    assert {skip.why for skip in stage.skipped} == {Why.DEPUTY_OF_REQUESTER}


def test_the_deputy_sits_for_the_absent_one():
    (stage,) = resolve((LINE_MANAGER,), staff({MONA: MARKUS}), asker())
    seat = stage.seats[0]
    assert (seat.person, seat.stands_for, seat.how) == (MARKUS, MONA, How.DEPUTY)


def test_after_the_time_the_level_above_decides_as_well():
    over = Situation(staff(), asker(), overdue=True)
    assert [seat.person for seat in resolve_stage(LINE_MANAGER, over).seats] == [MONA, HELGA]
    top = Situation(staff(mona={"manager": None}), asker(), overdue=True)
    assert [seat.person for seat in resolve_stage(LINE_MANAGER, top).seats] == [MONA, DORA, DORIS]
    assert [seat.person for seat in resolve_stage(OFFICER, over).seats] == [DORA, DORIS]


def test_what_is_handed_on_lies_with_the_other_one_while_that_one_can():
    moved = Situation(staff(), asker(), moves={MONA: MARKUS})
    assert [seat.person for seat in resolve_stage(LINE_MANAGER, moved).seats] == [MARKUS]
    gone = Situation(staff(markus={"active": False}), asker(), moves={MONA: MARKUS})
    assert [seat.person for seat in resolve_stage(LINE_MANAGER, gone).seats] == [MONA]
    officers = Situation(staff(), asker(), moves={DORA: MARKUS})
    assert [seat.person for seat in resolve_stage(OFFICER, officers).seats] == [DORA, DORIS]


def test_a_quorum_that_nobody_can_reach_is_a_dead_end():
    (stage,) = resolve((ALL_OFFICERS,), staff(), asker())
    assert (stage.needed, stage.short) == (2, False)
    (stage,) = resolve((Step(Who.DPO, quorum=Quorum.COUNT, count=3),), staff(), asker())
    assert stage.short


def test_a_circle_of_managers_ends():
    people = staff(mona={"active": False}, helga={"active": False, "manager": MONA})
    (stage,) = resolve((LINE_MANAGER,), people, asker())
    assert [seat.person for seat in stage.seats] == [DORA, DORIS]


# --- what always holds

roles = st.sets(st.sampled_from(["manager", "dpo", "employee"])).map(frozenset)


@st.composite
def companies(draw):
    size = draw(st.integers(2, 7))
    numbers = draw(st.lists(st.integers(1, size), min_size=size, max_size=size))
    anyone = st.none() | st.integers(1, size)
    people = {
        pk: Person(pk, f"N-{numbers[pk - 1]}", draw(anyone), draw(roles), draw(st.booleans()), draw(st.booleans()))
        for pk in range(1, size + 1)
    }
    absent = draw(st.dictionaries(st.integers(1, size), anyone, max_size=4))
    deputies = draw(st.frozensets(st.sampled_from([one.number for one in people.values()]), max_size=2))
    moves = draw(st.dictionaries(st.integers(1, size), st.integers(1, size), max_size=2))
    who = Asker(people[1].manager, barred(people[1].number, deputies=deputies))
    return Staff(people, absent), who, moves, draw(st.booleans())


quorums = st.sampled_from(list(Quorum))
some_steps = st.one_of(
    st.builds(Step, st.just(Who.LINE_MANAGER), quorum=quorums),
    st.builds(Step, st.just(Who.NAMED), person=st.integers(1, 8), quorum=quorums),
    st.builds(Step, st.just(Who.DPO), quorum=quorums, count=st.integers(1, 3)),
    st.builds(Step, st.just(Who.ROLE), role=st.sampled_from(["manager", "dpo"]), quorum=quorums),
)


@settings(max_examples=400, deadline=None)
@given(company=companies(), step=some_steps)
def test_nobody_ineligible_ever_sits_and_a_free_officer_is_always_found(company, step):
    people, who, moves, overdue = company
    situation = Situation(people, who, moves, overdue)
    stage = resolve_stage(step, situation)
    numbers = [people.people[seat.person].number for seat in stage.seats]
    assert len(numbers) == len(set(numbers))
    for seat in stage.seats:
        found = people.people[seat.person]
        assert found.active and found.number not in who.barred and found.id not in people.absent
        assert found.roles & {"manager", "dpo"}
        assert seat.trained == found.trained
        assert "dpo" in found.roles or not (seat.officer or step.of_officers)
    free = [one for one in people.with_role("dpo") if one.number not in who.barred and one.id not in people.absent]
    assert stage.seats or not free
    if any(one.trained for one in free):
        assert all(seat.trained for seat in stage.seats)


@settings(max_examples=300, deadline=None)
@given(company=companies(), steps=st.lists(some_steps, min_size=1, max_size=3).map(tuple))
def test_every_way_has_a_stage_and_who_decides_alone_decides_once(company, steps):
    people, who, _moves, _overdue = company
    stages = resolve(steps, people, who)
    assert stages
    alone: set[str] = set()
    for stage in stages:
        numbers = {people.people[seat.person].number for seat in stage.seats}
        assert not numbers & alone
        if len(stage.seats) <= stage.needed:
            alone |= numbers


# --- the table

CONSUMER = Case(NEEDS_MANAGER, 1, "consumer", "service", "email")


def line(*steps, **conditions):
    return RoutingLine(steps, Conditions(**{name: frozenset(values) for name, values in conditions.items()}))


def test_the_first_rule_that_fits_counts():
    table = (line(Step(Who.NAMED, 9), channels=["email"], groups=["consumer"]), *DEFAULT)
    assert steps_for(table, CONSUMER) == (Step(Who.NAMED, 9),)
    assert steps_for(table, replace(CONSUMER, group="minor")) == (LINE_MANAGER,)
    assert steps_for(DEFAULT, replace(CONSUMER, outcome=NEEDS_DPO)) == BOTH


def test_no_table_is_laxer_than_the_rules():
    named = (line(Step(Who.NAMED, 9)),)
    assert steps_for(named, replace(CONSUMER, outcome=NEEDS_DPO)) == (Step(Who.NAMED, 9), OFFICER)
    assert steps_for((), replace(CONSUMER, outcome=NEEDS_DPO)) == BOTH


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        (DEFAULT, []),
        ((), [(0, Fault.EMPTY)]),
        ((line(LINE_MANAGER, channels=["email"]),), [(0, Fault.NO_CATCH_ALL)]),
        ((line(), line(LINE_MANAGER)), [(1, Fault.NO_STEPS), (2, Fault.UNREACHABLE)]),
        ((line(LINE_MANAGER, outcomes=[NEEDS_DPO]), line(LINE_MANAGER)), [(1, Fault.LAXER)]),
        ((line(LINE_MANAGER), line(OFFICER, channels=["sms"])), [(2, Fault.UNREACHABLE)]),
        ((line(*[LINE_MANAGER] * 5),), [(1, Fault.TOO_MANY_STEPS)]),
        ((line(Step(Who.DPO, quorum=Quorum.COUNT, count=0)),), [(1, Fault.COUNT)]),
    ],
)
def test_the_faults_of_a_table(table, expected):
    assert faults(table) == expected


def test_a_step_survives_its_json():
    step = Step(Who.NAMED, 9, quorum=Quorum.COUNT, count=2)
    assert Step.from_json(step.to_json()) == step


# --- circles of deputies


def away(person, deputy, first, last):
    return StandIn(person, deputy, date(2026, 12, first), date(2026, 12, last))


@pytest.mark.parametrize(
    ("others", "circle"),
    [
        ([], False),
        ([away("b", "a", 1, 5)], True),
        ([away("b", "a", 6, 9)], False),
        ([away("b", "c", 1, 9), away("c", "a", 5, 5)], True),
        ([away("b", "c", 1, 3), away("c", "a", 4, 5)], False),
        ([away("b", "c", 1, 9), away("c", "b", 1, 9)], False),
    ],
)
def test_a_circle_counts_on_the_days_it_is_closed(others, circle):
    assert closes_circle(away("a", "b", 1, 5), others) is circle
