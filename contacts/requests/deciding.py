"""Deciding about a request, and keeping the decision with its facts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from contacts import policy
from contacts.requests.context import Context, Question, load
from contacts.requests.models import ContactRequest, DecisionRecord
from contacts.requests.rules import still_granted

RULE_SET = policy.RULE_SET_1


@dataclass(frozen=True)
class Answer:
    """A decision together with the reading and the question it came from."""

    context: Context
    question: Question
    facts: policy.Facts
    decision: policy.Decision

    @property
    def outcome(self) -> str:
        return self.decision.outcome.value


def answer(request: ContactRequest, *, at: datetime, now_not_planned: bool = False) -> Answer:
    """Decide about a request at an instant. `now_not_planned` asks about contact right now (at redemption)."""
    context = load(request.customer, request.requester, at=at)
    question = Question.of(request)
    if now_not_planned:
        question = replace(question, planned_at=None)
    return answer_question(context, question)


def answer_question(context: Context, question: Question) -> Answer:
    facts = context.facts(question)
    return Answer(context, question, facts, policy.decide(facts, RULE_SET))


def outcome_when_awake_and_trained(given: Answer) -> str:
    """The outcome if it were contact time and the training valid: tells "not now" from "never again"."""
    facts = replace(given.facts, quiet_hours=False, requester_training=policy.Training.VALID)
    return policy.decide(facts, RULE_SET).outcome.value


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether a release still holds: `usable` now, else whether the obstacle passes (`not_now`) or not."""

    usable: bool
    not_now: bool


def standing(given: Answer, released: str) -> Standing:
    """Compare a fresh decision with the release that a permit has."""
    if still_granted(given.outcome, released):
        return Standing(usable=True, not_now=False)
    return Standing(usable=False, not_now=still_granted(outcome_when_awake_and_trained(given), released))


def keep(request: ContactRequest, given: Answer, stage: str, *, at: datetime) -> DecisionRecord:
    """Store a decision as evidence: facts, rule set and findings, so that it can be replayed."""
    decision = given.decision
    return DecisionRecord.objects.create(
        request=request,
        stage=stage,
        at=at,
        facts=policy.facts_to_inputs(given.facts),
        rule_set=RULE_SET.number,
        rule_set_hash=RULE_SET.hash,
        outcome=given.outcome,
        deciding_rules=[finding.rule.id for finding in decision.deciding],
        fired_rules=[finding.rule.id for finding in decision.findings],
        obligations=[obligation.id for obligation in decision.obligations],
        legal_basis=decision.legal_basis,
    )
