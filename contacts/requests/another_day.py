"""What a customer could be contacted for at another instant, in the past or to come: two statements, whatever there is.

Of the past what is on record counts (`past`); of a time to come, what stands now and what is already known to change by
then: rule sets released for later, consents and certificates that run out.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from contacts import policy
from contacts.customers.models import ContactPoint, Customer
from contacts.requests.context import Context, Question, load
from contacts.requests.past import Past, assumed_as_today, later_entries
from contacts.rulebook.selectors import rows_to_read as rule_rows
from contacts.rulebook.selectors import rule_set_from
from portal.people.models import User
from portal.together import Together
from portal.vocabulary import Purpose

if TYPE_CHECKING:
    from django.db.models import QuerySet

GRID = (Purpose.SERVICE, Purpose.DEBT_COLLECTION, Purpose.MARKETING)


@dataclass(frozen=True)
class Cell:
    """One reason over one address: the answer, and the rules that gave it."""

    purpose: Purpose
    decision: policy.Decision

    @property
    def outcome(self) -> str:
        return self.decision.outcome.value

    @property
    def findings(self) -> tuple[policy.Finding, ...]:
        return self.decision.deciding


@dataclass(frozen=True)
class Row:
    """One address that was in use then. `assumed`: the facts of which nobody can say how they stood."""

    point: ContactPoint
    cells: tuple[Cell, ...]
    assumed: tuple[str, ...]


def context_at(customer: Customer, asker: User | None, *, about: datetime, now: datetime) -> Context:
    """Everything about a customer as of `about`. Without `asker` nobody in particular asks: no department, no profile
    of their own, and whoever decides by it says what their training is taken to be."""
    is_past = about < now
    found = _THEN(customer=customer.pk, at=about, then=about if is_past else None)
    past = Past.of(about, found) if is_past else None
    start = (tuple(found["points"]), rule_set_from(found["rules"]))
    return load(customer, asker or User(), at=about, start=start, past=past)


def grid_at(context: Context, *, trained: bool) -> list[Row]:
    """Each address of then by each usual reason from the official account. `trained`: as if whoever asks had every
    certificate, so that the answer is about the customer alone."""
    return [
        Row(point, tuple(_cell(context, point, purpose, trained) for purpose in GRID), _assumed(context, point))
        for point in context.points
    ]


def _cell(context: Context, point: ContactPoint, purpose: Purpose, trained: bool) -> Cell:
    facts = context.facts(_question(context, point, purpose))
    if trained:
        facts = replace(facts, requester_training=policy.Training.VALID)
    return Cell(purpose, policy.decide(facts, context.rules))


def _question(context: Context, point: ContactPoint, purpose: Purpose) -> Question:
    return Question(point=point, account=context.default_account(point), purpose=purpose, opt_out_included=True)


def _assumed(context: Context, point: ContactPoint) -> tuple[str, ...]:
    questions = (_question(context, point, purpose) for purpose in GRID)
    found = dict.fromkeys(name for asked in questions for name in assumed_as_today(context, asked))
    return tuple(found)


def _then(customer: int, at: datetime, then: datetime | None) -> dict[str, QuerySet[Any, Any]]:
    points = ContactPoint.objects.filter(customer=customer)
    return {
        "points": points if then else points.filter(retired_at__isnull=True),
        "rules": rule_rows(at),
        **(later_entries(Customer.objects.filter(pk=customer), then) if then else {}),
    }


_THEN = Together(_then)
