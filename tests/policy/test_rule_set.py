"""Rule set 1 as a whole: numbered, immutable, hashed, and no rule in it is dead."""

from dataclasses import FrozenInstanceError, replace
from datetime import time

import pytest

from contacts.policy import (
    FACTORS,
    RULE_SET_1,
    Basis,
    ContactHours,
    Kind,
    Outcome,
    Thresholds,
    decide,
    rule_set_with,
)
from contacts.policy.derived import derive
from tests.policy.draw import ALL_FOUR, facts, sample

# A change of any word, condition or threshold changes this value. Stored decisions name it: then it is another rule
# set, with another number, and this one stays.
HASH_OF_RULE_SET_1 = "dbe40c8ef9f26f68a3da921a272d3dd6890decb092541d8df49090438027eb9d"
DECISIONS = [decide(f, RULE_SET_1) for f in sample(20_000)]
# Rules that decide only where everything else is in order: drawn facts seldom are.
AGREED = {"consent_state": "active", "consent_proof": True}
RARE = (
    {"purpose": "debt_collection", "channel": "social_dm", "platform": "instagram", **AGREED},
    {"purpose": "doi_confirmation", "consent_state": "pending_doi"},
    {"purpose": "recruitment", "contact_source": "data_subject", **AGREED},
    {"purpose": "marketing", "channel": "phone", **AGREED},
)


def test_rule_set_1_is_what_it_was():
    assert RULE_SET_1.number == 1
    assert RULE_SET_1.hash == HASH_OF_RULE_SET_1
    assert (len(RULE_SET_1.rules), len(RULE_SET_1.obligations)) == (68, 9)


def test_every_rule_can_fire():
    fired = {finding.rule.id for decision in DECISIONS for finding in decision.findings}
    assert fired == {rule.id for rule in RULE_SET_1.rules}


def test_every_rule_with_an_outcome_can_be_the_one_that_decides():
    rare = [decide(facts(**changes), RULE_SET_1) for changes in RARE]
    deciding = {finding.rule.id for decision in [*DECISIONS, *rare] for finding in decision.deciding}
    never = {rule.id for rule in RULE_SET_1.rules if rule.outcome is not None} - deciding
    assert never == set()


def test_every_obligation_can_arise():
    told = {duty.id for decision in DECISIONS for duty in decision.obligations}
    assert told == {duty.id for duty in RULE_SET_1.obligations}


def test_every_outcome_of_every_factor_is_known():
    for rule in RULE_SET_1.rules:
        assert rule.factor in FACTORS
        assert (rule.outcome is None) == (rule.kind is Kind.DERIVE)
        assert rule.basis in Basis


def test_every_rule_says_why_in_both_languages_with_its_source():
    for rule in RULE_SET_1.rules:
        for text in (rule.reason_en, rule.reason_de, rule.citation, rule.condition_text):
            assert text == text.strip() != ""
        assert rule.reason_en.endswith((".", ";", ")", "?")) and rule.reason_de.endswith((".", ";", ")", "?")), rule.id
    for duty in RULE_SET_1.obligations:
        assert all((duty.text_en, duty.text_de, duty.citation))


def test_every_ground_names_its_legal_basis():
    """Also where somebody has to release it: a permit without a legal basis proves nothing (Art. 5(2) GDPR)."""
    grounds = [rule for rule in RULE_SET_1.rules if rule.kind is Kind.GROUND]
    assert [rule.id for rule in grounds if not rule.legal_basis and not rule.consent_basis] == []


def test_ids_are_used_once():
    ids = [rule.id for rule in RULE_SET_1.rules] + [duty.id for duty in RULE_SET_1.obligations]
    assert len(ids) == len(set(ids))


def test_a_rule_set_cannot_be_changed():
    with pytest.raises(FrozenInstanceError):
        RULE_SET_1.number = 2  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        RULE_SET_1.rules[0].outcome = Outcome.ALLOWED  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        RULE_SET_1.thresholds.stale_after_months_unused = 1  # type: ignore[misc]


def test_another_threshold_is_another_rule_set():
    other = rule_set_with(Thresholds(existing_customer_window_months=12), number=2)
    assert other.hash != RULE_SET_1.hash
    assert rule_set_with(Thresholds(), number=1).hash == RULE_SET_1.hash


def test_another_word_is_another_rule_set():
    first, *rest = RULE_SET_1.rules
    other = replace(RULE_SET_1, rules=(replace(first, reason_de=first.reason_de + " "), *rest))
    assert other.hash != RULE_SET_1.hash


SIMILAR = {
    "purpose": "marketing_similar_products",
    "channel": "email",
    "s7_3": ALL_FOUR,
    "relationship": "active_customer",
}


@pytest.mark.parametrize(
    ("months", "outcome"),
    [(0, "allowed"), (24, "allowed"), (25, "needs_dpo_approval"), (None, "needs_dpo_approval")],
)
def test_the_window_of_an_existing_customer_ends_after_its_last_month(months, outcome):
    decision = decide(facts(**SIMILAR, months_since_last_transaction=months), RULE_SET_1)
    assert decision.outcome.value == outcome


def test_the_outcome_of_a_stale_consent_is_a_threshold():
    stale = facts(purpose="marketing", consent_state="stale", consent_proof=True)
    assert decide(stale, RULE_SET_1).outcome is Outcome.NEEDS_DPO_APPROVAL
    strict = rule_set_with(Thresholds(stale_consent_outcome="forbidden"), number=2)
    assert decide(stale, strict).outcome is Outcome.FORBIDDEN


def test_which_apps_upload_the_address_book_is_a_threshold():
    shared = facts(
        channel="messenger",
        platform="signal",
        sending_account="company_shared_device",
        address_book_isolated=False,
        customer_initiated_on_channel=True,
    )
    assert decide(shared, RULE_SET_1).outcome is not Outcome.FORBIDDEN
    wary = rule_set_with(Thresholds(address_book_upload_platforms=frozenset({shared.platform})), number=2)
    assert decide(shared, wary).outcome is Outcome.FORBIDDEN


@pytest.mark.parametrize(
    "wrong",
    [
        {"stale_after_months_unused": 0},
        {"expired_after_months_unused": 12},
        {"stale_consent_outcome": "allowed"},
        {"frequency_cap_30d": 0},
    ],
)
def test_thresholds_that_cannot_be_meant_are_refused(wrong):
    with pytest.raises(ValueError, match=r"must be|cannot end"):
        Thresholds(**wrong)


def test_contact_hours_are_closed_on_sundays():
    hours = ContactHours().by_weekday()
    assert hours[0] == (time(8), time(20))
    assert hours[5] == (time(9), time(18))
    assert 6 not in hours


def test_an_emergency_suspends_what_the_rule_book_says_and_nothing_else():
    """Section 2: these rules fall silent in imminent danger; those about promotion and approved platforms do not."""
    suspended = {"CON-01", "TEL-07", "IDN-03", "SRV-03", "SRV-04", "SRV-05", "SRV-06", "SRC-01", "SRC-02", "SRC-03"}
    suspended |= {"ACC-06", "TRN-01", "TRN-02", "TRN-03", "MIN-03", "OBJ-04"}
    fired: set[str] = set()
    for f in sample(20_000, seed=7):
        in_danger = facts_in_danger(f)
        assert derive(in_danger).emergency
        fired |= {finding.rule.id for finding in decide(in_danger, RULE_SET_1).findings}
    assert not fired & suspended
    assert fired >= {"ACC-01", "ACC-02", "ACC-03", "ACC-05", "SPC-01", "EMG-01"}


def facts_in_danger(f):
    from tests.policy.draw import changed

    return changed(f, purpose="legal_obligation", contains_promotion=False, urgency="imminent_danger")
