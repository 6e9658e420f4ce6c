"""When the customer's zone or kind changes, what follows from it in the rows of their consents."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from consent.models import Consent
from consent.selectors import threshold_book
from consent.services.ledger import resolved_columns
from consent.services.passage import set_due
from contacts.customers.selectors import lock_customer

#: What depends on the customer beside the events: the instant at which a day ends, and how long proof is kept.
FOLLOWING = ("ends_at", "keep_until", "stale_at", "expires_at")


@transaction.atomic
def follow_customer(*, customer_id: int, because: str, at: datetime) -> int:
    """The outbox's handler of `customer.grounds_changed`; returns how many rows were written. Idempotent.

    Answers wait for none of this: they are derived from the local dates and the zone of the moment. The change itself
    has its audit entry; no event of a consent has happened.
    """
    customer, book, written = lock_customer(customer_id), threshold_book(), 0
    for consent in Consent.objects.filter(customer=customer, given_at__isnull=False).order_by("pk"):
        consent.customer = customer
        columns = resolved_columns(consent, consent.dates, at, book)
        moved = [name for name in FOLLOWING if getattr(consent, name) != columns[name]]
        if not moved:
            continue
        for name in moved:
            setattr(consent, name, columns[name])
        if consent.withdrawn_at is None:
            # A change of state that this brings is the sweep's to record, as after new thresholds.
            set_due(consent, columns, at)
        consent.save(update_fields=[*moved, "recorded_state", "next_change_at"])
        written += 1
    return written
