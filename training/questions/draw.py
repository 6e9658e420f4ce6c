"""Chance that can be repeated: the same seed draws and shuffles the same, in every process."""

from __future__ import annotations

import random
from collections.abc import Collection, Mapping

from training.questions.errors import DrawError, gettext_noop
from training.questions.placing import Ordering
from training.questions.question import Question


def draw(
    questions_by_category: Mapping[str, Collection[str]],
    counts: Mapping[str, int],
    seen_keys: Collection[str],
    seed: int | str,
) -> list[str]:
    """Keys of the questions for one attempt, mixed over the categories.

    `counts` of each category, unseen ones first; neither the order of the keys nor that of the categories matters.
    Raises DrawError where a category has too few.
    """
    chance, seen, drawn = random.Random(seed), set(seen_keys), []
    for category, count in sorted(counts.items()):
        keys = sorted(questions_by_category.get(category, ()))
        if count > len(keys):
            template = gettext_noop("The category “%(category)s” has %(there)s questions, but %(count)s are drawn.")
            raise DrawError(template, category=category, there=len(keys), count=count)
        chance.shuffle(keys)
        keys.sort(key=seen.__contains__)  # stable: the order of chance stays within seen and unseen
        drawn += keys[:count]
    chance.shuffle(drawn)
    return drawn


def shuffled(question: Question, seed: int | str) -> list[str]:
    """The keys a learner chooses from, in an order of chance that differs from question to question.

    Matching: the right sides. Ordering: never the right order. A case: the rules offered. Others: nothing.
    """
    keys = list(question.choices())
    random.Random(f"{seed}/{question.key}").shuffle(keys)
    if isinstance(question, Ordering) and tuple(keys) == question.choices():
        keys = [*keys[1:], keys[0]]
    return keys
