"""A past verdict decided again: about the facts that were kept with it, under the rules of that day and of today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from contacts import policy
from contacts.requests.models import DecisionRecord, GivenDecision
from contacts.rulebook.fact_words import rows_of
from contacts.rulebook.selectors import rule_set_in_force, rule_set_kept

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


@dataclass(frozen=True, slots=True)
class Replay:
    """What was recorded, and what comes of it. `then` is None where this software has other rules or words by now, or
    cannot read the facts any more (`readable`); what was recorded stands all the same."""

    outcome: str
    rule_set: int
    rule_set_hash: str
    facts: Mapping[str, Any]
    readable: bool
    then: policy.Decision | None
    today: policy.Decision | None

    @property
    def holds(self) -> bool | None:
        """Whether the rules of that day say again what was recorded; None where nobody can decide under them."""
        return None if self.then is None else self.then.outcome.value == self.outcome

    @property
    def same_today(self) -> bool | None:
        return None if self.today is None else self.today.outcome.value == self.outcome

    @property
    def fact_rows(self) -> list[tuple[str, str]]:
        return rows_of(self.facts)


class Replayer:
    """Decides kept decisions again; each rule set is looked up once, however many decisions rest on it."""

    def __init__(self, *, at: datetime) -> None:
        self._today = rule_set_in_force(at)
        self._kept: dict[tuple[int, str], policy.RuleSet | None] = {}

    def holds(self, kept: DecisionRecord | GivenDecision) -> bool | None:
        """`Replay.holds` alone, for whoever asks about many."""
        facts, rules = _facts(kept), self._rules(kept.rule_set, kept.rule_set_hash)
        if facts is None or rules is None:
            return None
        return policy.decide(facts, rules).outcome.value == kept.outcome

    def replay(self, kept: DecisionRecord | GivenDecision) -> Replay:
        facts = _facts(kept)
        rules = self._rules(kept.rule_set, kept.rule_set_hash)
        return Replay(
            outcome=kept.outcome,
            rule_set=kept.rule_set,
            rule_set_hash=kept.rule_set_hash,
            facts=kept.facts,
            readable=facts is not None,
            then=policy.decide(facts, rules) if facts is not None and rules is not None else None,
            today=policy.decide(facts, self._today) if facts is not None else None,
        )

    def replay_all(self, rows: Iterable[DecisionRecord | GivenDecision]) -> list[Replay]:
        return [self.replay(one) for one in rows]

    def _rules(self, number: int, digest: str) -> policy.RuleSet | None:
        if (number, digest) not in self._kept:
            self._kept[number, digest] = rule_set_kept(number, digest)
        return self._kept[number, digest]


def _facts(kept: DecisionRecord | GivenDecision) -> policy.Facts | None:
    """The facts, where this software still knows every name and value in them."""
    try:
        return policy.parse_inputs(str(kept.pk), kept.facts)[0]
    except policy.InputError:
        return None
