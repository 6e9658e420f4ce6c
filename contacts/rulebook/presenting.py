"""What pages say about versions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from contacts import policy
from contacts.rulebook.models import SHIPPED, RuleSetVersion
from contacts.rulebook.words import name_of, value_words


@dataclass(frozen=True, slots=True)
class Row:
    """One version in the history, with the word for where it stands. The shipped one has no row of its own."""

    number: int
    version: RuleSetVersion | None
    tone: str
    word: str


def history(rows: list[RuleSetVersion], at: datetime) -> list[Row]:
    """The newest first; the shipped rule set comes last."""
    counting = max((row.number for row in rows if _has_begun(row, at)), default=SHIPPED)
    newest = max((row.number for row in rows if row.state == "released"), default=SHIPPED)
    found = [Row(row.number, row, *_standing(row, at, counting, newest)) for row in rows]
    shipped = ("allowed", _("In force")) if counting == SHIPPED else ("quiet", _("Replaced"))
    return [*found, Row(SHIPPED, None, *shipped)]


def _has_begun(row: RuleSetVersion, at: datetime) -> bool:
    return row.state == "released" and row.effective_from is not None and row.effective_from <= at


def _standing(row: RuleSetVersion, at: datetime, counting: int, newest: int) -> tuple[str, str]:
    if row.state == "draft":
        return "manager", _("Draft")
    if row.state == "discarded":
        return "quiet", _("Discarded")
    if row.number == counting:
        return "allowed", _("In force")
    if not _has_begun(row, at):
        return ("manager", _("Not yet in force")) if row.number == newest else ("quiet", _("Overtaken by a later one"))
    return "quiet", _("Replaced")


@dataclass(frozen=True, slots=True)
class Change:
    """One line of a comparison. `laxer`: milder than the shipped default."""

    name: str
    before: str
    after: str
    laxer: bool


def changes(before: policy.Settings, after: policy.Settings) -> list[Change]:
    """What differs between two rule sets, in words."""
    milder = after.laxer()
    return [change_words(one, milder) for one in policy.differences(before, after)]


def change_words(one: policy.Difference, milder: tuple[str, ...]) -> Change:
    """One difference; `milder` names what is milder than shipped afterwards."""
    usual = {rule.id: str(rule.outcome) for rule in policy.DISPUTED}
    was, becomes = (usual.get(one.name) if value is None else value for value in (one.before, one.after))
    return Change(_name(one), _words(one, was), _words(one, becomes), one.name in milder)


def _name(one: policy.Difference) -> str:
    return _("Rule %(rule)s") % {"rule": one.name} if one.part == "outcomes" else name_of(one.name)


def _words(one: policy.Difference, value: Any) -> str:
    if value is None:
        return _("As in the register") if one.part == "platforms" else _("No limit")
    return value_words(value)


def set_by_company(rules: policy.RuleSet) -> dict[str, str]:
    """The disputed rules that the company decides another way than shipped, with the shipped outcome."""
    shipped = {rule.id: str(rule.outcome) for rule in policy.RULE_SET_1.rules if rule.outcome is not None}
    return {rule.id: shipped[rule.id] for rule in rules.rules if rule.outcome and str(rule.outcome) != shipped[rule.id]}
