"""What the erasure of a customer takes along in this room (Art. 17 GDPR): what is open ends, and the words about the
person go. Who asked and decided what, when and by which rules stays, and the hashes prove which words they were
(Art. 17(3)(e) GDPR)."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Model, Q

from contacts.requests import staging
from contacts.requests.models import (
    AfterReview,
    Comment,
    Condition,
    Contact,
    ContactRequest,
    Permit,
    PromotionDispute,
    PromotionOverride,
    Proposal,
    Reassignment,
    Review,
    Snapshot,
)
from contacts.requests.presenting import names_reasons
from contacts.requests.rules import OPEN, PermitState, State
from contacts.requests.services import permits
from contacts.requests.services.common import note
from portal.outbox.models import OutboxMessage

if TYPE_CHECKING:
    from contacts.customers.models import Customer
    from portal.audit.services import Job
    from portal.people.models import User

#: Stands where words were: that there were some is part of what was decided.
GONE = "[…]"
#: The reason for what ends with the person; pages say it in the reader's language.
ERASED = "erased"
#: Where people write about a customer in their own words, and how the row knows the customer.
WORDS: tuple[tuple[type[Model], str, str], ...] = (
    (ContactRequest, "presumed_consent", "customer"),
    (Comment, "text", "request__customer"),
    (Review, "reason", "request__customer"),
    (Reassignment, "reason", "stage__request__customer"),
    (Condition, "words", "review__request__customer"),
    (PromotionDispute, "reason", "request__customer"),
    (PromotionOverride, "reason", "review__request__customer"),
    (AfterReview, "reason", "request__customer"),
    (Contact, "note", "use__permit__customer"),
)


def erase_requests(acting_user: User | Job, customer: Customer, at: datetime) -> None:
    """Called under the customer's lock, in the transaction of the erasure; the database lets the words go only with
    the person."""
    _end_permits(acting_user, customer, at)
    _close_open(acting_user, customer, at)
    for model, field, whose in WORDS:
        model._default_manager.filter(**{whose: customer}).exclude(**{field: ""}).update(**{field: GONE})
    _blank_own_reasons(ContactRequest.objects.filter(customer=customer), "refusal_reason")
    _blank_own_reasons(Permit.objects.filter(customer=customer), "revoked_reason")
    ContactRequest.objects.filter(customer=customer).exclude(draft_text="").update(draft_text="")
    Proposal.objects.filter(review__request__customer=customer).exclude(draft_text="").update(draft_text="")
    Snapshot.objects.filter(request__customer=customer).exclude(content={}).update(content={})
    _blank_mails(customer)


def _blank_mails(customer: Customer) -> None:
    """Mails stay readable under Messages; what reviewers wrote in their own words goes there too."""
    numbers = [one.number for one in ContactRequest.objects.filter(customer=customer)]
    told = OutboxMessage.objects.filter(Q(payload__has_key="reason") | Q(payload__has_key="conditions"))
    for message in told.filter(kind=OutboxMessage.Kind.MAIL, payload__number__in=numbers):
        payload = message.payload
        if payload.get("reason") and not names_reasons(payload["reason"]):
            payload["reason"] = GONE
        if payload.get("conditions"):
            payload["conditions"] = [GONE]
        message.save(update_fields=["payload"])


def _end_permits(acting_user: User | Job, customer: Customer, at: datetime) -> None:
    related = ("holder", "customer", "request__requester", "request__contact_point")
    active = Permit.objects.filter(customer=customer, state=PermitState.ACTIVE, valid_until__gt=at)
    for permit in active.select_for_update(of=("self",)).select_related(*related).order_by("pk"):
        permits.end(acting_user, permit, ERASED, at)


def _close_open(acting_user: User | Job, customer: Customer, at: datetime) -> None:
    """Nobody decides any more about somebody who is not there."""
    waiting = ContactRequest.objects.filter(customer=customer, state__in=OPEN).order_by("pk")
    for request in waiting.select_for_update(of=("self",)):
        before, request.state, request.closed_at = request.state, State.CANCELLED, at
        request.save(update_fields=["state", "closed_at"])
        staging.close_open(request, at=at)
        note(acting_user, "cancelled", request, before, at=at, reason=ERASED)


def _blank_own_reasons(rows: Any, field: str) -> None:
    """Rules and codes stay; what somebody wrote goes."""
    written = rows.exclude(**{field: ""}).values_list("pk", field)
    own = [pk for pk, reason in written if not names_reasons(reason)]
    rows.filter(pk__in=own).update(**{field: GONE})
