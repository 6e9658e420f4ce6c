"""The ways that are allowed: the customer's other addresses from company accounts, and single changes to the
question. Smallest change first, each decided by the same rules; nothing forbidden is ever offered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from contacts import policy
from contacts.requests.context import Question
from contacts.requests.deciding import Answer, answer_question
from contacts.requests.rules import severity

ORDER_OF_CHANNELS = ("letter", "email", "phone", "sms", "messenger", "social_dm")
# Changes to the question itself: its form takes them over, so that the text can follow. Others need an act elsewhere.
TAKEABLE = {
    "remove_promotion": {"contains_promotion": False},
    "include_opt_out": {"opt_out_included": True},
    "show_caller_id": {"caller_id_shown": True},
    "make_sender_clear": {"sender_clear": True},
    "no_automated_call": {"automated_call": False},
    "no_special_category": {"special_category": False},
    "own_similar_products": {"own_similar_products": True},
}


@dataclass(frozen=True, slots=True)
class Way:
    """One allowed neighbour of a question that was asked, decided like the question itself."""

    question: Question
    outcome: str
    changed: tuple[str, ...]

    @property
    def point(self):
        return self.question.point

    @property
    def account(self):
        return self.question.account


def ways(given: Answer, *, limit: int = 5) -> list[Way]:
    """Better ways over the customer's real addresses, the same address from a company account first."""
    better = [way for way in _neighbours(given) if severity(way.outcome) < severity(given.outcome)]
    return sorted(better, key=lambda way: _effort(given.question, way))[:limit]


def _neighbours(given: Answer) -> Iterator[Way]:
    asked, context = given.question, given.context
    for point in context.points:
        question = replace(asked, point=point, account=context.default_account(point), private_account=False)
        if question == asked:
            continue
        outcome = answer_question(context, question).outcome
        if outcome != policy.Outcome.FORBIDDEN.value:
            yield Way(question, outcome, _changed(asked, question))


def _changed(asked: Question, question: Question) -> tuple[str, ...]:
    changed = []
    if (asked.point.channel, asked.point.platform) != (question.point.channel, question.point.platform):
        changed.append("channel")
    elif asked.point.pk != question.point.pk:
        changed.append("address")
    if asked.private_account:
        changed.append("account")
    return tuple(changed)


def _effort(asked: Question, way: Way) -> tuple[int, int, int, int]:
    same_address = 0 if way.point.pk == asked.point.pk else 1
    return (severity(way.outcome), same_address, ORDER_OF_CHANNELS.index(way.point.channel), way.point.pk)


def steps(given: Answer) -> list[policy.Alternative]:
    """Single changed facts that would help and are not a matter of another address: remove the promotion, get
    consent, finish the training, wait for contact hours, ..."""
    return [
        alternative
        for alternative in given.decision.alternatives
        if "channel" not in alternative.changes and "platform" not in alternative.changes
    ]
