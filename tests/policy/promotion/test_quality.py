"""Precision and recall on labelled messages do not fall. The rules were written without the held-out messages."""

import pytest

from benchmarks.promotion import messages, quality

# A little below what `python -m benchmarks promotion` prints.
FLOORS = {"development": (0.97, 0.96), "held out": (0.91, 0.89)}


@pytest.mark.parametrize("half", FLOORS)
def test_precision_and_recall_stay(half):
    found = quality(one for one in messages() if one.half == half)
    assert found["precision"] >= FLOORS[half][0], found
    assert found["recall"] >= FLOORS[half][1], found


def test_there_are_enough_messages_of_each_kind():
    told = messages()
    assert len(told) >= 240
    assert len({one.id for one in told}) == len(told)
    for half in FLOORS:
        kinds = [(one.language, one.promotional) for one in told if one.half == half]
        assert min(kinds.count((language, label)) for language in ("de", "en") for label in (True, False)) >= 20
