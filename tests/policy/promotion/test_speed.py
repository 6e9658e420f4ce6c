"""Reading takes time in proportion to the length, whatever is written; measured against the text itself."""

import re
from pathlib import Path

import pytest

from benchmarks.promotion import HOSTILE, LENGTH, best, filled
from contacts.policy import promotion
from contacts.policy.promotion import find_promotion

# Prose is the floor here: what is hostile may cost so many times as much, and no more.
TIMES_PROSE = 8
GROWTH = 3.2


@pytest.mark.parametrize("name", sorted(set(HOSTILE) - {"prose"}))
def test_hostile_text_costs_a_few_times_what_prose_costs(name):
    prose, hostile = filled(HOSTILE["prose"], LENGTH // 4), filled(HOSTILE[name], LENGTH // 4)
    assert best(lambda: find_promotion(hostile), 3) < TIMES_PROSE * best(lambda: find_promotion(prose), 3)


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_twice_the_text_takes_about_twice_the_time(name):
    text = filled(HOSTILE[name], LENGTH // 2)
    assert best(lambda: find_promotion(text), 3) < GROWTH * best(lambda: find_promotion(text[: LENGTH // 4]), 3)


def test_no_pattern_repeats_a_repetition():
    """`(a+)+` and its like are what makes a regular expression slow; a phrase is no regular expression at all."""
    for path in Path(promotion.__file__).parent.rglob("*.py"):
        for pattern in re.findall(r're\.\w+\(\s*r"((?:[^"\\]|\\.)*)"', path.read_text(encoding="utf-8")):
            assert not re.search(r"[+*}]\??\)[+*{]", pattern), (path.name, pattern)
