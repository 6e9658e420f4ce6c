"""What a list of customers tells beside each name for one reason: by channel, whether the reader may make contact now.

From the same facts and rules as the question itself (`context.Context.facts`), so that no list says what its question
denies. What is assumed is said above the list: now, from the account that is taken where nobody chooses one, and with
a word on how to object.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from contacts import policy
from contacts.requests.context import Context, Question
from contacts.requests.several import load_several
from portal.vocabulary import Channel

if TYPE_CHECKING:
    from contacts.customers.models import ContactPoint, Customer
    from portal.people.models import User

#: Direct messages are left out: whether one may be sent depends on the network, and every network is a way of its own.
#: The customer's page names each. Messengers too have several, but a company uses one.
CHANNELS = (Channel.EMAIL, Channel.PHONE, Channel.LETTER, Channel.SMS, Channel.MESSENGER)
#: What the question behind a verdict has ticked beyond reason and address, by the names of its form.
ASSUMED: dict[str, Any] = {"opt_out_included": True}
NO_ADDRESS, DEPENDS = "no_address", "depends"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer for one channel: an outcome of the rules, `no_address`, or `depends` where several addresses have
    different answers. `point` is the address that the link asks about; None where the person has to choose."""

    channel: Channel
    outcome: str
    point: ContactPoint | None = None


@dataclass
class Answers:
    """Decides questions and remembers the facts that occurred: fifty customers have a few dozen."""

    seen: dict[tuple[policy.Facts, str], str] = field(default_factory=dict)

    def outcome(self, context: Context, point: ContactPoint, purpose: str) -> str:
        question = Question(point=point, account=context.default_account(point), purpose=purpose, **ASSUMED)
        facts, rules = context.facts(question), context.rules
        key = (facts, rules.hash)
        if key not in self.seen:
            self.seen[key] = policy.decide(facts, rules).outcome.value
        return self.seen[key]


def verdicts_of(user: User, customers: Sequence[Customer], purpose: str, *, at: datetime) -> dict[int, list[Verdict]]:
    """One verdict for each of CHANNELS, by the keys of the customers. The same number of queries for any number."""
    contexts, answers = load_several(customers, user, at=at), Answers()
    return {
        key: [_verdict(context, channel, purpose, answers) for channel in CHANNELS] for key, context in contexts.items()
    }


def _verdict(context: Context, channel: Channel, purpose: str, answers: Answers) -> Verdict:
    mine = [point for point in context.points if point.channel == channel]
    if not mine:
        return Verdict(channel, NO_ADDRESS)
    outcomes = {answers.outcome(context, point, purpose) for point in mine}
    outcome = outcomes.pop() if len(outcomes) == 1 else DEPENDS
    return Verdict(channel, outcome, mine[0] if len(mine) == 1 else None)
