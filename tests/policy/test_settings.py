"""What a company may set about the rules, and what no rule set may say."""

import json

import pytest

from contacts.policy import (
    DISPUTED,
    RULE_SET_1,
    Basis,
    Outcome,
    Settings,
    SettingsError,
    decide,
    differences,
    parse_inputs,
    rule_set_from_words,
    rule_set_of,
    settings_from_json,
    settings_to_json,
)
from contacts.policy.golden import cases_from, cases_with, check_cases, shipped_cases
from tests.policy.draw import facts, sample
from tests.policy.more_examples import MORE
from tests.policy.test_worked_examples import EXAMPLES

SAMPLE = sample(2_000)


def made(number=2, **settings):
    return rule_set_of(settings_from_json(settings), number)


def faults(document):
    with pytest.raises(SettingsError) as refusal:
        settings_from_json(document)
    return {(fault.name, str(fault.wrong)) for fault in refusal.value.faults}


def test_nothing_set_is_the_shipped_rule_set():
    assert rule_set_of(Settings(), 1) == RULE_SET_1
    assert rule_set_of(Settings(), 1).hash == RULE_SET_1.hash
    assert settings_from_json({}) == Settings()


def test_settings_survive_their_json():
    said = {
        "thresholds": {
            "child_age": 14,
            "frequency_cap_30d": 4,
            "contact_hours": {"saturday": ["10:00", "14:30"]},
            "address_book_upload_platforms": ["whatsapp", "telegram", "signal"],
            "stale_consent_outcome": "forbidden",
        },
        "outcomes": {"LET-04": "needs_dpo_approval"},
        "platforms": {"x": "not_approved"},
    }
    once = settings_from_json(said)
    assert settings_from_json(json.loads(json.dumps(settings_to_json(once)))) == once
    assert once.thresholds.contact_hours.monday_to_friday == Settings().thresholds.contact_hours.monday_to_friday


def test_equal_settings_are_one_rule_set_and_other_ones_have_another_hash():
    words = json.dumps(settings_to_json(Settings()))
    assert rule_set_from_words(2, words) is rule_set_from_words(2, words)
    hashes = {
        made().hash,
        made(number=3).hash,
        made(outcomes={"SRV-03": "forbidden"}).hash,
        made(platforms={"x": "not_approved"}).hash,
        made(thresholds={"inbound_window_days": 7}).hash,
    }
    assert len(hashes) == 5


@pytest.mark.parametrize("rule", DISPUTED, ids=lambda rule: rule.id)
@pytest.mark.parametrize("outcome", list(Outcome))
def test_a_disputed_rule_takes_the_outcome_that_is_set_and_no_other_rule_does(rule, outcome):
    rules = {one.id: one.outcome for one in made(outcomes={rule.id: outcome.value}).rules}
    assert rules == {one.id: one.outcome for one in RULE_SET_1.rules} | {rule.id: outcome}


def test_only_disputed_rules_can_be_set():
    others = [rule.id for rule in RULE_SET_1.rules if rule.basis is not Basis.DISPUTED]
    for rule in [*others, "CON-04", "NEW-01"]:
        assert faults({"outcomes": {rule: "forbidden"}}) == {(rule, "not_disputed")}
    assert {rule.basis for rule in DISPUTED} == {Basis.DISPUTED}


def test_every_fault_is_told_at_once():
    wrong = {"thresholds": {"child_age": 12, "doi_ttl_days": "14"}, "platforms": {"fax": "approved"}, "rest": 1}
    assert faults(wrong) == {("child_age", "range"), ("doi_ttl_days", "kind"), ("fax", "unknown"), ("rest", "unknown")}


@pytest.mark.parametrize(
    ("thresholds", "fault"),
    [
        (
            {"stale_after_months_unused": 25, "expired_after_months_unused": 24},
            ("expired_after_months_unused", "order"),
        ),
        ({"consent_retention_phone_years": 4}, ("consent_retention_phone_years", "range")),
        ({"consent_retention_other_years": 2}, ("consent_retention_other_years", "range")),
        ({"art14_deadline_days": 31}, ("art14_deadline_days", "range")),
        ({"child_age": 17}, ("child_age", "range")),
        ({"child_age": 13}, ("child_age", "range")),
        ({"breach_deadline_hours": 73}, ("breach_deadline_hours", "range")),
        ({"approval_valid_days": 0}, ("approval_valid_days", "range")),
        ({"frequency_cap_30d": True}, ("frequency_cap_30d", "kind")),
        ({"contact_hours": {"saturday": ["18:00", "09:00"]}}, ("saturday", "hours")),
        ({"contact_hours": {"saturday": ["09:00", "09:00"]}}, ("saturday", "hours")),
        ({"contact_hours": {"monday_to_friday": ["08:00", "24:30"]}}, ("monday_to_friday", "kind")),
        ({"contact_hours": {"monday_to_friday": "early"}}, ("monday_to_friday", "kind")),
        ({"contact_hours": {"sunday": ["09:00", "10:00"]}}, ("sunday", "unknown")),
        ({"address_book_upload_platforms": ["fax"]}, ("address_book_upload_platforms", "kind")),
        ({"stale_consent_outcome": "allowed"}, ("stale_consent_outcome", "kind")),
    ],
)
def test_what_no_rule_set_may_say(thresholds, fault):
    assert faults({"thresholds": thresholds}) == {fault}


@pytest.mark.parametrize(
    ("said", "laxer"),
    [
        ({}, ()),
        ({"outcomes": {"SRV-03": "forbidden", "CON-05": "forbidden"}}, ()),
        ({"outcomes": {"SRV-03": "allowed"}}, ("SRV-03",)),
        ({"outcomes": {"DOI-01": "forbidden"}}, ()),
        ({"thresholds": {"child_age": 14}}, ("child_age",)),
        ({"thresholds": {"child_age": 15}}, ("child_age",)),
        ({"thresholds": {"stale_after_months_unused": 12}}, ()),
        ({"thresholds": {"stale_after_months_unused": 30}}, ("stale_after_months_unused",)),
        ({"thresholds": {"breach_deadline_hours": 24}}, ()),
        ({"thresholds": {"address_book_upload_platforms": ["telegram"]}}, ("address_book_upload_platforms",)),
        ({"thresholds": {"approval_valid_days": 15}}, ("approval_valid_days",)),
        ({"thresholds": {"approval_valid_days": 3, "training_validity_months": 6}}, ()),
        ({"thresholds": {"training_validity_months": 24}}, ("training_validity_months",)),
        ({"thresholds": {"contact_hours": {"monday_to_friday": ["07:59", "12:00"]}}}, ("contact_hours",)),
        ({"thresholds": {"contact_hours": {"monday_to_friday": ["10:00", "20:01"]}}}, ("contact_hours",)),
        ({"thresholds": {"contact_hours": {"saturday": ["08:00", "09:00"]}}}, ("contact_hours",)),
        (
            {"thresholds": {"contact_hours": {"saturday": ["09:00", "18:00"], "monday_to_friday": ["09:00", "17:00"]}}},
            (),
        ),
    ],
)
def test_what_is_milder_than_shipped_is_named(said, laxer):
    assert settings_from_json(said).laxer() == laxer


def test_stricter_settings_never_make_an_answer_milder():
    strict = made(
        outcomes={rule.id: "forbidden" for rule in DISPUTED},
        platforms={"signal": "not_approved", "x": "under_review"},
        thresholds={"stale_consent_outcome": "forbidden", "existing_customer_window_months": 6},
    )
    assert strict.number == 2
    flips = 0
    for one in SAMPLE:
        before, after = decide(one, RULE_SET_1).outcome, decide(one, strict).outcome
        assert after.severity >= before.severity, one
        flips += after is not before
    assert flips > 20


def test_of_two_words_about_a_platform_the_stricter_counts():
    agreed = {"consent_state": "active", "consent_proof": True, "channel": "messenger", "platform": "signal"}
    rules = made(platforms={"signal": "under_review"})
    outcomes = {
        status: decide(facts(purpose="service", platform_status=status, **agreed), rules).outcome.value
        for status in ("approved", "under_review", "not_approved")
    }
    assert outcomes == {
        "approved": "needs_dpo_approval",
        "under_review": "needs_dpo_approval",
        "not_approved": "forbidden",
    }
    held = decide(facts(purpose="service", platform_status="approved", **agreed), rules)
    assert "approve_platform" not in {way.key for way in held.ways_out}, "approving it in the register would not help"


def test_what_differs_is_told_by_part():
    after = settings_from_json({"thresholds": {"child_age": 14}, "outcomes": {"LET-04": "needs_dpo_approval"}})
    told = [(one.part, one.name, one.before, one.after) for one in differences(Settings(), after)]
    assert told == [("thresholds", "child_age", 16, 14), ("outcomes", "LET-04", None, "needs_dpo_approval")]


# --- golden cases


def test_the_worked_examples_are_the_shipped_cases_and_hold():
    cases = shipped_cases()
    expected = [*EXAMPLES, *MORE]
    assert [(one.id, one.outcome.value, one.deciding_rules and list(one.deciding_rules)) for one in cases] == [
        (name, outcome, rules) for name, _changes, outcome, rules in expected
    ]
    assert [parse_inputs(one.id, one.inputs)[0] for one in cases] == [facts(**row[1]) for row in expected]
    assert check_cases(cases, RULE_SET_1) == []


def test_a_case_that_is_answered_another_way_is_found_with_both_answers():
    rules = made(outcomes={"LET-04": "needs_dpo_approval"})
    (one,) = check_cases(shipped_cases(), rules)
    assert one.case.id == "bought letter address on the Robinson list"
    assert (one.case.outcome.value, one.outcome.value) == ("forbidden", "needs_dpo_approval")
    replaced = cases_with([one.as_answered()])
    assert len(replaced) == len(shipped_cases()) and check_cases(replaced, rules) == []


CASE = {"id": "a", "inputs": {}, "outcome": "forbidden"}


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ("{}", "must be a list"),
        ("[", "This is not JSON"),
        ([1], "must be an object"),
        ([{"id": "a", "inputs": {}}], "“outcome” must be one of"),
        ([CASE | {"inputs": {"colour": "red"}}], "“colour” is not an input"),
        ([CASE | {"id": ""}], "“id” must be a text"),
        ([CASE | {"id": 7}], "“id” must be a text"),
        ([CASE | {"why": "x"}], "“why” is not known"),
        ([CASE, CASE], "is there twice"),
        ([CASE | {"deciding_rules": "PUR-03"}], "must be a list"),
        ([CASE | {"deciding_rules": ["PUR-99"]}], "is not a rule"),
        ([CASE | {"id": str(number)} for number in range(1001)], "1000 is the most"),
    ],
)
def test_what_is_no_golden_case_is_refused_in_a_sentence(document, words):
    from contacts.policy import InputError

    text = document if isinstance(document, str) else json.dumps(document)
    with pytest.raises(InputError, match=words) as refusal:
        cases_from(text, known=frozenset(rule.id for rule in RULE_SET_1.rules))
    assert str(refusal.value).endswith(".")
