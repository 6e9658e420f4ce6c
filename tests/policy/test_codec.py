"""Facts and decisions as JSON: nothing unknown is taken, nothing missing is taken for harmless."""

import json

import pytest

from contacts.policy import RISKIEST, RULE_SET_1, InputError, decide, decide_document, facts_to_inputs, parse_inputs
from tests.policy.draw import inputs, sample


def document(**changes):
    return json.dumps([{"id": "a", "inputs": inputs(**changes)}])


def test_facts_survive_the_way_to_json_and_back():
    for f in sample(2000):
        again, missing = parse_inputs("x", json.loads(json.dumps(facts_to_inputs(f))))
        assert (again, missing) == (f, ())


def test_an_answer_has_the_parts_that_the_rule_book_names():
    (answer,) = decide_document(document(purpose="debt_collection", channel="sms"), RULE_SET_1)
    assert answer["id"] == "a"
    assert answer["outcome"] == "needs_manager_approval"
    assert answer["deciding_rules"] == ["DEB-02"]
    assert "DEB-02" in answer["fired_rules"]
    assert "OBL-05" in answer["obligations"]
    assert answer["rule_set"] == 1
    assert answer["missing"] == []
    assert set(answer["reasons"]) == {"de", "en"} and answer["reasons"]["de"]
    letter = next(way for way in answer["alternatives"] if way["key"] == "letter")
    assert letter["changes"] == {"channel": "letter"} and letter["outcome"] == "allowed"
    json.dumps(answer)


def test_missing_inputs_take_their_riskiest_value_and_are_listed():
    facts, missing = parse_inputs(1, {})
    assert all(getattr(facts, name) == value for name, value in RISKIEST.items())
    assert list(missing) == list(RISKIEST)
    assert decide(facts, RULE_SET_1).outcome.value == "forbidden"


@pytest.mark.parametrize("name", [name for name in RISKIEST if name not in ("purpose", "channel")])
def test_leaving_an_input_out_never_helps(name):
    """Deny by default (Art. 25 GDPR): silence about a fact is answered at least as strictly as the harmless value."""
    for channel, platform in (("email", None), ("phone", None), ("letter", None), ("messenger", "signal")):
        for purpose in ("service", "marketing", "debt_collection"):
            whole = inputs(purpose=purpose, channel=channel, platform=platform)
            told = decide(parse_inputs(1, whole)[0], RULE_SET_1).outcome.severity
            silent = {key: value for key, value in whole.items() if key != name}
            assert decide(parse_inputs(1, silent)[0], RULE_SET_1).outcome.severity >= told


def test_a_missing_platform_matters_only_where_there_are_platforms():
    letter = {key: value for key, value in inputs(channel="letter").items() if key != "platform"}
    assert parse_inputs(1, letter)[1] == ()
    assert parse_inputs(1, letter | {"channel": "messenger"})[1] == ("platform",)


def test_a_missing_condition_of_section_7_counts_as_not_met():
    part = inputs(s7_3={"address_from_sale": True})
    facts, missing = parse_inputs(1, part)
    assert facts.s7_3.address_from_sale and not facts.s7_3.not_objected
    assert missing == (
        "s7_3.own_similar_products",
        "s7_3.not_objected",
        "s7_3.notice_at_collection_and_each_use",
    )


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"colour": "red"}, "“colour” is not an input"),
        ({"purpose": "fun"}, "“purpose” must be one of"),
        ({"purpose": None}, "“purpose” must be one of"),
        ({"purpose": ["service"]}, "“purpose” must be one of"),
        ({"channel": "fax"}, "“channel” must be one of"),
        ({"platform": "myspace"}, "“platform” must be one of"),
        ({"consent_proof": "yes"}, "“consent_proof” must be true or false"),
        ({"consent_proof": 1}, "“consent_proof” must be true or false"),
        ({"consent_proof": None}, "“consent_proof” must be true or false"),
        ({"months_since_last_transaction": True}, "must be a whole number"),
        ({"months_since_last_transaction": 3.5}, "must be a whole number"),
        ({"months_since_last_transaction": -1}, "must not be negative"),
        ({"s7_3": True}, "“s7_3” must be an object"),
        ({"s7_3": {"extra": True}}, "“s7_3.extra” is not an input"),
        ({"s7_3": {"not_objected": "yes"}}, "“s7_3.not_objected” must be true or false"),
        ({"jurisdiction": 49}, "“jurisdiction” must be text"),
    ],
)
def test_wrong_input_is_named_with_its_entry(changes, words):
    with pytest.raises(InputError) as refusal:
        decide_document(document(**changes), RULE_SET_1)
    assert words in str(refusal.value)
    assert str(refusal.value).startswith('Entry 1 (id "a"):')
    assert str(refusal.value).endswith(".")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "This is not JSON"),
        ("{", "This is not JSON"),
        ("{}", "must be a list"),
        ("[1]", "Entry 1 must be an object"),
        ('[{"id": 1}]', "Entry 1 must be an object"),
        ('[{"inputs": {}}]', "Entry 1 must be an object"),
        ('[{"id": 1, "inputs": []}]', "Entry 1 must be an object"),
        ('[{"id": 1, "inputs": {}, "more": 1}]', "“more” is not known"),
        ('[{"id": [1], "inputs": {}}]', "Entry 1: “id” must be a text or a number"),
    ],
)
def test_a_document_of_another_shape_is_refused(text, words):
    with pytest.raises(InputError, match=words):
        decide_document(text, RULE_SET_1)


@pytest.mark.parametrize("number", ["NaN", "Infinity", "1e400"])
def test_numbers_that_are_none_are_refused(number):
    text = document().replace('"months_since_last_transaction": 3', f'"months_since_last_transaction": {number}')
    assert number in text
    with pytest.raises(InputError):
        decide_document(text, RULE_SET_1)


def test_a_key_given_twice_is_refused():
    text = document().replace('"urgency"', '"urgency": "imminent_danger", "urgency"', 1)
    with pytest.raises(InputError, match="twice"):
        decide_document(text, RULE_SET_1)


@pytest.mark.parametrize(
    "second",
    [
        '{"id": 2, "id": 3, "inputs": {}}',
        '{"id": 2, "inputs": {"urgency": "normal", "urgency": "imminent_danger"}}',
        '{"id": 2, "inputs": {"s7_3": {"notice": true, "notice": false}}}',
        '{"id": [{"a": 1, "a": 1}], "inputs": {}}',
    ],
)
def test_a_key_given_twice_is_refused_with_its_entry(second):
    text = f"[{document()[1:-1]}, {second}]"
    with pytest.raises(InputError, match=r"^Entry 2: .* is there twice"):
        decide_document(text, RULE_SET_1)


@pytest.mark.parametrize(
    "text",
    [
        "[" * 200_000,
        "[" * 5_000 + "]" * 5_000,
        '[{"id": 1, "inputs": ' + '{"a": ' * 100_000 + "1" + "}" * 100_000 + "}]",
        '[{"id": ' + "[" * 900 + "]" * 900 + ', "inputs": {}}]',
    ],
    ids=["open", "closed", "inputs", "id"],
)
def test_a_document_nested_without_end_gets_a_sentence(text):
    with pytest.raises(InputError):
        decide_document(text, RULE_SET_1)


def test_an_empty_list_is_answered_with_an_empty_list():
    assert decide_document("[]", RULE_SET_1) == []
