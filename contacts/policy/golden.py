"""Golden cases: facts with the answer that everybody agreed on. A rule set that answers one another way is stopped.

The shipped cases are the worked examples of the rule book; they stand in `golden.json` (docs/rule-sets.md).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import resources
from typing import Any

from contacts.policy.codec import InputError, entries_of, parse_inputs
from contacts.policy.evaluate import decide
from contacts.policy.rule import Outcome
from contacts.policy.rule_set import RuleSet

MOST_CASES = 1000
LONGEST_ID = 80
_KEYS = ("id", "inputs", "outcome", "deciding_rules")


@dataclass(frozen=True, slots=True)
class GoldenCase:
    """`deciding_rules` None: only the outcome matters."""

    id: str
    inputs: Mapping[str, Any] = field(hash=False)
    outcome: Outcome
    deciding_rules: tuple[str, ...] | None = None

    def to_json(self) -> dict[str, Any]:
        plain = {"id": self.id, "inputs": dict(self.inputs), "outcome": self.outcome.value}
        return plain if self.deciding_rules is None else {**plain, "deciding_rules": list(self.deciding_rules)}


@dataclass(frozen=True, slots=True)
class Differing:
    """A case that a rule set answers another way than expected."""

    case: GoldenCase
    outcome: Outcome
    deciding_rules: tuple[str, ...]

    def as_answered(self) -> GoldenCase:
        """The case as it would have to read for this rule set."""
        rules = None if self.case.deciding_rules is None else self.deciding_rules
        return replace(self.case, outcome=self.outcome, deciding_rules=rules)

    @property
    def milder(self) -> bool:
        return self.outcome.severity < self.case.outcome.severity


def check_cases(cases: Iterable[GoldenCase], rule_set: RuleSet) -> list[Differing]:
    """The cases that this rule set answers another way, in their order. Which rules decide is compared as a set."""
    answers = (_answered(case, rule_set) for case in cases)
    return [one for one in answers if one.outcome is not one.case.outcome or not _same_rules(one)]


def _answered(case: GoldenCase, rule_set: RuleSet) -> Differing:
    facts, _missing = parse_inputs(case.id, case.inputs)
    decision = decide(facts, rule_set)
    return Differing(case, decision.outcome, tuple(finding.rule.id for finding in decision.deciding))


def _same_rules(one: Differing) -> bool:
    return one.case.deciding_rules is None or set(one.case.deciding_rules) == set(one.deciding_rules)


def cases_from(text: str, *, known: Iterable[str] = ()) -> tuple[GoldenCase, ...]:
    """Cases from a JSON list of `{"id", "inputs", "outcome", "deciding_rules"}`, the last one optional.

    Raises InputError with a whole sentence for the first thing that is wrong. `known`: the ids of all rules.
    """
    entries = entries_of(text)
    if len(entries) > MOST_CASES:
        raise InputError(f"These are {len(entries)} cases; {MOST_CASES} is the most that one list may have.")
    cases = tuple(_case(number, entry, frozenset(known)) for number, entry in enumerate(entries, start=1))
    seen: set[str] = set()
    for number, case in enumerate(cases, start=1):
        if case.id in seen:
            raise InputError(f"Entry {number}: the id “{case.id}” is there twice. Give each case its own.")
        seen.add(case.id)
    return cases


def _case(number: int, entry: Any, known: frozenset[str]) -> GoldenCase:
    if not isinstance(entry, Mapping) or not isinstance(entry.get("inputs"), Mapping):
        raise InputError(f'Entry {number} must be an object {{"id": ..., "inputs": {{...}}, "outcome": ...}}.')
    extra = sorted(set(entry) - set(_KEYS))
    if extra:
        raise InputError(f"Entry {number}: “{extra[0]}” is not known; a case has {', '.join(_KEYS)}.")
    name = entry.get("id")
    if not isinstance(name, str) or not name.strip() or len(name) > LONGEST_ID or not name.isprintable():
        raise InputError(f"Entry {number}: “id” must be a text of at most {LONGEST_ID} characters.")
    parse_inputs(f"{number} (id {json.dumps(name, ensure_ascii=False)})", entry["inputs"])
    outcomes = [one.value for one in Outcome]
    if entry.get("outcome") not in outcomes:
        raise InputError(f"Entry {number}: “outcome” must be one of {', '.join(outcomes)}.")
    return GoldenCase(name, dict(entry["inputs"]), Outcome(entry["outcome"]), _rules(number, entry, known))


def _rules(number: int, entry: Mapping[str, Any], known: frozenset[str]) -> tuple[str, ...] | None:
    rules = entry.get("deciding_rules")
    if rules is None:
        return None
    if not isinstance(rules, list) or not all(isinstance(rule, str) for rule in rules):
        raise InputError(f"Entry {number}: “deciding_rules” must be a list of the ids of rules.")
    unknown = [rule for rule in rules if known and rule not in known]
    if unknown:
        raise InputError(
            f"Entry {number}: “{unknown[0][:40]}” is not a rule. Check the spelling against the rule book."
        )
    return tuple(rules)


@cache
def shipped_cases() -> tuple[GoldenCase, ...]:
    """The worked examples of the rule book."""
    return cases_from((resources.files("contacts.policy") / "golden.json").read_text(encoding="utf-8"))


def cases_with(own: Iterable[GoldenCase]) -> tuple[GoldenCase, ...]:
    """The shipped cases and the company's own; one of these with the id of a shipped case replaces it."""
    mine = {case.id: case for case in own}
    shipped = {case.id: case for case in shipped_cases()}
    return tuple({**shipped, **mine}.values())


def replaced_cases(own: Iterable[GoldenCase], rule_set: RuleSet) -> list[Differing]:
    """The shipped cases that the company's own replace by other ones, each with what the rule set answers to it as it
    was shipped: another question under the same name hides no answer."""
    mine = {case.id: case for case in own}
    return [_answered(case, rule_set) for case in shipped_cases() if mine.get(case.id, case) != case]
