"""The smallest change after which a rule that speaks about a contact is silent. Exhaustive and pure.

One thing that somebody in the company can bring about comes first (the levers, least effort first); beside it stands
every single fact that would do. A rule that is silent says nothing of the answer: another one may speak then.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from enum import Enum
from typing import Any, get_type_hints

from contacts.policy.alternatives import ALL_LEVERS, Lever
from contacts.policy.contradictions import changed_with, contradictions
from contacts.policy.derived import derive
from contacts.policy.evaluate import decide
from contacts.policy.facts import Facts, Platform, Section73
from contacts.policy.ordinary import UNREAD
from contacts.policy.rule import Rule
from contacts.policy.rule_set import RuleSet
from contacts.policy.thresholds import Thresholds

_TYPES = {name: kind for name, kind in get_type_hints(Facts).items() if name not in UNREAD}
_FLAGS = tuple(field.name for field in fields(Section73))


@dataclass(frozen=True, slots=True)
class Silence:
    """`lever`: what a person would do, or None. `facts`: for each single fact that is enough, the values that do it,
    as JSON values; a flag of § 7 (3) UWG stands under its own name."""

    lever: Lever | None
    facts: Mapping[str, tuple[Any, ...]]

    @property
    def found(self) -> bool:
        return self.lever is not None or bool(self.facts)


def silence(rule: str, facts: Facts, rules: RuleSet) -> Silence:
    """What would silence this rule about these facts, for a rule that speaks about them."""
    lever = next((one for one in ALL_LEVERS if _silences(one, rule, facts, rules)), None)
    singles: dict[str, tuple[Any, ...]] = {}
    for name, value, neighbour in _neighbours(facts, rules.thresholds):
        if not contradictions(neighbour) and not speaks(rule, neighbour, rules):
            singles[name] = (*singles.get(name, ()), value)
    return Silence(lever, singles)


def speaks(rule: str, facts: Facts, rules: RuleSet) -> bool:
    """Whether this rule is among those that fire. Only the default needs to know what the others say."""
    found = _rule(rule, rules)
    if found is rules.default:
        return any(finding.rule is found for finding in decide(facts, rules).findings)
    return found.condition(rules.seen(facts), derive(facts), rules.thresholds)


def _rule(rule: str, rules: RuleSet) -> Rule:
    return next(one for one in rules.rules if one.id == rule)


def _silences(lever: Lever, rule: str, facts: Facts, rules: RuleSet) -> bool:
    changes = lever.change(facts)
    return bool(changes) and not speaks(rule, changed_with(facts, **(changes or {})), rules)


def _neighbours(facts: Facts, thresholds: Thresholds) -> Iterator[tuple[str, Any, Facts]]:
    """Every other value of every single fact. Another channel leaves its platform behind."""
    for name, kind in _TYPES.items():
        if name == "s7_3":
            yield from _flags(facts)
            continue
        for value in _values(name, kind, thresholds):
            if value != getattr(facts, name):
                yield name, getattr(value, "value", value), changed_with(facts, **{name: value})


def _flags(facts: Facts) -> Iterator[tuple[str, Any, Facts]]:
    for flag in _FLAGS:
        other = not getattr(facts.s7_3, flag)
        yield flag, other, replace(facts, s7_3=replace(facts.s7_3, **{flag: other}))


def _values(name: str, kind: Any, thresholds: Thresholds) -> tuple[Any, ...]:
    if name == "months_since_last_transaction":
        window = thresholds.existing_customer_window_months
        return (window, window + 1)
    if name == "platform":
        return tuple(Platform)
    return tuple(kind) if isinstance(kind, type) and issubclass(kind, Enum) else (False, True)
