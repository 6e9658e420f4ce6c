"""The search: every single lever, and every two that do not exclude each other. Exhaustive, pure, in a fixed order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

from contacts.policy.alternatives.lever import Alternative, Lever, alternative, different
from contacts.policy.alternatives.levers import ALL_LEVERS
from contacts.policy.alternatives.reading import bits, firing
from contacts.policy.decision import Decision
from contacts.policy.evaluate import decide
from contacts.policy.rule import Kind, Outcome, Rule

# For each lever those that may be pulled with it, each two in one order: what leads elsewhere comes first.
PARTNERS: dict[str, list[Lever]] = {lever.key: [] for lever in ALL_LEVERS}
for _one, _other in combinations(ALL_LEVERS, 2):
    if _one.combines_with(_other):
        _first, _second = (_other, _one) if _other.moves else (_one, _other)
        PARTNERS[_first.key].append(_second)
PLACES = {lever.key: place for place, lever in enumerate(ALL_LEVERS)}
ABOUT = {lever.key: bits(lever.about) for lever in ALL_LEVERS}


@dataclass(frozen=True, slots=True)
class Tried:
    """One lever and where it leads alone. `changes` is empty where it does not apply by itself.

    `needs`: of each obstacle that is left, the inputs it depends on. What is to lead further must change one of each.
    """

    lever: Lever
    changes: Mapping[str, Any]
    changed: int
    outcome: Outcome
    needs: tuple[int, ...]


def look_around(decision: Decision) -> tuple[Tried, ...]:
    """Every lever by itself; nothing is tried where all is allowed."""
    if decision.outcome is Outcome.ALLOWED:
        return ()
    blocking = _blocking(decision)
    obstacles = firing(blocking, decision.facts, decision.rules)
    return tuple(_try(lever, decision, blocking, obstacles) for lever in ALL_LEVERS)


def _try(lever: Lever, decision: Decision, blocking: list[Rule], obstacles: list[int]) -> Tried:
    changes = lever.change(decision.facts)
    if not changes:
        return Tried(lever, {}, 0, decision.outcome, ())
    changed = bits(changes) if lever.moves else ABOUT[lever.key]
    left = [obstacle for obstacle in obstacles if not obstacle & changed]
    outcome, needs = (decision.outcome, left) if left else _alone(decision, blocking, changes)
    return Tried(lever, changes, changed, outcome, tuple(needs))


def alternatives_to(decision: Decision) -> tuple[Alternative, ...]:
    """Strictly better neighbours over one change; least effort first, then the better outcome."""
    found = [
        alternative((tried.lever,), tried.changes, tried.outcome)
        for tried in decision.around
        if tried.outcome.severity < decision.outcome.severity
    ]
    return tuple(sorted(found, key=lambda single: (single.effort, single.outcome.severity)))


def combinations_for(decision: Decision) -> tuple[Alternative, ...]:
    """Strictly better neighbours over two changes, where neither of the two alone leads as far; see `in_order`."""
    alone = {tried.lever.key: tried for tried in decision.around}
    return in_order(
        pair
        for first in alone.values()
        if first.changes and first.outcome is not Outcome.ALLOWED
        for second in PARTNERS[first.lever.key]
        if not any(not need & ABOUT[second.key] for need in first.needs)
        for pair in _pair(decision, first, alone[second.key])
    )


def in_order(found: Iterable[Alternative]) -> tuple[Alternative, ...]:
    """The better outcome first, then the smaller effort, then the fewer changes; equals in the order of the table."""
    return tuple(
        sorted(found, key=lambda one: (one.outcome.severity, one.effort, len(one.steps), *map(PLACES.get, one.steps)))
    )


def _blocking(decision: Decision) -> list[Rule]:
    """The rules that hold the outcome where it is; the default only says that no other does."""
    return [
        found.rule
        for found in decision.findings
        if found.outcome is decision.outcome and found.rule.kind is not Kind.DEFAULT
    ]


def _alone(decision: Decision, blocking: list[Rule], changes: Mapping[str, Any]) -> tuple[Outcome, list[int]]:
    """Outcome and obstacles of a neighbour. Most fail by what made the decision fail, so that is asked first."""
    facts = replace(decision.facts, **changes)
    left = firing(blocking, facts, decision.rules)
    if left:
        return decision.outcome, left
    there = decide(facts, decision.rules)
    if there.outcome is Outcome.ALLOWED:
        return there.outcome, []
    return there.outcome, firing(_blocking(there), facts, decision.rules)


def _pair(decision: Decision, first: Tried, second: Tried) -> Iterator[Alternative]:
    """The second is pulled where the first has led: on another way it may do what it could not do here."""
    if second.outcome is Outcome.ALLOWED or any(not need & first.changed for need in second.needs):
        return
    changes = _together(decision, first, second)
    if not changes:
        return
    to_beat = min(decision.outcome.severity, first.outcome.severity, second.outcome.severity)
    outcome = decide(replace(decision.facts, **changes), decision.rules).outcome
    if outcome.severity < to_beat:
        yield alternative((first.lever, second.lever), changes, outcome)


def _together(decision: Decision, first: Tried, second: Tried) -> dict[str, Any]:
    """What differs from the decision when both are pulled; nothing where the second does not apply."""
    then = second.changes
    if first.lever.moves:
        then = second.lever.change(replace(decision.facts, **first.changes)) or {}
    return different(decision.facts, {**first.changes, **then}) if then else {}
