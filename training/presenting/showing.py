"""A question as its page shows it, in the reader's words, filled with the answer so far."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

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
    shuffled,
)

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
    bare = Shown(question.kind, words(question.text), hint_of(question), remembered=json.dumps(remembered))
    match question:
        case Single() | Multiple():
            return replace(bare, choices=_options(question, given, seed))
        case TrueFalse():
            return replace(bare, choices=_true_false(given))
        case Matching():
            return replace(bare, slots=_pairs(question, given, seed))
        case Ordering():
            return replace(bare, slots=_places(question, given, seed))
        case Case():
            return _case(bare, question, given, seed)
        case Numerical():
            return replace(bare, typed=str(given.get("value", "")), unit=words(question.unit))
        case _:
            return replace(bare, typed=str(given.get("text", "")))


def _options(question: Single | Multiple, given: Given, seed: int) -> tuple[Choice, ...]:
    labels = {option.key: words(option.text) for option in question.options}
    chosen = given.get("chosen") or []
    picked = {chosen} if isinstance(chosen, str) else set(chosen)
    return tuple(Choice(key, labels[key], key in picked) for key in shuffled(question, seed))


def _true_false(given: Given) -> tuple[Choice, ...]:
    chosen = str(given.get("chosen", "")).lower()
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


def _case(bare: Shown, question: Case, given: Given, seed: int) -> Shown:
    reasons, why = question.reasons(), set(given.get("why") or [])
    return replace(
        bare,
        outcomes=tuple(Choice(value, str(label), given.get("outcome") == value) for value, label in Outcome.choices),
        choices=tuple(Choice(key, words(reasons[key]), key in why) for key in shuffled(question, seed)),
        facts=_facts(question),
    )


def _facts(question: Case) -> tuple[tuple[str, str], ...]:
    """Reason and way as the portal's own forms call them; the story tells the rest."""
    facts = {name: str(value) for name, value in question.facts.items() if value is not None}
    way = str(Channel(facts["channel"]).label)
    if "platform" in facts:
        way = f"{way}: {Platform(facts['platform']).label}"
    return ((_("Reason"), str(Purpose(facts["purpose"]).label)), (_("Way"), way))
