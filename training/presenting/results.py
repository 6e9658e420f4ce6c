"""What there is to learn from each question after submission."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.utils.translation import gettext as _

from contacts.policy import RuleSet
from training.presenting.showing import Choice, Given, shown, words
from training.questions import Question, right_answer
from training.selectors.attempts import Row, Sheet, earned, right_in


@dataclass(frozen=True, slots=True)
class ResultRow:
    """A question after submission. `share` is what it earned, None where that has been forgotten after a pass.

    Before a pass `right` is empty, and a question left open explains nothing: what was not tried would else be
    collected, question by question, without an answer of one's own.
    """

    number: int
    text: str
    share: Fraction | None
    given: list[str]
    right: list[str]
    explanation: str
    source: str

    @property
    def tone(self) -> str:
        return "allowed" if self.share == 1 else "manager" if self.share else "forbidden"

    @property
    def word(self) -> str:
        return _("Right") if self.share == 1 else _("Partly right") if self.share else _("Not right")


def result_rows(sheet: Sheet, shares: Mapping[str, str], *, solved: bool) -> list[ResultRow]:
    """What to learn from each question; `solved` after a pass, when everything may be told.

    Without answers (deleted after a pass) `shares` may still tell how it went.
    """
    answered = any(row.answer is not None for row in sheet.rows)
    return [_result_row(row, sheet, _share(row, sheet, shares, answered), solved) for row in sheet.rows]


def _result_row(row: Row, sheet: Sheet, share: Fraction | None, solved: bool) -> ResultRow:
    told = solved or row.answer is not None
    return ResultRow(
        number=row.number,
        text=words(row.question.text),
        share=share,
        given=answer_words(row.question, row.answer),
        right=answer_words(row.question, right_in(row.question, sheet.verdicts)) if solved else [],
        explanation=words(row.question.explanation) if told else "",
        source=row.question.source if told else "",
    )


def _share(row: Row, sheet: Sheet, shares: Mapping[str, str], answered: bool) -> Fraction | None:
    if row.question.key in shares:
        return Fraction(shares[row.question.key])
    return earned(row.question, row.answer, sheet.verdicts) if answered else None


def right_words(question: Question, rules: RuleSet) -> list[str]:
    """The right answer in words."""
    return answer_words(question, right_answer(question, rules))


def answer_words(question: Question, answer: Given | None) -> list[str]:
    """An answer in words, one line each; empty for none."""
    if not answer:
        return []
    view = shown(question, answer, seed=0)
    if view.slots:
        return [f"{slot.words}: {_picked(slot.choices)[0]}" for slot in view.slots if _picked(slot.choices)]
    if view.typed:
        return [f"{view.typed} {view.unit}".strip()]
    return [*_picked(view.outcomes), *_picked(view.choices)]


def _picked(choices: Sequence[Choice]) -> list[str]:
    return [choice.words for choice in choices if choice.picked]
