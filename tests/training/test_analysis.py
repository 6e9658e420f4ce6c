"""Facility and discrimination against values worked by hand, and against the definition on drawn attempts."""

import math
import random

import pytest

from training.analysis import FEWEST_ATTEMPTS, ItemFigures, Mark, analyse

# Twenty attempts of three questions. Worked by hand for question a:
#   10 x (a=1, rest 1), 5 x (a=1, rest 0.5), 5 x (a=0, rest 0)
#   mean a = 0.75; mean rest = (10 + 2.5 + 0) / 20 = 0.625
#   covariance sum = sum(a*rest) - n*mean*mean = 12.5 - 20*0.75*0.625 = 3.125
#   spread a = 15 - 20*0.5625 = 3.75; spread rest = 11.25 - 20*0.390625 = 3.4375
#   r = 3.125 / sqrt(3.75 * 3.4375) = 0.870388...
ROWS = [(1, 1, 1)] * 10 + [(1, 1, 0)] * 5 + [(0, 0, 0)] * 5


def marks(rows):
    return [
        Mark(key, share, total=sum(row) / len(row), asked=len(row))
        for row in rows
        for key, share in zip("abc", row, strict=True)
    ]


def test_worked_values():
    figures = analyse(marks(ROWS))
    assert figures["a"].attempts == 20
    assert figures["a"].facility == 0.75
    assert figures["a"].discrimination == pytest.approx(3.125 / math.sqrt(3.75 * 3.4375), abs=1e-12)
    # c: rest is 1, 1, 0 for c = 1, 0, 0. sum = 10 - 20*.5*.75 = 2.5; spreads 5 and 3.75
    assert figures["c"].facility == 0.5
    assert figures["c"].discrimination == pytest.approx(2.5 / math.sqrt(5 * 3.75), abs=1e-12)


def test_a_question_that_the_better_ones_get_wrong_is_negative():
    figures = analyse(marks([(0, 1, 1)] * 10 + [(1, 0, 0)] * 10))
    assert figures["a"].discrimination == pytest.approx(-1)


def test_below_twenty_attempts_nothing_is_said():
    assert FEWEST_ATTEMPTS == 20
    assert analyse(marks(ROWS[:19]))["a"] == ItemFigures(attempts=19)


def test_where_nothing_varies_there_is_no_discrimination():
    assert analyse(marks([(1, 1, 0)] * 20))["a"].discrimination is None
    alone = analyse([Mark("a", n % 2, total=n % 2, asked=1) for n in range(20)])["a"]
    assert (alone.facility, alone.discrimination) == (0.5, None)
    assert analyse([]) == {}


def test_part_marks_count_as_parts():
    rows = [(n / 20, n / 20, 0) for n in range(20)]
    figures = analyse(marks(rows))["a"]
    assert figures.facility == pytest.approx(9.5 / 20) and figures.discrimination == pytest.approx(1)


def test_drawn_attempts_agree_with_the_definition():
    """Different questions in each attempt; the oracle goes over whole attempts, sum by sum."""
    chance = random.Random(27)
    attempts = []
    for _ in range(300):
        skill, keys = chance.random(), chance.sample("abcdefghij", chance.choice((4, 6)))
        attempts.append({key: chance.choice((0.5, 1)) if chance.random() < skill else 0.0 for key in keys})
    drawn = [
        Mark(key, share, sum(attempt.values()) / len(attempt), len(attempt))
        for attempt in attempts
        for key, share in attempt.items()
    ]
    for key, figures in analyse(drawn).items():
        asked = [attempt for attempt in attempts if key in attempt]
        xs = [attempt[key] for attempt in asked]
        rests = [[share for other, share in attempt.items() if other != key] for attempt in asked]
        ys = [sum(rest) / len(rest) for rest in rests]
        n, mx, my = len(xs), sum(xs) / len(xs), sum(ys) / len(ys)
        r = sum((x - mx) * (y - my) for x, y in zip(xs, ys, strict=True)) / math.sqrt(
            sum((x - mx) ** 2 for x in xs) * sum((y - my) ** 2 for y in ys)
        )
        assert (figures.attempts, figures.facility) == (n, pytest.approx(mx))
        assert figures.discrimination == pytest.approx(r) and 0.2 < r < 1


@pytest.mark.parametrize(
    ("answers", "shares"),
    [
        ([{"chosen": "a"}] * 15 + [{"chosen": "b"}] * 4 + [None], {"a": 0.75, "b": 0.2, "open": 0.05}),
        ([{"chosen": ["a", "b"]}] * 10 + [{"chosen": ["b"]}] * 10, {"a": 0.5, "b": 1.0}),
        ([{"chosen": True}] * 5 + [{"chosen": False}] * 15, {"false": 0.75, "true": 0.25}),
        ([{"pairs": {"l": "r"}}] * 20, {"l=r": 1.0}),
        (
            [{"outcome": "forbidden", "why": ["X"]}] * 10 + [{"outcome": None, "why": []}] * 10,
            {"X": 0.5, "forbidden": 0.5},
        ),
        ([{"text": "my private words"}] * 20, {}),
        ([{"value": "72"}] * 20, {}),
        ([{"order": ["a", "b"]}] * 20, {}),
    ],
)
def test_shares_of_what_was_chosen(answers, shares):
    found = analyse([Mark("q", 0.0, 0.5, 10, answer) for answer in answers])["q"].choices
    assert found == shares
