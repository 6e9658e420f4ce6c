"""The words of a verdict are remembered by what went into them, and by nothing else."""

import json
import random
from dataclasses import replace

from contacts import policy
from contacts.requests import verdicts
from portal.written import joined, written
from tests.policy.draw import random_facts

RULES = policy.RULE_SET_1


def drawn(count):
    return [random_facts(random.Random(seed)) for seed in range(count)]


def plain(facts, verdict):
    return json.loads(facts), json.loads(verdict)


def test_remembered_words_are_those_of_a_new_decision():
    for facts in drawn(60) * 2:
        decision = policy.decide(facts, policy.RULE_SET_1)
        told = verdicts.words_of(decision, decision.outcome.value)
        asked = policy.facts_to_inputs(decision.facts), verdicts.verdict_of(decision, decision.outcome.value)
        assert plain(*told) == asked


def test_another_rule_set_and_another_outcome_have_words_of_their_own():
    (facts,) = drawn(1)
    other = replace(policy.RULE_SET_1, number=2)
    first, second = (policy.decide(facts, rules) for rules in (policy.RULE_SET_1, other))
    _facts, verdict = plain(*verdicts.words_of(first, "allowed"))
    assert verdict["rule_set"] == {"number": 1, "hash": policy.RULE_SET_1.hash}
    assert plain(*verdicts.words_of(second, "allowed"))[1]["rule_set"] == {"number": 2, "hash": other.hash}
    assert plain(*verdicts.words_of(first, "forbidden"))[1]["outcome"] == "forbidden"


def test_facts_that_no_rule_tells_apart_have_the_same_words():
    """Also the ways out, under the thresholds of another rule set, and on both sides of the window."""
    wider = replace(
        RULES.thresholds, existing_customer_window_months=RULES.thresholds.existing_customer_window_months + 9
    )
    told = set()
    for facts in drawn(400):
        for rules in (RULES, replace(RULES, number=2, thresholds=wider)):
            alike = policy.likeness(facts, rules.thresholds)
            own, other = (verdicts.verdict_of(policy.decide(each, rules)) for each in (facts, alike))
            assert own == other
            told.add((alike, rules.number))
    assert len({facts for facts, _number in told}) > 300


def test_the_window_is_what_is_told_apart_of_the_last_purchase():
    (facts,) = drawn(1)
    window = RULES.thresholds.existing_customer_window_months
    months = (None, 0, window, window + 1, 500)
    keys = [policy.likeness(replace(facts, months_since_last_transaction=m), RULES.thresholds) for m in months]
    assert keys[1] == keys[2] != keys[3] == keys[4]
    assert keys[0] not in keys[1:]


def test_no_more_is_remembered_than_there_is_room_for(monkeypatch):
    verdicts._facts.clear()
    verdicts._verdicts.clear()
    monkeypatch.setattr(verdicts, "MOST", 5)
    for facts in drawn(40):
        decision = policy.decide(facts, policy.RULE_SET_1)
        verdicts.words_of(decision, decision.outcome.value)
        assert 0 < len(verdicts._facts) <= 5
        assert 0 < len(verdicts._verdicts) <= 5


def test_objects_that_are_written_join_to_one():
    assert json.loads(joined(written({"a": {"b": 1}}), written({"c": "}"}))) == {"a": {"b": 1}, "c": "}"}
