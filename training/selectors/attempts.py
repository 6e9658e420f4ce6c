"""Questions about one's own attempts: the sheet with questions and answers, in as many queries for 5 as for 50."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from django.shortcuts import get_object_or_404

from training.models import Attempt
from training.questions import Answer, Case, Question, from_json, right_answer, score, score_of_case

if TYPE_CHECKING:
    from portal.people.models import User


@dataclass(frozen=True, slots=True)
class Row:
    """A question with its place and what has been saved about it."""

    number: int
    question: Question
    answer: Mapping[str, Any] | None
    flagged: bool
    saved_at: datetime | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """All questions of an attempt, in the order asked."""

    rows: tuple[Row, ...]
    verdicts: Mapping[str, Any]

    @property
    def questions(self) -> tuple[Question, ...]:
        return tuple(row.question for row in self.rows)

    @property
    def unanswered(self) -> list[Row]:
        return [row for row in self.rows if row.answer is None]

    @property
    def flagged(self) -> list[Row]:
        return [row for row in self.rows if row.flagged]


def get_attempt(user: User, pk: int) -> Attempt:
    """The one door to an attempt: one's own, else 404."""
    mine = Attempt.objects.visible_to(user).select_related("version__course", "certificate", "person")
    return get_object_or_404(mine, pk=pk)


def sheet_of(attempt: Attempt, *, with_answers: bool = True) -> Sheet:
    """The questions as they were frozen, with the answers saved so far; one query."""
    answers = {one.question_key: one for one in attempt.answers.all()} if with_answers else {}
    rows = []
    for number, body in enumerate(attempt.questions, start=1):
        saved = answers.get(body["key"])
        answer, flagged = (saved.answer, saved.flagged) if saved else (None, False)
        rows.append(Row(number, from_json(body), answer, flagged, saved.saved_at if saved else None))
    return Sheet(tuple(rows), attempt.verdicts)


def earned(question: Question, answer: Mapping[str, Any] | None, verdicts: Mapping[str, Any]) -> Fraction:
    """What an answer earns in an attempt: a case by what the rules said when the attempt began."""
    if isinstance(question, Case) and question.key in verdicts:
        return score_of_case(question, answer, verdicts[question.key])
    return score(question, answer)


def right_in(question: Question, verdicts: Mapping[str, Any]) -> Answer:
    """The right answer in an attempt, as it was when the attempt began."""
    return verdicts.get(question.key) or right_answer(question)
