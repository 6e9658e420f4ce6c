"""Deciding about a request, and keeping the decision with its facts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from contacts import policy
from contacts.requests.context import Context, Question, load
from contacts.requests.models import ContactRequest, DecisionRecord, Permit
from contacts.requests.promotion import PromotionReading, fingerprint, promotion_of
from contacts.requests.rules import Release, severity, strictest
from portal.access.roles import Role

# Who may ask to contact a customer, and make use of the answer.
ASKERS = (Role.EMPLOYEE, Role.MANAGER, Role.CONSENT_OFFICER, Role.DPO)
#: What stands in the way and passes: contact hours begin, a course is taken. By the names of the facts.
PASSING: dict[str, Any] = {"quiet_hours": False, "requester_training": policy.Training.VALID}


@dataclass(frozen=True)
class Answer:
    """A decision together with the reading and the question it came from."""

    context: Context
    question: Question
    facts: policy.Facts
    decision: policy.Decision
    promotion: PromotionReading | None = None

    @property
    def outcome(self) -> str:
        return outcome_of(self.question, self.decision)


def outcome_of(question: Question, decision: policy.Decision) -> str:
    """What the rules say; where the requester says that promotional wording is none, a manager at least agrees."""
    agreed = "needs_manager_approval" if question.promotion_disputed else "allowed"
    return strictest(decision.outcome.value, agreed)


def answer(request: ContactRequest, *, at: datetime, now_not_planned: bool = False) -> Answer:
    """Decide about a request at an instant. `now_not_planned` asks about contact right now (at redemption)."""
    context = load(request.customer, request.requester, at=at)
    promotion = promotion_of(request)
    question = Question.of(request, promotion)
    if now_not_planned:
        question = replace(question, planned_at=None)
    return replace(answer_question(context, question), promotion=promotion)


def answer_question(context: Context, question: Question) -> Answer:
    facts = context.facts(question)
    return Answer(context, question, facts, policy.decide(facts, context.rules))


def awake_and_trained(given: Answer) -> policy.Decision:
    """The decision if it were contact time and the training valid: tells "not now" from "never again"."""
    return policy.decide(replace(given.facts, **PASSING), given.context.rules)


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether a release still holds: `usable` now, else whether the obstacle passes (`not_now`) or not.

    `because` names it: rules as in "OBJ-03, SRC-04", or `consent`, `address`, `person`, `role`, `text`.
    """

    usable: bool
    not_now: bool
    because: str = ""


def standing(given: Answer, permit: Permit) -> Standing:
    """Compare a fresh decision with the release that a permit has."""
    gone = ended(permit)
    if gone:
        return Standing(usable=False, not_now=False, because=gone)
    release = Release(frozenset(permit.accepted_rules), permit.rests_on_consent, permit.released)
    if _covers(release, given.decision):
        return Standing(usable=True, not_now=False)
    passes = _covers(release, awake_and_trained(given))
    return Standing(usable=False, not_now=passes, because=_because(given.decision, release))


def _covers(release: Release, decision: policy.Decision) -> bool:
    return release.covers(decision.outcome.value, decision.to_accept, policy.rests_on_consent(decision))


def _because(decision: policy.Decision, release: Release) -> str:
    """The strictest of the rules that nobody accepted, or that ask for more than was released since the rule set is
    another one; where there is none, it is the consent that has gone."""
    unknown, high = decision.to_accept - release.accepted_rules, severity(release.released)
    new = [f.rule for f in decision.findings if f.rule.id in unknown or severity(str(f.outcome or "allowed")) > high]
    worst = strictest(*(str(rule.outcome) for rule in new), "allowed")
    return ", ".join(rule.id for rule in new if rule.outcome == worst) or "consent"


def ended(permit: Permit) -> str:
    """`address`, `person`, `role` or `text` where that which a permit is for is no longer there; else empty."""
    if permit.request.contact_point.retired_at is not None:
        return "address"
    if not permit.holder.is_active:
        return "person"
    if not permit.holder.has_role(*ASKERS):
        return "role"
    return "" if fingerprint(permit.request.draft_text) == permit.text_sha256 else "text"


def keep(request: ContactRequest, given: Answer, stage: str, *, at: datetime) -> DecisionRecord:
    """Store a decision as evidence: facts, rule set and findings, so that it can be replayed."""
    decision = given.decision
    return DecisionRecord.objects.create(
        request=request,
        stage=stage,
        at=at,
        facts=policy.facts_to_inputs(given.facts),
        rule_set=decision.rule_set,
        rule_set_hash=decision.rule_set_hash,
        outcome=decision.outcome.value,
        deciding_rules=[finding.rule.id for finding in decision.deciding],
        fired_rules=[finding.rule.id for finding in decision.findings],
        obligations=[obligation.id for obligation in decision.obligations],
        legal_basis=decision.legal_basis,
    )
