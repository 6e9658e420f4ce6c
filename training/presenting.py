"""Questions and answers in the reader's words: what a page shows, and what its form sends back."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portal.vocabulary import Channel, Outcome, Platform, Purpose
from training.questions import (
    Case,
    Matching,
    Multiple,
    Numerical,
    Ordering,
    Question,
    Single,
    Text,
    TrueFalse,
    right_answer,
    score,
    shuffled,
)
from training.selectors.attempts import Row, Sheet

Given = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to pick."""

    key: str
    words: str
    picked: bool


@dataclass(frozen=True, slots=True)
class Slot:
    """A place to fill from a list: the left side of a pair, or a position."""

    name: str
    words: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True)
class Shown:
    """A question as its page shows it, filled with the answer so far."""

    kind: str
    text: str
    hint: str
    choices: tuple[Choice, ...] = ()
    slots: tuple[Slot, ...] = ()
    typed: str = ""
    unit: str = ""
    outcomes: tuple[Choice, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    remembered: str = "null"


def words(text: Text) -> str:
    return text.in_(get_language() or "de")


def hint_of(question: Question) -> str:
    """What to do, in one sentence."""
    return {
        "single": _("Choose one answer."),
        "multiple": _(
            "Choose all that are right. A wrong choice takes points away, so ticking everything gains nothing."
        ),
        "true_false": _("Is this true or false?"),
        "matching": _("Choose for each what belongs to it."),
        "ordering": _("Put this in order: choose what comes first, second, and so on."),
        "numerical": _("Enter a number."),
        "short_text": _("Enter a word or two."),
        "case": _("Decide as the portal would, and tick why."),
    }[question.kind]


def shown(question: Question, answer: Given | None, *, seed: int, remembered: Given | None = None) -> Shown:
    """`answer` fills the form; `remembered` is what is saved, so that a page that changed nothing saves nothing."""
    given = answer or {}
    common = {"kind": question.kind, "text": words(question.text), "hint": hint_of(question)}
    common["remembered"] = json.dumps(remembered)
    match question:
        case Single() | Multiple():
            return Shown(choices=_options(question, given, seed), **common)
        case TrueFalse():
            return Shown(choices=_true_false(given), **common)
        case Matching():
            return Shown(slots=_pairs(question, given, seed), **common)
        case Ordering():
            return Shown(slots=_places(question, given, seed), **common)
        case Case():
            return _case(question, given, seed, common)
        case Numerical():
            return Shown(typed=str(given.get("value", "")), unit=words(question.unit), **common)
        case _:
            return Shown(typed=str(given.get("text", "")), **common)


def _options(question: Single | Multiple, given: Given, seed: int) -> tuple[Choice, ...]:
    labels = {option.key: words(option.text) for option in question.options}
    chosen = given.get("chosen") or []
    picked = {chosen} if isinstance(chosen, str) else set(chosen)
    return tuple(Choice(key, labels[key], key in picked) for key in shuffled(question, seed))


def _true_false(given: Given) -> tuple[Choice, ...]:
    chosen = {True: "true", False: "false"}.get(given.get("chosen"), given.get("chosen"))
    return (Choice("true", _("True"), chosen == "true"), Choice("false", _("False"), chosen == "false"))


def _pairs(question: Matching, given: Given, seed: int) -> tuple[Slot, ...]:
    labels = {key: words(text) for key, text in question.right_sides()}
    order, matched = shuffled(question, seed), given.get("pairs") or {}
    return tuple(
        Slot(
            f"pair-{pair.key}",
            words(pair.left),
            tuple(Choice(key, labels[key], matched.get(pair.key) == key) for key in order),
        )
        for pair in question.pairs
    )


def _places(question: Ordering, given: Given, seed: int) -> tuple[Slot, ...]:
    labels = {item.key: words(item.text) for item in question.items}
    order, placed = shuffled(question, seed), list(given.get("order") or [])
    placed += [None] * (len(order) - len(placed))
    return tuple(
        Slot(
            f"place-{number}",
            _("Position %(number)s") % {"number": number},
            tuple(Choice(key, labels[key], placed[number - 1] == key) for key in order),
        )
        for number in range(1, len(order) + 1)
    )


def _case(question: Case, given: Given, seed: int, common: dict[str, Any]) -> Shown:
    reasons, why = question.reasons(), set(given.get("why") or [])
    return Shown(
        outcomes=tuple(Choice(value, str(label), given.get("outcome") == value) for value, label in Outcome.choices),
        choices=tuple(Choice(key, words(reasons[key]), key in why) for key in shuffled(question, seed)),
        facts=_facts(question),
        **common,
    )


def _facts(question: Case) -> tuple[tuple[str, str], ...]:
    """Reason and way as the portal's own forms call them; the story tells the rest."""
    facts = question.facts
    way = str(Channel(facts["channel"]).label)
    if facts.get("platform"):
        way = f"{way}: {Platform(facts['platform']).label}"
    return ((_("Reason"), str(Purpose(facts["purpose"]).label)), (_("Way"), way))


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


def placed_twice(question: Question, given: Given) -> bool:
    """Whether one thing stands in two positions: the one mistake that a person can make in a form of ours."""
    placed = [key for key in given.get("order", []) if key] if isinstance(question, Ordering) else []
    return len(set(placed)) < len(placed)


def right_words(question: Question) -> list[str]:
    """The right answer in words."""
    return answer_words(question, right_answer(question))


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


@dataclass(frozen=True, slots=True)
class ResultRow:
    """A question after submission. `share` is what it earned, None where that has been forgotten after a pass."""

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


def result_rows(sheet: Sheet, shares: Mapping[str, str]) -> list[ResultRow]:
    """What to learn from each question. Without answers (deleted after a pass) `shares` may still tell how it went."""
    answered = any(row.answer is not None for row in sheet.rows)
    return [
        ResultRow(
            number=row.number,
            text=words(row.question.text),
            share=_share(row, shares, answered),
            given=answer_words(row.question, row.answer),
            right=right_words(row.question),
            explanation=words(row.question.explanation),
            source=row.question.source,
        )
        for row in sheet.rows
    ]


def _share(row: Row, shares: Mapping[str, str], answered: bool) -> Fraction | None:
    if row.question.key in shares:
        return Fraction(shares[row.question.key])
    return score(row.question, row.answer) if answered else None


def _picked(choices: Sequence[Choice]) -> list[str]:
    return [choice.words for choice in choices if choice.picked]
