"""Answers that other systems were given, told again: to whom, for how long, and what is put in only then."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from contacts import policy
from contacts.requests.deciding import ASKERS
from contacts.requests.models import GivenDecision
from contacts.requests.verdicts import verdict_of
from contacts.rulebook.selectors import rule_set_in_force, rule_set_kept
from portal.machines.once import KEPT
from portal.machines.problems import Problem
from portal.machines.rest import demand_asker

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from portal.machines.models import ApiToken


def kept_answers() -> QuerySet[GivenDecision]:
    """With the customer and the person in whose place was asked."""
    return GivenDecision.objects.select_related("customer", "acts_for")


def own_answer(token: ApiToken, number: UUID) -> GivenDecision:
    """An answer that this system was given. Raises Problem 403 where its person may not ask any more, Http404 for the
    answer of another system and for one about somebody who has been erased."""
    if token.acts_for is not None:
        demand_asker(token.acts_for, *ASKERS)
    return get_object_or_404(kept_answers().filter(customer__anonymised_at__isnull=True), pk=number, token=token)


def repeated(earlier: GivenDecision, *, digest: str, at: datetime) -> dict[str, Any]:
    """What a call is told that came under its key before. Raises Problem 409 for other content and for a key whose time
    is over, 404 where the customer has been erased since."""
    if earlier.customer.anonymised_at is not None:
        raise Problem(404, _("There is no such customer."))
    if earlier.body_digest != digest:
        raise Problem(409, _("This Idempotency-Key was sent before with other content. Nothing was decided."))
    if at - earlier.made_at >= KEPT:
        detail = _("This Idempotency-Key was used more than 24 hours ago. Nothing was decided; send another key.")
        raise Problem(409, detail)
    return as_told(earlier)


def as_told(row: GivenDecision) -> dict[str, Any]:
    """The answer as it was given."""
    return {**row.answer, **for_whom(row)}


def for_whom(row: GivenDecision) -> dict[str, Any]:
    """What is told beside the kept answer: its row can never be changed, so no address of an employee is in it."""
    return {"acts_for": row.acts_for.email if row.acts_for is not None else None}


def replayed(row: GivenDecision, *, at: datetime) -> dict[str, Any]:
    """The stored facts under the rule set of that day and under today's."""
    facts, _missing = policy.parse_inputs(str(row.pk), row.facts)
    then = rule_set_kept(row.rule_set, row.rule_set_hash)
    today = policy.decide(facts, rule_set_in_force(at))
    return {
        "id": str(row.pk),
        "recorded": row.outcome,
        "then": verdict_of(policy.decide(facts, then)) if then is not None else None,
        "today": verdict_of(today),
        "same_outcome_today": today.outcome.value == row.outcome,
    }
