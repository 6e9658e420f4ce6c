"""Kept decisions, decided once more: the same facts under the same rule set must say the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models.functions import Random

from contacts import policy
from contacts.requests.models import DecisionRecord, GivenDecision
from contacts.rulebook.selectors import rule_set_kept


@dataclass(slots=True)
class Again:
    """How many were decided as they were kept, how many otherwise, and how many rest on rules or words that this
    software has no longer, or cannot read, and so say nothing."""

    equal: int = 0
    other: int = 0
    untold: int = 0


@dataclass(frozen=True, slots=True)
class _Kept:
    facts: dict[str, Any]
    rule_set: int
    digest: str
    outcome: str
    rules: list[str] | None = None


def decide_again(*, most: int) -> Again:
    """A random sample of at most so many kept decisions, half about requests and half given to systems where there are
    enough of both. Two queries, and one for each rule set."""
    found, rule_sets = Again(), dict[tuple[int, str], policy.RuleSet | None]()
    for kept in _sample(most):
        name = kept.rule_set, kept.digest
        if name not in rule_sets:
            rule_sets[name] = rule_set_kept(*name)
        rule_set = rule_sets[name]
        try:
            facts, _missing = policy.parse_inputs("kept", kept.facts)
        except policy.InputError:
            rule_set = None
        if rule_set is None:
            found.untold += 1
        elif _says(kept, policy.decide(facts, rule_set)):
            found.equal += 1
        else:
            found.other += 1
    return found


def _says(kept: _Kept, decision: policy.Decision) -> bool:
    rules = [finding.rule.id for finding in decision.findings]
    return decision.outcome.value == kept.outcome and (kept.rules is None or kept.rules == rules)


def _sample(most: int) -> Iterator[_Kept]:
    columns = ("facts", "rule_set", "rule_set_hash", "outcome")
    rows = GivenDecision.objects.order_by(Random()).values_list(*columns)[: (most + 1) // 2]
    given = [_Kept(*row) for row in rows]
    yield from given
    about = DecisionRecord.objects.order_by(Random()).values_list(*columns, "fired_rules")
    yield from (_Kept(*row) for row in about[: most - len(given)])
