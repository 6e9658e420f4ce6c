"""“Stop”, recorded by anybody in the company who works with customers."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from consent import rules
from consent.models import Consent, ConsentEvent
from consent.services.common import WITHDRAWERS
from consent.services.ledger import append
from contacts.customers.models import Objection
from contacts.customers.selectors import lock_customer
from contacts.customers.services import record_objection
from portal.access.roles import require_role

if TYPE_CHECKING:
    from contacts.customers.models import Customer
    from portal.people.models import User


@transaction.atomic
def stop_contact(
    acting_user: User, *, customer: Customer, scope: str, how: str, at: datetime, channel: str = "", note: str = ""
) -> int:
    """The customer wants no advertising, or no contact at all, over one channel or ("") over every one.

    The objection and the withdrawal of each consent that it covers are one commit (Art. 7(3), 21(3) GDPR). Returns
    how many consents ended.
    """
    require_role(acting_user, *WITHDRAWERS)
    locked = lock_customer(customer.pk)
    ended = _reached(locked, scope, channel)
    for consent in ended:
        event = ConsentEvent(kind=rules.EventKind.WITHDRAWN, at=at, how=how, evidence=note)
        append(acting_user, consent, event, at)
    record_objection(acting_user, customer=locked, scope=scope, channel=channel, how=how, note=note, at=at)
    return len(ended)


def _reached(customer: Customer, scope: str, channel: str) -> list[Consent]:
    rows = Consent.objects.filter(customer=customer, given_at__isnull=False, withdrawn_at__isnull=True)
    if scope == Objection.Scope.MARKETING:
        rows = rows.filter(purpose__in=rules.ADVERTISING)
    if channel:
        rows = rows.filter(channel=channel)
    found = list(rows.order_by("pk"))
    for consent in found:
        consent.customer = customer
    return found
