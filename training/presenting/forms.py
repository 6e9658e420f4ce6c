"""What the form of a question sends back."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext_noop

from training.presenting.showing import Given
from training.questions import AnswerError, Case, Matching, Multiple, Numerical, Ordering, Question, Single, TrueFalse


def given_in(data: QueryDict, question: Question) -> dict[str, Any]:
    """The answer as a posted form has it, not yet checked."""
    match question:
        case Multiple():
            return {"chosen": data.getlist("chosen")}
        case Single() | TrueFalse():
            return {"chosen": data.get("chosen", "")}
        case Matching():
            return {"pairs": {pair.key: data.get(f"pair-{pair.key}", "") for pair in question.pairs}}
        case Ordering():
            return {"order": [data.get(f"place-{number}", "") for number in range(1, len(question.items) + 1)]}
        case Case():
            return {"outcome": data.get("outcome", ""), "why": data.getlist("why")}
        case Numerical():
            return {"value": data.get("value", "")}
        case _:
            return {"text": data.get("text", "")}


def demand_each_place_once(question: Question, given: Given) -> None:
    """Raises AnswerError where one thing stands in two positions: the one mistake to make in a form of ours."""
    placed = [key for key in given.get("order", []) if key] if isinstance(question, Ordering) else []
    if len(set(placed)) < len(placed):
        raise AnswerError(gettext_noop("One thing stands in two positions. Choose each only once."))
