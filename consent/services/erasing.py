"""What the erasure of a customer takes along in this room (Art. 17 GDPR): what still counts ends, what was only on its
way goes. The events stay, because the company must be able to prove what was agreed to (Art. 17(3)(e) GDPR)."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from consent import rules
from consent.models import Consent, ConsentEvent, DataWish, PreferenceLink
from consent.selectors import sign_ups_for
from consent.services.ledger import append
from portal.audit.services import record

if TYPE_CHECKING:
    from contacts.customers.models import Customer
    from portal.audit.services import Job
    from portal.people.models import User


def erase_traces(acting_user: User | Job, customer: Customer, at: datetime) -> None:
    """Called under the customer's lock, while the addresses still stand there."""
    for consent in Consent.objects.filter(customer=customer, given_at__isnull=False, withdrawn_at__isnull=True):
        consent.customer = customer
        end = ConsentEvent(kind=rules.EventKind.WITHDRAWN, at=at, how=ConsentEvent.How.ERASURE)
        append(acting_user, consent, end, at)
    _drop_sign_ups(acting_user, customer, at)
    PreferenceLink.objects.filter(customer=customer).delete()
    DataWish.objects.filter(customer=customer).update(message="")


def _drop_sign_ups(acting_user: User | Job, customer: Customer, at: datetime) -> None:
    """Those of the customer, and those from the form for an address of theirs. One that is being confirmed right now
    is passed over: its consent waits for our lock, and goes to somebody new."""
    for opt_in in sign_ups_for(customer).order_by("pk").select_for_update(of=("self",), skip_locked=True):
        pk, after = opt_in.pk, {"purpose": opt_in.purpose, "confirmed": opt_in.confirmed_at is not None}
        opt_in.delete()
        record(acting_user, "opt_in.deleted", "opt_in", pk, at=at, customer_id=customer.pk, after=after)
