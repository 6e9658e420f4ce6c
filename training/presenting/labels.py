"""The words of what can be chosen, for item statistics."""

from __future__ import annotations

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from contacts.policy import RuleSet
from portal.vocabulary import Outcome
from training.analysis import OPEN
from training.questions import Case, Matching, Question, Text, TrueFalse, right_answer


def pick_words(question: Question, pick: str, rules: RuleSet) -> tuple[str, bool]:
    """What a pick of `training.analysis` says, and whether it is (part of) the right answer."""
    if pick == OPEN:
        return _("Left open"), False
    labels = _labels(question)
    if isinstance(question, Matching):
        left, _sign, right = pick.partition("=")
        lefts = {pair.key: _in_language(pair.left) for pair in question.pairs}
        return f"{lefts.get(left, left)}: {labels.get(right, right)}", left == right
    return labels.get(pick, pick), pick in _right(question, rules)


def _labels(question: Question) -> dict[str, str]:
    if isinstance(question, TrueFalse):
        return {"true": _("True"), "false": _("False")}
    if isinstance(question, Case):
        outcomes = {str(value): str(label) for value, label in Outcome.choices}
        return outcomes | {rule: _in_language(text) for rule, text in question.reasons().items()}
    if isinstance(question, Matching):
        return {key: _in_language(text) for key, text in question.right_sides()}
    return {option.key: _in_language(option.text) for option in getattr(question, "options", ())}


def _right(question: Question, rules: RuleSet) -> set[str]:
    answer = right_answer(question, rules)
    found = [answer.get("chosen"), answer.get("outcome"), answer.get("why")]
    flat = [one for part in found for one in (part if isinstance(part, list) else [part])]
    return {str(one).lower() if isinstance(one, bool) else str(one) for one in flat if one is not None}


def _in_language(text: Text) -> str:
    return text.in_(get_language() or "de")
