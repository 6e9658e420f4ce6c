"""What the form of a question sends back."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext_noop

from training.presenting.masks import Masks
from training.presenting.showing import Given
from training.questions import AnswerError, Case, Matching, Multiple, Numerical, Ordering, Question, Single, TrueFalse


def given_in(data: QueryDict, question: Question, *, seed: int) -> dict[str, Any]:
    """The answer as a posted form has it, not yet checked; `seed` is that of the attempt whose page it was."""
    key = Masks(question, seed).reveal
    match question:
        case Multiple():
            return {"chosen": [key(value) for value in data.getlist("chosen")]}
        case Single():
            return {"chosen": key(data.get("chosen", ""))}
        case TrueFalse():
            return {"chosen": data.get("chosen", "")}
        case Matching():
            lefts = enumerate(question.pairs, start=1)
            return {"pairs": {pair.key: key(data.get(f"pair-{number}", "")) for number, pair in lefts}}
        case Ordering():
            return {"order": [key(data.get(f"place-{number}", "")) for number in range(1, len(question.items) + 1)]}
        case Case():
            return {"outcome": data.get("outcome", ""), "why": [key(value) for value in data.getlist("why")]}
        case Numerical():
            return {"value": data.get("value", "")}
        case _:
            return {"text": data.get("text", "")}


def demand_each_place_once(question: Question, given: Given) -> None:
    """Raises AnswerError where one thing stands in two positions: the one mistake to make in a form of ours."""
    placed = [key for key in given.get("order", []) if key] if isinstance(question, Ordering) else []
    if len(set(placed)) < len(placed):
        raise AnswerError(gettext_noop("One thing stands in two positions. Choose each only once."))
