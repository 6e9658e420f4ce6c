"""What answers earn: against a second way to count on 2,000 attempts, and the promises for every question."""

import random
from fractions import Fraction

import pytest

from tests.training.questions import make
from tests.training.questions.oracle import earned
from training.questions import AnswerError, from_json, parse_answer, right_answer, score

QUESTIONS_PER_ATTEMPT = 12


def questions(count, seed=1):
    chance = random.Random(seed)
    return [make.question(chance, make.KINDS[n % len(make.KINDS)], n) for n in range(count)]


def test_two_thousand_attempts_are_scored_as_the_oracle_scores_them():
    chance, seen = random.Random(20261125), set()
    for attempt in range(2000):
        bank = [make.question(chance, chance.choice(make.KINDS), n) for n in range(QUESTIONS_PER_ATTEMPT)]
        given = [make.answer(chance, q) for q in bank]
        scores = [score(from_json(q), a) for q, a in zip(bank, given, strict=True)]
        expected = [earned(q, a) for q, a in zip(bank, given, strict=True)]
        assert scores == expected, (attempt, bank, given)
        seen |= {(q["kind"], s) for q, s in zip(bank, scores, strict=True)}
    for kind in make.KINDS:  # the attempts were not trivial
        assert {(kind, Fraction(0)), (kind, Fraction(1))} <= seen
        if kind in ("multiple", "matching", "ordering", "case"):
            assert len([found for found in seen if found[0] == kind]) >= 4


def test_the_right_answer_earns_everything_and_nothing_earns_nothing():
    for q in questions(400):
        made = from_json(q)
        assert score(made, right_answer(made)) == 1, q
        assert score(made, None) == score(made, {}) == 0


def test_every_answer_earns_between_nothing_and_everything_and_is_the_same_once_parsed():
    chance = random.Random(3)
    for q in questions(800):
        made, given = from_json(q), make.answer(chance, q)
        parsed = parse_answer(made, given)
        assert 0 <= score(made, given) <= 1
        assert parse_answer(made, parsed) == parsed and score(made, parsed) == score(made, given)


@pytest.mark.parametrize("right", range(1, 8))
@pytest.mark.parametrize("wrong", range(1, 8))
def test_ticking_everything_earns_nothing(right, wrong):
    q = from_json(make.question(random.Random(0), "multiple") | make.options(random.Random(1), right, wrong))
    assert score(q, {"chosen": list(q.choices())}) == 0


def test_ticking_every_why_earns_no_more_than_the_outcome():
    for q in questions(400):
        if q["kind"] == "case":
            made = from_json(q)
            outcome = right_answer(made)["outcome"]
            all_ticked = score(made, {"outcome": outcome, "why": q["why"]})
            assert all_ticked == score(made, {"outcome": outcome}) == Fraction(1, 2)


def test_one_more_wrong_pick_never_helps():
    for q in (q for q in questions(400) if q["kind"] == "multiple"):
        made = from_json(q)
        right = right_answer(made)["chosen"]
        for option in q["options"]:
            if not option["right"]:
                assert score(made, {"chosen": [*right, option["key"]]}) < 1


def test_whys_count_only_with_the_right_outcome():
    q = from_json(
        make.question(random.Random(0), "case") | {"facts": make.FACTS[0], "why": ["PUR-03", "ACC-01", "CON-01"]}
    )
    assert score(q, {"outcome": "forbidden", "why": ["PUR-03", "ACC-01"]}) == 1
    assert score(q, {"outcome": "forbidden", "why": ["PUR-03"]}) == Fraction(3, 4)
    assert score(q, {"outcome": "forbidden", "why": ["PUR-03", "CON-01"]}) == Fraction(1, 2)
    assert score(q, {"outcome": "needs_dpo_approval", "why": ["PUR-03", "ACC-01"]}) == 0
    assert score(q, {"outcome": None, "why": ["PUR-03", "ACC-01"]}) == 0


NUMBERS = [
    ("300000", 1), ("300.000", 1), ("300,000", 1), ("300 000", 1), ("300\u202f000", 1), ("300'000", 1),
    ("300.000,00", 1), ("300,000.00", 1), ("300000 EUR", 1), ("300.000 eur", 1), ("+300000", 1),
    ("300.0000", 0), ("3e5", 0), ("-300000", 0), ("30.0000", 0), ("", 0), (".", 0), ("three", 0), ("300.000.", 0),
    ("٣٠٠٠٠٠", 0), ("nan", 0), ("0x493E0", 0), ("300_000", 0), (300000, 1), (300000.0, 1),
]  # fmt: skip


@pytest.mark.parametrize(("words", "earned_"), NUMBERS)
def test_numbers_are_read_with_german_and_english_marks(words, earned_):
    number = make.question(random.Random(0), "numerical") | {"right": 300000, "tolerance": 0, "unit": {"en": "EUR"}}
    assert score(from_json(number), {"value": words}) == earned_


@pytest.mark.parametrize(("words", "earned_"), [("1", 1), ("2", 1), ("1,0", 1), ("0,99", 0), ("2.01", 0), ("1.500", 1)])
def test_both_ends_of_the_tolerance_are_right(words, earned_):
    number = make.question(random.Random(0), "numerical") | {"right": 1.5, "tolerance": 0.5, "unit": {}}
    assert score(from_json(number), {"value": words}) == earned_


def test_a_tolerance_has_no_rounding_error():
    number = make.question(random.Random(0), "numerical") | {"right": 0.3, "tolerance": 0.1, "unit": {}}
    assert [score(from_json(number), {"value": v}) for v in ("0.2", "0.4", "0,4", "0.41")] == [1, 1, 1, 0]


@pytest.mark.parametrize("words", ["Straße", "STRASSE", " strasse ", "stra\u00dfe", "Widerruf", "WIDERRUF"])
def test_spellings_are_compared_without_case(words):
    assert score(from_json(make.question(random.Random(0), "short_text")), {"text": words}) == 1


def test_a_decomposed_umlaut_is_the_same_letter():
    q = make.question(random.Random(0), "short_text") | {"accepted": {"de": ["Übermittlung"], "en": []}}
    assert score(from_json(q), {"text": "U\u0308bermittlung"}) == 1


HOSTILE = [
    {"chosen": 7}, {"chosen": ["zz"]}, {"chosen": {"a": 1}}, {"chosen": "zz"}, {"chosen": [["o0"]]},
    {"pairs": 3}, {"pairs": {"zz": "p0"}}, {"pairs": {"p0": "zz"}}, {"pairs": ["p0"]}, {"pairs": {"p0": ["p0"]}},
    {"order": "i0"}, {"order": ["i0", "i0"]}, {"order": ["i0"] * 50}, {"order": [{}]},
    {"value": []}, {"value": True}, {"value": "9" * 10_000}, {"value": {"a": 1}}, {"value": "1" * 499},
    {"text": 5}, {"text": "x" * 10_000}, {"text": ["a"]},
    {"outcome": "maybe", "why": []}, {"outcome": "forbidden", "why": ["XXX"]}, {"outcome": 1}, {"why": "PUR-03"},
    {"something": "else"}, {"chosen": float("nan")}, {"value": float("inf")}, {"value": float("nan")},
]  # fmt: skip


@pytest.mark.parametrize("given", HOSTILE, ids=lambda given: str(given)[:40])
def test_what_no_form_sends_is_refused_or_worth_nothing(given):
    for q in questions(16):
        made = from_json(q)
        refusal = refused(made, given)
        if refusal is None:
            assert score(made, given) == 0
        else:
            assert q["key"] in str(refusal) and str(refusal) == refusal.template % refusal.values


def refused(made, given):
    try:
        parse_answer(made, given)
    except AnswerError as error:
        return error


def test_open_places_and_left_sides_are_no_error():
    order = from_json(
        make.question(random.Random(0), "ordering") | {"items": [{"key": k, "text": {"de": k}} for k in "abc"]}
    )
    assert parse_answer(order, {"order": ["a", "", None]}) == {"order": ["a", None, None]}
    assert score(order, {"order": ["a", None]}) == Fraction(1, 3)
    assert parse_answer(order, {"order": [None, ""]}) is None
    match = from_json(make.question(random.Random(0), "matching"))
    assert parse_answer(match, {"pairs": {"p0": "p1", "p1": ""}}) == {"pairs": {"p0": "p1"}}
    assert parse_answer(match, {"pairs": {"p0": ""}}) is None
