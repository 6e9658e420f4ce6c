"""What a draft would have made of the decisions of late. Reads, and touches nothing.

Rooms that keep decisions give them as a stream (`portal.handlers.RECORDED_DECISIONS`). Each is decided twice about the
same facts: under the rule set in force and under the draft. So what differs is the draft's doing and nothing else.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from heapq import merge
from itertools import islice
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from contacts import policy

SHOWN = 100
#: How many decisions may be looked at in one go.
SIZES = (100, 1_000, 10_000)


@dataclass(frozen=True, slots=True)
class Recorded:
    """One kept decision. `measured` says what those facts would be that thresholds make: the hour, the age."""

    label: str
    address: str
    at: datetime
    inputs: Mapping[str, Any]
    measured: Callable[[policy.Thresholds], Mapping[str, Any]]


#: Called with how many; gives the latest decisions, the newest first, as a stream from one statement.
Source = Callable[[int], Iterator[Recorded]]


@dataclass(frozen=True, slots=True)
class Flip:
    """A decision that would be another one, with the rules that would decide."""

    recorded: Recorded
    before: str
    after: str
    rules: tuple[str, ...]


@dataclass
class Effect:
    """What was found: how many were looked at, how many go from which outcome to which, and the latest of these.

    `left_out`: facts that this software cannot read any more.
    """

    looked_at: int = 0
    left_out: int = 0
    oldest: datetime | None = None
    moves: Counter[tuple[str, str]] = field(default_factory=Counter)
    flips: list[Flip] = field(default_factory=list)

    @property
    def flipped(self) -> int:
        return sum(self.moves.values())

    @property
    def rows(self) -> list[tuple[str, str, int]]:
        """The most frequent move first."""
        return [(before, after, count) for (before, after), count in self.moves.most_common()]


def latest(most: int) -> Iterator[Recorded]:
    """The latest decisions of all rooms, the newest first; one statement for each room."""
    sources: tuple[Source, ...] = import_string(settings.RECORDED_DECISIONS)
    streams = [source(most) for source in sources]
    return islice(merge(*streams, key=lambda one: one.at, reverse=True), most)


def effect_of(draft: policy.RuleSet, in_force: policy.RuleSet, recorded: Iterable[Recorded]) -> Effect:
    """Decide about each twice. Equal facts are decided once, so a long list costs little more than reading it."""
    found, before, after = Effect(), _Answers(in_force), _Answers(draft)
    for one in recorded:
        try:
            was, becomes = before.to(one), after.to(one)
        except policy.InputError:
            found.left_out += 1
            continue
        found.looked_at, found.oldest = found.looked_at + 1, one.at
        if was[0] != becomes[0]:
            found.moves[was[0], becomes[0]] += 1
            if len(found.flips) < SHOWN:
                found.flips.append(Flip(one, was[0], *becomes))
    return found


class _Answers:
    """What one rule set says, remembered by the facts."""

    def __init__(self, rules: policy.RuleSet) -> None:
        self.rules = rules
        self.seen: dict[str, tuple[str, tuple[str, ...]]] = {}

    def to(self, one: Recorded) -> tuple[str, tuple[str, ...]]:
        inputs = {**one.inputs, **one.measured(self.rules.thresholds)}
        key = json.dumps(inputs, sort_keys=True)
        if key not in self.seen:
            decision = policy.decide(policy.parse_inputs(one.label, inputs)[0], self.rules)
            self.seen[key] = decision.outcome.value, tuple(found.rule.id for found in decision.deciding)
        return self.seen[key]
