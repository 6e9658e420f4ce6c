"""What holds for every input, over many thousand drawn ones."""

from dataclasses import FrozenInstanceError, replace

import pytest

from contacts.policy import FACTORS, RISKIEST, RULE_SET_1, Facts, Kind, Outcome, decide, rests_on_consent
from contacts.policy.alternatives import ALL_LEVERS
from tests.policy.draw import TYPES, changed, facts, sample

SAMPLE = sample(12_000)
DECISIONS = [decide(f, RULE_SET_1) for f in SAMPLE]
# Safest first. Each order is one that the rule book implies: no rule asks for the safer value to be stricter.
RISKS = {
    "objection": ["none", "marketing_objection", "full_block"],
    "consent_proof": [True, False],
    "requester_training": ["valid", "expired", "none"],
    "sending_account": ["company_account_verified", "company_shared_device", "private_account"],
    "platform_status": ["approved", "under_review", "not_approved"],
    "company_present_on_platform": [True, False],
    "address_book_isolated": [True, False],
    "identity_verified": [True, False],
    "contact_source": ["contract_record", "searched_by_employee"],
    "minor": ["no", "age_16_17", "under_16"],
    "parental_consent": [True, False],
    "robinson_listed": [False, True],
    "quiet_hours": [False, True],
    "special_category": [False, True],
    "automated_call": [False, True],
    "sender_identity_clear": [True, False],
    "caller_id_shown": [True, False],
    "opt_out_included": [True, False],
    "customer_initiated_on_channel": [True, False],
    "presumed_consent_documented": [True, False],
    "alternative_channel_available": [False, True],
    "relationship": ["active_customer", "former_customer", "prospect"],
    "customer_kind": ["business_contact", "consumer"],
}


def test_the_same_facts_always_give_the_same_decision():
    for f, before in zip(SAMPLE[:2000], DECISIONS, strict=False):
        again = decide(replace(f), RULE_SET_1)
        assert (again.outcome, again.findings, again.obligations, again.alternatives) == (
            before.outcome,
            before.findings,
            before.obligations,
            before.alternatives,
        )


def test_nothing_is_allowed_without_a_ground():
    for decision in DECISIONS:
        grounds = [finding for finding in decision.findings if finding.rule.kind is Kind.GROUND]
        if decision.outcome is Outcome.ALLOWED:
            assert grounds and decision.legal_basis
        if decision.outcome is not Outcome.FORBIDDEN and not grounds:
            assert decision.findings[-1].rule.id == "DEF-01"
            assert decision.outcome.severity >= Outcome.NEEDS_DPO_APPROVAL.severity


def test_what_is_forbidden_carries_no_legal_basis_and_no_obligation():
    for decision in DECISIONS:
        if decision.outcome is Outcome.FORBIDDEN:
            assert (decision.legal_basis, decision.obligations) == ("", ())


@pytest.mark.parametrize("name", RISKS)
def test_a_riskier_value_is_never_answered_more_mildly(name):
    kind = TYPES[name]
    values = [value if kind is bool else kind(value) for value in RISKS[name]]
    for f in SAMPLE[:4000]:
        severities = [decide(replace(f, **{name: value}), RULE_SET_1).outcome.severity for value in values]
        assert severities == sorted(severities), f


def test_a_proven_consent_is_never_worse_than_a_stale_ended_or_withdrawn_one():
    for f in SAMPLE[:4000]:
        severities = [
            decide(changed(f, consent_state=state, consent_proof=True), RULE_SET_1).outcome.severity
            for state in ("active", "stale", "expired")
        ]
        assert severities[0] == min(severities), f


def test_an_objection_to_advertising_beats_every_ground():
    """Art. 21(3) GDPR: afterwards the data are no longer used for advertising, whoever agrees."""
    for f in SAMPLE[:4000]:
        against = changed(f, objection="marketing_objection", purpose="marketing")
        assert decide(against, RULE_SET_1).outcome is Outcome.FORBIDDEN


def test_a_private_account_is_never_more_than_an_emergency_call():
    for f, decision in zip(SAMPLE, DECISIONS, strict=True):
        if f.sending_account.value == "private_account" and decision.outcome is not Outcome.FORBIDDEN:
            assert f.channel.value == "phone"
            assert (f.purpose.value, f.urgency.value) == ("legal_obligation", "imminent_danger")


def test_the_strictest_finding_wins_and_all_of_that_strictness_decide():
    for decision in DECISIONS:
        outcomes = [finding.outcome for finding in decision.findings if finding.outcome is not None]
        assert decision.outcome is max(outcomes, key=lambda outcome: outcome.severity, default=Outcome.ALLOWED)
        told = {finding.rule.id for finding in decision.deciding}
        assert told >= {finding.rule.id for finding in decision.findings if finding.outcome is decision.outcome}


def test_grouping_by_factor_loses_and_doubles_nothing():
    for decision in DECISIONS:
        groups = decision.by_factor()
        assert tuple(groups) == FACTORS
        grouped = [finding for group in groups.values() for finding in group.findings]
        assert sorted(finding.rule.id for finding in grouped) == sorted(f.rule.id for f in decision.findings)


def test_a_dpo_decision_names_what_the_manager_must_release_as_well():
    seen = 0
    for decision in DECISIONS:
        managers = {f.rule.id for f in decision.findings if f.outcome is Outcome.NEEDS_MANAGER_APPROVAL}
        if decision.outcome is Outcome.NEEDS_DPO_APPROVAL:
            assert {f.rule.id for f in decision.additional_release} == managers
            seen += bool(managers)
        else:
            assert decision.additional_release == ()
    assert seen > 20


def test_every_alternative_is_truly_better_when_it_is_asked():
    seen = 0
    for decision in DECISIONS[:4000]:
        for way in decision.alternatives:
            asked = decide(replace(decision.facts, **way.changes), RULE_SET_1)
            assert asked.outcome is way.outcome
            assert asked.outcome.severity < decision.outcome.severity
            seen += 1
    assert seen > 1000


def test_alternatives_come_smallest_effort_first_and_none_is_forgotten():
    effort = {lever.key: lever.effort for lever in ALL_LEVERS}
    assert len(effort) == len(ALL_LEVERS)
    for decision in DECISIONS[:3000]:
        efforts = [effort[way.key] for way in decision.alternatives]
        assert efforts == sorted(efforts)
        offered = {way.key for way in decision.alternatives}
        for lever in ALL_LEVERS:
            changes = lever.change(decision.facts)
            if changes and lever.key not in offered:
                neighbour = decide(replace(decision.facts, **changes), RULE_SET_1)
                assert neighbour.outcome.severity >= decision.outcome.severity


def test_nobody_is_offered_what_nobody_here_can_bring_about():
    """The customer's refusal, age, kind and relationship, the source of an address, the reason, and danger."""
    never = {
        "objection",
        "minor",
        "customer_kind",
        "relationship",
        "contact_source",
        "purpose",
        "urgency",
        "robinson_listed",
        "months_since_last_transaction",
    }
    for decision in DECISIONS:
        for way in decision.alternatives:
            assert not never & set(way.changes)
            section = way.changes.get("s7_3", decision.facts.s7_3)
            assert (
                replace(section, own_similar_products=decision.facts.s7_3.own_similar_products) == decision.facts.s7_3
            )


def test_an_alternative_changes_one_thing_and_what_hangs_on_it():
    of_a_way = {"platform", "consent_state", "consent_proof", "customer_initiated_on_channel"}
    together = (
        of_a_way | {"channel", "sending_account"},
        of_a_way | {"company_present_on_platform", "platform_status"},
        {"consent_state", "consent_proof"},
    )
    for decision in DECISIONS:
        for way in decision.alternatives:
            assert len(way.changes) == 1 or any(set(way.changes) <= group for group in together)


def test_what_is_allowed_needs_no_other_way():
    assert decide(facts(), RULE_SET_1).alternatives == ()


def test_only_a_consent_in_force_can_be_used_up():
    advertising = facts(purpose="marketing", consent_state="active", consent_proof=True)
    assert rests_on_consent(decide(advertising, RULE_SET_1))
    assert not rests_on_consent(decide(facts(), RULE_SET_1))
    for decision in DECISIONS:
        if rests_on_consent(decision):
            assert decision.facts.consent_state.value in ("active", "stale")


def test_facts_and_decisions_cannot_be_changed():
    decision = decide(facts(), RULE_SET_1)
    with pytest.raises(FrozenInstanceError):
        decision.outcome = Outcome.ALLOWED  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        decision.facts.consent_proof = True  # type: ignore[misc]
    assert isinstance(decision.facts, Facts)


# No value of these is riskier in every case: a debt over a messenger is worse than advertising to somebody who agreed,
# and imminent danger asks for one look more than an answer the customer waits for.
UNORDERED = {"purpose", "channel", "contains_promotion", "urgency"}


@pytest.mark.parametrize("name", sorted(set(RISKIEST) - UNORDERED))
def test_the_value_of_a_missing_input_is_never_answered_more_mildly_than_another(name):
    """Deny by default (Art. 25 GDPR), over the whole input space and not only beside the harmless values."""
    for f, decision in zip(SAMPLE, DECISIONS, strict=True):
        riskiest = decide(replace(f, **{name: RISKIEST[name]}), RULE_SET_1)
        assert riskiest.outcome.severity >= decision.outcome.severity, f


@pytest.mark.parametrize(
    ("changes", "basis", "on_consent"),
    [
        ({"purpose": "debt_collection", "channel": "sms"}, "GDPR Art. 6(1)(b),(f)", False),
        (
            {"purpose": "debt_collection", "channel": "messenger", "platform": "threema", "consent_state": "active"},
            "GDPR Art. 6(1)(b),(f); GDPR Art. 6(1)(a)",
            True,
        ),
        (
            {"purpose": "debt_collection", "channel": "social_dm", "platform": "xing", "consent_state": "active"},
            "GDPR Art. 6(1)(b),(f); GDPR Art. 6(1)(a)",
            True,
        ),
        ({"purpose": "recruitment", "channel": "letter"}, "GDPR Art. 6(1)(f)", False),
        ({"channel": "phone", "contact_source": "referral"}, "GDPR Art. 6(1)(b),(f)", False),
        ({"channel": "phone", "contact_source": "bought_list"}, "GDPR Art. 6(1)(f)", False),
    ],
)
def test_what_somebody_releases_names_its_basis_and_whether_a_consent_is_used(changes, basis, on_consent):
    decision = decide(facts(consent_proof=True, **changes), RULE_SET_1)
    assert decision.outcome in (Outcome.NEEDS_MANAGER_APPROVAL, Outcome.NEEDS_DPO_APPROVAL)
    assert (decision.legal_basis, rests_on_consent(decision)) == (basis, on_consent)


def test_a_stale_consent_is_not_renewed_by_answering_somebody_who_wrote_first():
    reply = {"purpose": "inquiry_reply", "channel": "messenger", "platform": "threema", "consent_state": "stale"}
    decision = decide(facts(customer_initiated_on_channel=True, consent_proof=True, **reply), RULE_SET_1)
    assert decision.outcome is Outcome.ALLOWED
    assert not rests_on_consent(decision)
