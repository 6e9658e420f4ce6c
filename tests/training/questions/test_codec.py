"""Questions as JSON: what is taken, what is refused and in which words, what is missing."""

# ruff: noqa: E501 - the sentences stand on one line each, as people read them
import json
import random

import pytest

from contacts.policy import RULE_SET_1, Outcome, Thresholds, decide, parse_inputs, rule_set_with
from tests.policy.draw import BASE as RULE_BOOK_BASE
from tests.training.questions import make
from training.questions import (
    BASE,
    QuestionError,
    case_verdict,
    from_json,
    missing_translations,
    right_answer,
    score,
    to_json,
)


def base(of_kind, /, **changes):
    return make.question(random.Random(5), of_kind) | changes


@pytest.mark.parametrize("kind", make.KINDS)
def test_a_question_survives_the_way_to_json_and_back(kind):
    chance = random.Random(kind)
    for number in range(100):
        q = from_json(make.question(chance, kind, number))
        again = from_json(json.loads(json.dumps(to_json(q))))
        assert again == q and hash(again) == hash(q)
        assert missing_translations(q) == missing_translations(again)


def test_line_ends_and_outer_blanks_are_made_one():
    q = from_json(base("true_false", text={"de": " a\r\nb\r\n", "en": "a\rb"}))
    assert (q.text.de, q.text.en) == ("a\nb", "a\nb")


LONG = {"de": "x" * 5001, "en": ""}
TWICE = [{"key": "a", "text": {"de": "x"}, "right": True}, {"key": "b", "text": {"de": "x"}}]
SAME_KEY = [{"key": "a", "text": {"de": "x"}, "right": True}, {"key": "a", "text": {"de": "y"}}]
REFUSED = [
    ("single", {"key": "Ä"}, "The “key” of a question must be 1 to 80 small letters, digits, hyphens or underscores, not “Ä”."),
    ("single", {"key": None}, "The “key” of a question must be 1 to 80 small letters, digits, hyphens or underscores, not “None”."),
    ("single", {"category": "A B"}, "Question “q-0”: “category” must be 1 to 80 small letters, digits, hyphens or underscores."),
    ("single", {"kind": "essay"}, "Question “q-0”: “kind” must be one of single, multiple, true_false, matching, ordering, numerical, short_text, case."),
    ("single", {"txet": {}}, "Question “q-0”: “txet” is not known here; the fields are key, category, kind, text, explanation, source, options."),
    ("single", {"text": {"de": "", "en": " "}}, "Question “q-0”: “text” has no words in any language."),
    ("single", {"text": {"fr": "oui"}}, "Question “q-0”: “text” must have the words under “de” and “en”."),
    ("single", {"text": "words"}, "Question “q-0”: “text” must have the words under “de” and “en”."),
    ("single", {"text": {"de": 3}}, "Question “q-0”: “text.de” must be text."),
    ("single", {"text": LONG}, "Question “q-0”: “text.de” is longer than 5000 characters."),
    ("single", {"text": {"de": "a\x00"}}, "Question “q-0”: “text.de” contains a character that cannot be shown."),
    ("single", {"text": {"de": "\ud800"}}, "Question “q-0”: “text.de” contains a character that cannot be shown."),
    ("single", {"source": 7}, "Question “q-0”: “source” must be text."),
    ("single", {"options": []}, "Question “q-0”: “options” must list 2 to 20 entries, each with key, text, right."),
    ("single", {"options": "ab"}, "Question “q-0”: “options” must list 2 to 20 entries, each with key, text, right."),
    ("single", {"options": TWICE}, "Question “q-0”: in “options”, “x” is there twice."),
    ("single", {"options": SAME_KEY}, "Question “q-0”: in “options”, “a” is there twice."),
    ("single", {"options": [{**o, "right": True} for o in TWICE[:1]] + [{"key": "b", "text": {"de": "y"}, "right": True}]},
     "Question “q-0”: exactly one of “options” must be right, but 2 are."),
    ("single", {"options": [{"key": "a", "text": {}}, {"key": "b", "text": {"de": "y"}}]},
     "Question “q-0”: “options.1.text” has no words in any language."),
    ("single", {"options": [{"key": "a", "text": {"de": "x"}, "right": 1}, {"key": "b", "text": {"de": "y"}}]},
     "Question “q-0”: “options.1.right” must be true or false."),
    ("multiple", {"options": [{"key": "a", "text": {"de": "x"}, "right": True}, {"key": "b", "text": {"de": "y"}, "right": True}]},
     "Question “q-0”: of “options” at least one must be right and one wrong."),
    ("true_false", {"right": "yes"}, "Question “q-0”: “right” must be true or false."),
    ("matching", {"pairs": [{"key": k, "left": {"de": k}, "right": {"de": "x"}} for k in "ab"], "distractors": []},
     "Question “q-0”: in “pairs”, “x” is there twice."),
    ("ordering", {"items": [{"key": "a", "text": {"de": "x"}}]}, "Question “q-0”: “items” must list 2 to 20 entries, each with key, text."),
    ("numerical", {"right": "72"}, "Question “q-0”: “right” must be a number with at most 15 digits."),
    ("numerical", {"right": True}, "Question “q-0”: “right” must be a number with at most 15 digits."),
    ("numerical", {"right": float("nan")}, "Question “q-0”: “right” must be a number with at most 15 digits."),
    ("numerical", {"right": 10**30}, "Question “q-0”: “right” must be a number with at most 15 digits."),
    ("numerical", {"tolerance": -1}, "Question “q-0”: “tolerance” must not be negative."),
    ("short_text", {"accepted": ["x"]}, "Question “q-0”: “accepted” must have lists under “de” and “en”."),
    ("short_text", {"accepted": {}}, "Question “q-0”: “accepted” has no words in any language."),
    ("short_text", {"accepted": {"de": "x"}}, "Question “q-0”: “accepted.de” must be a list."),
    ("short_text", {"accepted": {"de": ["x", "x"]}}, "Question “q-0”: “accepted.de” must name each thing once, none empty, at most 40."),
    ("case", {"facts": {"purpose": "service"}}, "Question “q-0”: “facts” must say at least purpose, channel."),
    ("case", {"facts": {"purpose": "service", "channel": "fax"}},
     "Question “q-0”: “facts” cannot be decided. Entry q-0: “channel” must be one of letter, phone, email, sms, messenger, social_dm, but is \"fax\"."),
    ("case", {"why": ["PUR-99"]}, "Question “q-0”: “why” must name rules; “PUR-99” is none."),
    ("case", {"why": []}, "Question “q-0”: “why” must name rules; “” is none."),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "changes", "sentence"), REFUSED, ids=lambda value: str(value)[:50])
def test_what_cannot_be_taken_is_told_in_a_sentence_with_key_and_field(kind, changes, sentence):
    with pytest.raises(QuestionError) as refused:
        from_json(base(kind, **changes))
    assert str(refused.value) == sentence == refused.value.template % refused.value.values


@pytest.mark.parametrize("junk", [None, [], 5, "x", {}, {"key": "a"}, {"key": ["a"]}, {"key": "a", "kind": ["single"]}])
def test_junk_is_refused(junk):
    with pytest.raises(QuestionError):
        from_json(junk)


def test_missing_translations_name_each_field_and_language():
    q = base("matching", text={"de": "x"}, explanation={}, pairs=[
        {"key": "a", "left": {"de": "1"}, "right": {"en": "one"}},
        {"key": "b", "left": {"de": "2", "en": "2"}, "right": {"de": "zwei", "en": "two"}},
    ], distractors=[{"key": "c", "text": {"en": "three"}}])  # fmt: skip
    assert missing_translations(from_json(q)) == [
        "text.en", "explanation.de", "explanation.en", "pairs.a.left.en", "pairs.a.right.de", "distractors.c.text.de",
    ]  # fmt: skip
    spelled = base("short_text", accepted={"de": ["a"], "en": []})
    assert missing_translations(from_json(spelled)) == ["accepted.en"]
    assert missing_translations(from_json(base("numerical", unit={}))) == []
    assert missing_translations(from_json(base("numerical", unit={"de": "Stunden"}))) == ["unit.en"]


def test_the_other_language_stands_in_for_a_missing_one():
    text = from_json(base("true_false", text={"de": "nur deutsch"})).text
    assert text.in_("en") == text.in_("de") == text.in_("de-AT") == "nur deutsch"


def test_a_case_deviates_from_the_base_of_the_rule_book():
    given, missing = parse_inputs("base", {**BASE, "purpose": "service", "channel": "email"})
    assert not [name for name in missing if not name.startswith("s7_3.")]
    assert given == parse_inputs("book", RULE_BOOK_BASE)[0]


def test_the_right_answer_of_a_case_is_what_the_rules_say_even_after_they_change():
    q = from_json(base("case", facts={"purpose": "marketing", "channel": "email", "consent_state": "stale",
                                      "consent_proof": True}, why=["CON-04", "CON-05", "OBJ-01"]))  # fmt: skip
    assert case_verdict(q) == (Outcome.NEEDS_DPO_APPROVAL, ("CON-04",))
    stricter = rule_set_with(Thresholds(stale_consent_outcome="forbidden"), number=2)
    assert case_verdict(q, stricter) == (Outcome.FORBIDDEN, ("CON-04",))
    old, new = right_answer(q), right_answer(q, stricter)
    assert score(q, old) == score(q, new, stricter) == 1
    assert score(q, old, stricter) == score(q, new) == 0


def test_a_case_tells_which_rules_it_forgets_to_offer_and_the_words_of_those_it_offers():
    q = from_json(base("case", facts=make.FACTS[0], why=["PUR-03", "CON-01"]))
    assert q.not_offered() == ("ACC-01",) and q.wrong_whys() == ("CON-01",)
    reasons = q.reasons()
    assert set(reasons) == {"PUR-03", "CON-01"} and all(words.de and words.en for words in reasons.values())


def test_the_verdict_of_a_case_agrees_with_the_rules_for_drawn_facts():
    chance = random.Random(9)
    for number in range(60):
        q = make.question(chance, "case", number)
        decision = decide(parse_inputs("x", {**RULE_BOOK_BASE, **q["facts"]})[0], RULE_SET_1)
        outcome, rules = case_verdict(from_json(q))
        assert outcome == decision.outcome and list(rules) == [finding.rule.id for finding in decision.deciding]


def test_only_cases_have_a_verdict():
    with pytest.raises(TypeError):
        case_verdict(from_json(base("single")))
