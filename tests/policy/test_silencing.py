"""The smallest change that silences a rule, the golden cases of every rule, and facts that cannot be."""

import pytest

from contacts.policy import RULE_SET_1, decide, parse_inputs
from contacts.policy.contradictions import KEYS, changed_with, contradictions
from contacts.policy.golden import shipped_cases
from contacts.policy.ordinary import ORDINARY, ORDINARY_FACTS, unusual
from contacts.policy.silencing import silence, speaks
from tests.policy.draw import ALL_FOUR, BASE, facts, sample

CASES = {case.id: parse_inputs(case.id, case.inputs)[0] for case in shipped_cases()}
FIRED = [(name, f.rule.id) for name, said in CASES.items() for f in decide(said, RULE_SET_1).findings]


def test_every_rule_speaks_in_a_golden_case():
    assert {rule for _case, rule in FIRED} == {rule.id for rule in RULE_SET_1.rules}


def test_no_golden_case_contradicts_itself():
    assert [name for name, said in CASES.items() if contradictions(said)] == []


def test_every_rule_of_every_case_can_be_silenced_by_one_change_which_is_told():
    for case, rule in FIRED:
        found = silence(rule, CASES[case], RULE_SET_1)
        assert found.found, (case, rule)
        if found.lever is not None:
            there = changed_with(CASES[case], **found.lever.change(CASES[case]))
            assert rule not in {one.rule.id for one in decide(there, RULE_SET_1).findings}, (case, rule)
        for name, values in found.facts.items():
            for value in values:
                assert not still(rule, CASES[case], name, value), (case, rule, name, value)


def still(rule, said, name, value):
    if name in ALL_FOUR:
        flags = {flag: getattr(said.s7_3, flag) for flag in ALL_FOUR} | {name: value}
        name, value = "s7_3", flags
    changed = parse_inputs("changed", {**inputs_of(said), name: value})[0]
    there = changed_with(said, **{name: getattr(changed, name)})
    return rule in {one.rule.id for one in decide(there, RULE_SET_1).findings}


def inputs_of(said):
    return {**ORDINARY, **{name: value for name, value in unusual(said).items() if name != "s7_3"}}


def test_the_least_effort_comes_first():
    found = silence("ACC-01", CASES["date request to an attractive customer"], RULE_SET_1)
    assert found.lever is not None and found.lever.key == "company_account"
    assert found.facts == {"sending_account": ("company_account_verified", "company_shared_device")}


def test_the_default_is_silent_once_another_rule_permits():
    said = CASES["confirmation mail although nobody has signed up"]
    assert speaks("DEF-01", said, RULE_SET_1)
    assert silence("DEF-01", said, RULE_SET_1).facts["consent_state"] == ("pending_doi",)


def test_the_ordinary_contact_is_that_of_the_worked_examples():
    assert dict(ORDINARY) == BASE and unusual(ORDINARY_FACTS) == {}
    assert unusual(facts(channel="sms", s7_3={**BASE["s7_3"], "not_objected": True})) == {
        "channel": "sms",
        "s7_3": {"not_objected": True},
    }


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"platform": "whatsapp"}, "platform_without_channel"),
        ({"channel": "messenger", "platform": "instagram"}, "no_messenger"),
        ({"channel": "social_dm", "platform": "signal"}, "no_network"),
        ({"consent_proof": True}, "proof_of_nothing"),
        ({"consent_state": "pending_doi", "consent_proof": True}, "proof_of_nothing"),
        ({"automated_call": True}, "machine_without_call"),
        ({"s7_3": ALL_FOUR, "objection": "marketing_objection"}, "objected_all_the_same"),
        ({"s7_3": ALL_FOUR, "relationship": "prospect"}, "sale_to_nobody"),
    ],
)
def test_facts_that_cannot_be_true_together_are_found(changes, key):
    assert [one.key for one in contradictions(facts(**changes))] == [key]
    assert key in KEYS


def test_another_channel_leaves_platform_and_machine_behind_without_another_answer():
    """What is dropped is never what decided a way out that is offered."""
    for said in sample(400):
        if contradictions(said):
            continue
        for way in decide(said, RULE_SET_1).ways_out:
            there = changed_with(said, **way.changes)
            assert not contradictions(there), (said, way.key)
            assert decide(there, RULE_SET_1).outcome is way.outcome, (said, way.key)
