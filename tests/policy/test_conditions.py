"""What people read is what the code does: each rule's words, read by a second reader, agree with its condition."""

import random

import pytest

from contacts.policy import RULE_SET_1, Kind, Outcome, decide
from contacts.policy.derived import derive
from tests.policy.draw import facts, sample
from tests.policy.reading import holds, names_of

SAMPLE = sample(6000)
NAMES = [names_of(f, RULE_SET_1.thresholds) for f in SAMPLE]
ASKED = [rule for rule in RULE_SET_1.rules if rule.kind is not Kind.DEFAULT]


@pytest.mark.parametrize("rule", ASKED, ids=lambda rule: rule.id)
def test_words_and_code_of_a_rule_agree(rule):
    words = rule.condition_text.split("  =>")[0]
    for f, names in zip(SAMPLE, NAMES, strict=True):
        assert rule.condition(f, derive(f), RULE_SET_1.thresholds) == holds(words, names), f


def test_the_second_reader_can_disagree():
    names = names_of(facts(channel="phone"), RULE_SET_1.thresholds)
    assert holds("channel=phone AND NOT (is_adv OR robinson_listed)", names)
    assert not holds(
        "channel in {letter, email} OR months_since_last_transaction > existing_customer_window_months", names
    )
    with pytest.raises(ValueError, match="cannot read"):
        holds("channel=phone; drop", names)
    with pytest.raises(KeyError):
        holds("channel_is_good", names)


def test_outcomes_follow_from_the_fired_rules_alone():
    """The whole evaluation once more, from the words: the strictest finding wins, the default fills the gap."""
    for f, names in zip(SAMPLE, NAMES, strict=True):
        fired = [rule for rule in ASKED if holds(rule.condition_text.split("  =>")[0], names)]
        severity = max((rule.outcome.severity for rule in fired if rule.outcome is not None), default=0)
        has_ground = any(rule.kind is Kind.GROUND for rule in fired)
        if severity < Outcome.FORBIDDEN.severity and not has_ground:
            severity = max(severity, Outcome.NEEDS_DPO_APPROVAL.severity)
        assert decide(f, RULE_SET_1).outcome.severity == severity


def test_the_sample_is_the_same_in_every_run():
    assert random.Random(20261124).random() == random.Random(20261124).random()
    assert sample(3) == SAMPLE[:3]
