"""The search over one and two changes against a naive second search: nothing missing, nothing too much, in order."""

import random
from collections import Counter
from dataclasses import replace
from functools import cache

import pytest

from contacts.policy import RULE_SET_1, Outcome, decide
from contacts.policy.alternatives import ALL_LEVERS
from contacts.policy.alternatives.reading import BITS, DERIVED_FROM, firing
from contacts.policy.derived import derive
from tests.policy import oracle
from tests.policy.draw import DRAWN, facts, plausible_facts, random_facts, sample

LEVER = {lever.key: lever for lever in ALL_LEVERS}


@cache
def asked():
    """2,000 decisions that are not allowed: anything, things that are nearly harmless, and all between."""
    chance = random.Random(61)
    drawn = [*sample(1400, seed=62), *(plausible_facts(chance) for _ in range(1600))]
    return [d for d in (decide(f, RULE_SET_1) for f in drawn) if d.outcome is not Outcome.ALLOWED][:2000]


def steps(ways):
    return [way.steps for way in ways]


def test_both_searches_find_the_same_ways_with_the_same_changes_and_outcomes():
    kinds = Counter()
    for decision in asked():
        found = {
            tuple(sorted(way.steps)): (dict(way.changes), str(way.outcome))
            for way in (*decision.alternatives, *decision.combinations)
        }
        expected = {tuple(sorted(key)): value for key, value in oracle.search(decision.facts).items()}
        assert found == expected, decision.facts
        kinds += Counter(len(key) for key in found)
    assert len(asked()) == 2000
    assert kinds[1] > 1000 and kinds[2] > 1000


def test_nothing_offered_is_forbidden_and_all_of_it_is_better_when_it_is_asked():
    for decision in asked():
        for way in decision.ways_out:
            again = decide(replace(decision.facts, **way.changes), RULE_SET_1)
            assert again.outcome is way.outcome is not Outcome.FORBIDDEN
            assert again.outcome.severity < decision.outcome.severity


def test_of_two_changes_neither_leads_as_far_alone():
    for decision in asked():
        single = {way.key: way.outcome.severity for way in decision.alternatives}
        for way in decision.combinations:
            for key in way.steps:
                assert single.get(key, decision.outcome.severity) > way.outcome.severity


def test_the_better_outcome_comes_first_then_the_smaller_effort_then_the_fewer_changes():
    for decision in asked():
        efforts = [
            (oracle.RANK.index(way.outcome), sum(oracle.effort(key) for key in way.steps), len(way.steps))
            for way in decision.ways_out
        ]
        assert efforts == sorted(efforts)
        assert [(w.effort, len(w.steps)) for w in decision.ways_out] == [(e, n) for _severity, e, n in efforts]


def test_no_way_is_offered_twice_and_the_order_is_always_the_same():
    for decision in asked()[:500]:
        ways = decision.ways_out
        assert len({frozenset(way.steps) for way in ways}) == len(ways)
        assert steps(decide(decision.facts, RULE_SET_1).ways_out) == steps(ways)


def test_what_is_allowed_has_no_way_out():
    assert decide(facts(), RULE_SET_1).ways_out == ()


def test_two_obstacles_take_two_changes():
    decision = decide(facts(contains_promotion=True, channel="social_dm", platform="xing"), RULE_SET_1)
    assert not {"email", "remove_promotion"} & {way.key for way in decision.alternatives}
    way = next(way for way in decision.combinations if way.key == "email+remove_promotion")
    assert (way.changes, way.outcome) == (
        {"channel": "email", "platform": None, "contains_promotion": False},
        "allowed",
    )
    assert way.label_de == "Eine E-Mail schreiben und die Werbung aus dem Text nehmen"
    assert way.label_en == "Write an e-mail and take the promotion out of the text"


def test_a_noun_keeps_its_capital_in_the_middle_of_a_german_label():
    decision = decide(facts(special_category=True, sender_identity_clear=False, channel="sms"), RULE_SET_1)
    labels = [way.label_de for way in decision.combinations]
    assert "Firma und Namen deutlich nennen und Gesundheits- und andere sensible Angaben weglassen" in labels


def test_a_consent_is_got_for_the_way_that_one_has_changed_to():
    decision = decide(
        facts(purpose="marketing", channel="phone", consent_state="active", consent_proof=False, robinson_listed=False),
        RULE_SET_1,
    )
    way = next(way for way in decision.combinations if way.key == "sms+get_consent")
    assert (way.changes, way.outcome) == ({"channel": "sms", "consent_proof": True}, "allowed")


@pytest.mark.parametrize("lever", ALL_LEVERS, ids=lambda lever: lever.key)
def test_a_lever_says_in_both_languages_what_to_do_and_where(lever):
    for words in (lever.label_de, lever.label_en, lever.where_de, lever.where_en):
        assert words.strip() == words and len(words) > 3
        assert words[0].isupper() and not words.endswith(".")


def test_a_lever_changes_what_it_is_about_and_a_move_what_hangs_on_it():
    chance = random.Random(63)
    hanging = {"consent_state", "consent_proof", "customer_initiated_on_channel"}
    hanging |= {"company_present_on_platform", "platform_status"}
    seen = set()
    for _turn in range(3000):
        f = random_facts(chance)
        for lever in ALL_LEVERS:
            changes = lever.change(f)
            if changes:
                seen.add(lever.key)
                assert set(changes) <= lever.about | (hanging if lever.moves else set())
                assert all(getattr(f, name) != value for name, value in changes.items())
    assert seen == set(LEVER)


# --- what lets the search leave out what cannot matter


def test_a_derived_fact_depends_on_nothing_but_the_inputs_named_for_it():
    chance, changed = random.Random(64), Counter()
    for _turn in range(3000):
        f = random_facts(chance)
        name = chance.choice(sorted(DRAWN))
        other = replace(f, **{name: chance.choice(DRAWN[name])})
        before, after = derive(f), derive(other)
        for derived, inputs in DERIVED_FROM.items():
            if getattr(before, derived) != getattr(after, derived):
                changed[derived] += 1
                assert name in inputs
    assert set(changed) == set(DERIVED_FROM) - {"s73_ok"} or set(changed) == set(DERIVED_FROM)


def test_a_rule_answers_alike_as_long_as_nothing_it_has_read_changes():
    chance, kept = random.Random(65), 0
    for _turn in range(600):
        f = random_facts(chance)
        for rule in RULE_SET_1.asked:
            for read in firing([rule], f, RULE_SET_1):
                unread = [name for name in DRAWN if not BITS[name] & read]
                other = replace(f, **{name: chance.choice(DRAWN[name]) for name in unread})
                assert rule.condition(other, derive(other), RULE_SET_1.thresholds)
                kept += 1
    assert kept > 1000
