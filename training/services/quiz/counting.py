"""Item statistics: what an attempt adds to the sums of its questions."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from training.analysis import NUMBERS, Mark, Sums, sums_of
from training.models import Attempt, CourseVersion, ItemSum


def count(attempt: Attempt, shares: Mapping[str, Fraction], total: Fraction, answers: Mapping[str, Any]) -> None:
    """Count a person's first attempt at the version, once graded: later ones would make one person look like many.

    What was given up without an answer says nothing about the questions.
    """
    if attempt.ordinal > 1 or not any(answers.values()):
        return
    marks = [Mark(key, float(share), float(total), len(shares), answers.get(key)) for key, share in shares.items()]
    add(attempt.version, {mark.key: sums_of(mark) for mark in marks})


def add(version: CourseVersion, summands: Mapping[str, Sums]) -> None:
    """Add to the sums of a version, question by question in one order, so that no two attempts wait for each other."""
    keys = sorted(summands)
    ItemSum.objects.bulk_create([ItemSum(version=version, question_key=key) for key in keys], ignore_conflicts=True)
    rows = list(
        ItemSum.objects.filter(version=version, question_key__in=keys).order_by("question_key").select_for_update()
    )
    for row in rows:
        total = row.sums + summands[row.question_key]
        for name in (*NUMBERS, "picks"):
            setattr(row, name, getattr(total, name))
    ItemSum.objects.bulk_update(rows, [*NUMBERS, "picks"])
