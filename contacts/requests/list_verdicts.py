"""What a list of customers tells beside each name for one reason: by channel, whether the reader may make contact now.

From the same facts and rules as the question itself (`context.Context.facts`), so that no list says what its question
denies. What is assumed is said above the list: now, from the account that is taken where nobody chooses one, and with
a word on how to object.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from contacts import policy
from contacts.requests.context import Context, Question
from contacts.requests.deciding import PASSING
from contacts.requests.rules import severity
from portal.vocabulary import Channel

if TYPE_CHECKING:
    from contacts.customers.models import ContactPoint

#: Direct messages are left out: whether one may be sent depends on the network, and every network is a way of its own.
#: The customer's page names each. Messengers too have several, but a company uses one.
CHANNELS = (Channel.EMAIL, Channel.PHONE, Channel.LETTER, Channel.SMS, Channel.MESSENGER)
#: What the question behind a verdict has ticked beyond reason and address, by the names of its form.
ASSUMED: dict[str, Any] = {"opt_out_included": True}
NO_ADDRESS, DEPENDS, NOT_NOW = "no_address", "depends", "not_now"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer for one channel: an outcome of the rules, `not_now` where that is a no that passes, `no_address`, or
    `depends` where several addresses have different answers. `point` is the address that the link asks about; None
    where the person has to choose. `hindered` names those of PASSING that make the answer stricter than it would be."""

    channel: Channel
    outcome: str
    point: ContactPoint | None = None
    hindered: frozenset[str] = frozenset()


@dataclass
class Answers:
    """Decides questions and remembers the facts that occurred: fifty customers have a few dozen."""

    seen: dict[tuple[policy.Facts, str], tuple[str, frozenset[str]]] = field(default_factory=dict)

    def answer(self, context: Context, point: ContactPoint, purpose: str) -> tuple[str, frozenset[str]]:
        """Outcome and hindrances."""
        question = Question(point=point, account=context.default_account(point), purpose=purpose, **ASSUMED)
        facts, rules = context.facts(question), context.rules
        key = (facts, rules.hash)
        if key not in self.seen:
            self.seen[key] = _answer(facts, rules)
        return self.seen[key]


def _answer(facts: policy.Facts, rules: policy.RuleSet) -> tuple[str, frozenset[str]]:
    """Each obstacle that passes is a hindrance where its going alone, with the others gone too, makes the answer
    milder; so a training that has ended is none for a customer who refused all contact."""
    now, standing = _outcome(facts, rules), {name for name, lies in PASSING.items() if getattr(facts, name) != lies}
    if not standing:
        return now, frozenset()
    free = replace(facts, **{name: PASSING[name] for name in standing})
    later = _outcome(free, rules)
    hindered = frozenset(
        name
        for name in standing
        if severity(_outcome(replace(free, **{name: getattr(facts, name)}), rules)) > severity(later)
    )
    return NOT_NOW if now == "forbidden" != later else now, hindered


def _outcome(facts: policy.Facts, rules: policy.RuleSet) -> str:
    return policy.decide(facts, rules).outcome.value


def verdicts_in(contexts: Mapping[int, Context], purpose: str) -> dict[int, list[Verdict]]:
    """One verdict for each of CHANNELS, by the keys of the customers."""
    answers = Answers()
    return {
        key: [_verdict(context, channel, purpose, answers) for channel in CHANNELS] for key, context in contexts.items()
    }


def _verdict(context: Context, channel: Channel, purpose: str, answers: Answers) -> Verdict:
    mine = [point for point in context.points if point.channel == channel]
    if not mine:
        return Verdict(channel, NO_ADDRESS)
    found = [answers.answer(context, point, purpose) for point in mine]
    outcomes = {outcome for outcome, _hindered in found}
    outcome = outcomes.pop() if len(outcomes) == 1 else DEPENDS
    hindered = frozenset().union(*(hindered for _outcome, hindered in found))
    return Verdict(channel, outcome, mine[0] if len(mine) == 1 else None, hindered)
