"""Drawing and shuffling: fair, unseen first, and the same for the same seed in every process."""

import random
import subprocess
import sys
from collections import Counter

import pytest

from tests.training.questions import make
from training.questions import DrawError, draw, from_json, shuffled

BANK = {"reason": [f"r{n}" for n in range(10)], "consent": [f"c{n}" for n in range(6)], "case": ["k0", "k1"]}
COUNTS = {"reason": 4, "consent": 3, "case": 2}


def test_each_category_gives_its_number_and_no_question_twice():
    for seed in range(200):
        keys = draw(BANK, COUNTS, (), seed)
        assert len(keys) == len(set(keys)) == 9
        assert Counter(key[0] for key in keys) == {"r": 4, "c": 3, "k": 2}


def test_the_same_seed_draws_the_same_whatever_the_order_of_the_bank():
    turned = {name: list(reversed(keys)) for name, keys in reversed(BANK.items())}
    for seed in range(50):
        assert draw(BANK, COUNTS, {"r1"}, seed) == draw(turned, dict(reversed(COUNTS.items())), ["r1", "r1"], seed)


def test_the_same_seed_draws_the_same_in_another_process():
    code = f"from training.questions import draw; print(draw({BANK!r}, {COUNTS!r}, (), 'attempt 7'))"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == str(draw(BANK, COUNTS, (), "attempt 7"))


def test_unseen_questions_come_first_and_seen_ones_only_fill_up():
    seen = {"r0", "r1", "r2", "r3", "r4", "r5", "r6", "c0"}
    for seed in range(100):
        keys = set(draw(BANK, COUNTS, seen, seed))
        assert {"r7", "r8", "r9"} <= keys and len(keys & seen) == 1 and "c0" not in keys


def test_every_question_has_the_same_chance():
    drawn = Counter(key for seed in range(4000) for key in draw(BANK, {"reason": 4}, (), seed))
    assert set(drawn) == set(BANK["reason"])
    assert all(abs(count - 1600) < 160 for count in drawn.values())  # 5 standard deviations


def test_too_few_questions_are_told():
    with pytest.raises(DrawError) as refused:
        draw(BANK, {"case": 3}, (), 1)
    assert str(refused.value) == "The category “case” has 2 questions, but 3 are drawn."
    with pytest.raises(DrawError):
        draw(BANK, {"unknown": 1}, (), 1)


@pytest.mark.parametrize("kind", make.KINDS)
def test_shuffling_keeps_every_choice_and_is_the_same_for_the_same_seed(kind):
    q = from_json(make.question(random.Random(2), kind))
    for seed in range(50):
        assert sorted(shuffled(q, seed)) == sorted(q.choices())
        assert shuffled(q, seed) == shuffled(q, seed)


def test_nothing_is_ever_handed_out_in_the_right_order():
    two = make.question(random.Random(1), "ordering") | {"items": [{"key": k, "text": {"de": k}} for k in "ab"]}
    for q in [two, *(make.question(random.Random(n), "ordering", n) for n in range(50))]:
        made = from_json(q)
        assert all(tuple(shuffled(made, seed)) != made.choices() for seed in range(50))


def test_two_questions_of_one_attempt_are_shuffled_differently():
    body = make.options(random.Random(4), 1, 5)
    orders = {tuple(shuffled(from_json(make.question(random.Random(4), "single", n) | body), 1)) for n in range(20)}
    assert len(orders) > 5
