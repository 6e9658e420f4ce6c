"""Entering what somebody asks for, making sure who asks, more time, and an end without an answer."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from contacts.customers.selectors import lock_present
from contacts.rights import notices, rules
from contacts.rights.models import KEEPERS, DataRequest
from contacts.rights.rules import Verb
from contacts.rights.services.common import NotNow, demand, demand_words, lock_request, note
from portal.access.roles import require_role
from portal.audit.services import Job
from portal.database import lock_name

if TYPE_CHECKING:
    from contacts.customers.models import Customer
    from portal.people.models import User


@transaction.atomic
def enter(
    acting_user: User | Job,
    *,
    key: UUID,
    kind: str,
    how: str,
    received_at: datetime,
    at: datetime,
    customer: Customer | None = None,
    person: str = "",
    words: str = "",
    language: str = "",
) -> DataRequest:
    """Put a request into the register; the officers hear of it. The same `key` again is the same request.

    The month of Art. 12(3) GDPR begins with the receipt, not with this entry. Raises ValidationError for a receipt in
    the future, and where neither a customer nor words say who asks.
    """
    if not isinstance(acting_user, Job):
        require_role(acting_user, *KEEPERS)
    locked = lock_present(customer.pk) if customer is not None else None
    lock_name(f"data_request:{key}")
    there = DataRequest.objects.filter(key=key).first()
    if there is not None:
        return _own(there, acting_user)
    if received_at > at:
        raise ValidationError({"received_at": _("This lies in the future. Enter when the request came in.")})
    made = DataRequest(key=key, kind=kind, how=how, received_at=received_at, entered_at=at, customer=locked)
    made.person, made.words = person.strip(), words.strip()
    if locked is None and not made.person:
        raise ValidationError({"person": _("Say who asks: a customer number, or a name with an address.")})
    made.language = language or (locked.language if locked is not None else "de")
    made.entered_by, made.job = _actor(acting_user)
    made.due_on = rules.due_on(made.received_on)
    made.full_clean()
    made.save(force_insert=True)
    note(acting_user, "entered", made, at=at, kind=made.kind, how=made.how, due_on=made.due_on)
    notices.entered(made, at=at)
    return made


def _actor(acting_user: User | Job) -> tuple[User | None, str]:
    return (None, acting_user.name) if isinstance(acting_user, Job) else (acting_user, "")


def _own(request: DataRequest, acting_user: User | Job) -> DataRequest:
    if not isinstance(acting_user, Job) and request.entered_by_id != acting_user.pk:
        raise PermissionDenied
    return request


@transaction.atomic
def confirm_identity(
    acting_user: User,
    *,
    request: DataRequest,
    how: str,
    at: datetime,
    customer: Customer | None = None,
    note_text: str = "",
) -> DataRequest:
    """Somebody made sure who asks (Art. 12(6) GDPR). `customer` names whom, where the entry did not.

    Raises ValidationError where nobody whom the company knows is named, and for another customer than the entry's.
    """
    if request.customer_id is None and customer is not None:
        lock_present(customer.pk)
    locked, at = lock_request(request, at)
    row = demand(Verb.CONFIRM, acting_user, locked)
    if locked.customer_id is None and customer is None:
        raise ValidationError({"customer_number": _("Enter the customer number of the person who asks.")})
    if locked.customer is not None and customer is not None and customer.pk != locked.customer_id:
        raise ValidationError({"customer_number": _("The request is about another customer. Enter it anew.")})
    before, locked.customer = locked.state, locked.customer or customer
    locked.state, locked.identified_at, locked.identified_by = row.target, at, acting_user
    locked.identified_how, locked.identity_note = how, note_text.strip()
    locked.full_clean()
    fields = ("customer", "state", "identified_at", "identified_by", "identified_how", "identity_note")
    locked.save(update_fields=fields)
    note(acting_user, "identified", locked, at=at, before=before, identified_how=how)
    return locked


@transaction.atomic
def extend(acting_user: User, *, request: DataRequest, reason: str, at: datetime) -> DataRequest:
    """Two further months, with the reason that the letter tells (Art. 12(3) GDPR): once, and within the first month.

    Raises NotNow after the first month and for a second time.
    """
    locked, at = lock_request(request, at)
    demand(Verb.EXTEND, acting_user, locked)
    if not rules.may_extend(locked.received_on, locked.due_on, timezone.localdate(at)):
        raise NotNow(_("More time can be taken once, and the person is told of it within the first month."))
    before = locked.due_on
    locked.extension_reason = demand_words("reason", reason, _("Say why it takes longer: the letter tells it."))
    locked.extended_at, locked.due_on = at, rules.extended_due_on(locked.received_on)
    locked.save(update_fields=["extended_at", "extension_reason", "due_on"])
    note(acting_user, "extended", locked, at=at, due_before=before, due_on=locked.due_on)
    return locked


@transaction.atomic
def refuse(acting_user: User, *, request: DataRequest, reason: str, at: datetime) -> DataRequest:
    """The officer refuses, with the reason that the letter tells beside the right to complain."""
    sentence = _("Say why in a sentence: the letter tells it, and the authority may ask.")
    return _close(Verb.REFUSE, "refused", acting_user, request, reason, sentence, at)


@transaction.atomic
def withdraw(acting_user: User, *, request: DataRequest, reason: str, at: datetime) -> DataRequest:
    """The person takes the request back, or it was entered twice."""
    sentence = _("Say why in a sentence: who asked must not look forgotten.")
    return _close(Verb.WITHDRAW, "withdrawn", acting_user, request, reason, sentence, at)


def _close(
    verb: Verb, word: str, acting_user: User, request: DataRequest, reason: str, sentence: str, at: datetime
) -> DataRequest:
    locked, at = lock_request(request, at)
    row = demand(verb, acting_user, locked)
    text = demand_words("reason", reason, sentence)
    close(locked, acting_user, row, text, at, word=word)
    return locked


def close(
    request: DataRequest, acting_user: User, row: rules.Transition, text: str, at: datetime, *, word: str, **after: Any
) -> None:
    """The end of a request, inside the verb that decides it."""
    before, request.state = request.state, row.target
    request.closed_at, request.closed_by, request.outcome = at, acting_user, text
    request.save(update_fields=["state", "closed_at", "closed_by", "outcome"])
    note(acting_user, word, request, at=at, before=before, **after)
