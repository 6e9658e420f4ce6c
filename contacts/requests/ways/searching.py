"""The search over one and two things that can be different: real addresses, accounts, times, training, consents.

Each neighbour is decided like the question itself, from the same reading of the database. Two are offered together
only where neither leads as far alone. Nothing forbidden is ever offered.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import combinations

from contacts import policy
from contacts.requests.context import Question
from contacts.requests.deciding import Answer, outcome_of
from contacts.requests.rules import severity
from contacts.requests.ways.prefilling import still_planned
from contacts.requests.ways.steps import ADDRESS, WAIT, Step, steps_of

Outcomes = dict[tuple[Step, ...], str | None]


@dataclass(frozen=True)
class Way:
    """One better neighbour of a question that was asked: the question it becomes, and the answer one would get."""

    asked: Question
    question: Question
    outcome: str
    steps: tuple[Step, ...]

    @property
    def point(self):
        return self.question.point

    @property
    def account(self):
        return self.question.account

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(step.key for step in self.steps)

    @property
    def acts(self) -> tuple[Step, ...]:
        """What has to be done elsewhere before the question is answered so."""
        return tuple(step for step in self.steps if step.lever is not None)

    @property
    def at_once(self) -> bool:
        """Nothing to be done elsewhere, and nothing to wait for."""
        return not self.acts and WAIT not in self.keys

    @property
    def moves(self) -> bool:
        """Another address or account: one press changes the question, its text stays."""
        return any("point" in step.fields for step in self.steps)

    @property
    def one_press(self) -> bool:
        return self.moves and len(self.steps) == 1

    @property
    def changed(self) -> tuple[str, ...]:
        """What is different about the address."""
        asked, changed = self.asked, []
        if (asked.point.channel, asked.point.platform) != (self.point.channel, self.point.platform):
            changed.append("channel")
        elif asked.point.pk != self.point.pk:
            changed.append("address")
        if self.moves and (asked.private_account or ADDRESS not in self.keys):
            changed.append("account")
        return tuple(changed)

    @property
    def order(self) -> tuple[int, ...]:
        """The better answer first, then the smaller effort, then the fewer changes."""
        effort = sum(step.effort for step in self.steps)
        return (severity(self.outcome), effort, len(self.steps), *(n for step in self.steps for n in step.place))


def ways(given: Answer, *, limit: int = 5) -> list[Way]:
    """The first of all ways: as many as somebody reads who wants to go home."""
    return all_ways(given)[:limit]


def all_ways(given: Answer) -> list[Way]:
    """Every better way over one thing, and every one over two that needs both."""
    if given.outcome == policy.Outcome.ALLOWED.value:
        return []
    return sorted(_Search(given).better(), key=lambda way: way.order)


class _Search:
    """One look around one question. Facts are read once per question, whatever is done elsewhere besides."""

    def __init__(self, given: Answer) -> None:
        self.context, self.asked, self.outcome = given.context, given.question, given.outcome
        # A time that has passed cannot be asked about again.
        self.start = replace(self.asked, planned_at=still_planned(self.asked.planned_at, at=self.context.at))
        self.facts: dict[Question, policy.Facts] = {}

    def better(self) -> Iterator[Way]:
        steps = steps_of(self.context, self.asked)
        alone = {step.place: self._outcome(step) for step in steps}
        for step in steps:
            yield from self._offered(alone[step.place], self.outcome, step)
        for one, other in combinations([step for step in steps if alone[step.place] != "allowed"], 2):
            if not one.about & other.about:
                to_beat = min((alone[s.place] or self.outcome for s in (one, other)), key=severity)
                to_beat = min(to_beat, self.outcome, key=severity)
                yield from self._offered(self._outcome(one, other), to_beat, one, other)

    def _offered(self, outcome: str | None, to_beat: str, *steps: Step) -> Iterator[Way]:
        if outcome is not None and severity(outcome) < severity(to_beat):
            yield Way(self.asked, self._question(*steps), outcome, steps)

    def _question(self, *steps: Step) -> Question:
        question = self.start
        for step in steps:
            question = step.of(question)
        return question

    def _outcome(self, *steps: Step) -> str | None:
        """The answer with these steps, None where an act among them has nothing to do."""
        question = self._question(*steps)
        facts = self._facts(question)
        for step in steps:
            if step.lever is not None:
                changes = step.lever.change(facts)
                if not changes:
                    return None
                facts = replace(facts, **changes)
        return outcome_of(question, policy.decide(facts, self.context.rules))

    def _facts(self, question: Question) -> policy.Facts:
        if question not in self.facts:
            self.facts[question] = self.context.facts(question)
        return self.facts[question]
