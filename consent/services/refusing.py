"""An objection ends the consents that it covers, whoever records it: after a contact, from a list, by a system."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from consent import rules
from consent.models import Consent, ConsentEvent
from consent.services.ledger import append
from contacts.customers.models import Objection
from portal.audit.services import Job

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from contacts.customers.models import Customer
    from portal.people.models import User


def end_refused(actor: User | Job, objections: Sequence[Objection], at: datetime) -> int:
    """Withdraw every standing consent that these objections cover, in their commit; returns how many.

    An objection to what was agreed to is a withdrawal (Art. 7(3), 21(3) GDPR). Left standing, a consent would be
    renewed by a routine and lift the objection, and would be counted and warned about. The caller holds the locks of
    the customers.
    """
    standing = _standing(objection.customer_id for objection in objections)
    ended = 0
    for consent in standing.select_related("customer").order_by("customer_id", "pk"):
        said = next((one for one in objections if _covers(one, consent)), None)
        if said is not None:
            event = ConsentEvent(
                kind=rules.EventKind.WITHDRAWN, at=max(at, said.received_at), how=said.how, evidence=said.note
            )
            append(actor, consent, event, at)
            ended += 1
    return ended


def reached(customer: Customer, scope: str, channel: str) -> list[Consent]:
    """The standing consents that such an objection would end; without a channel, on every way of contact."""
    said = Objection(customer=customer, scope=scope, channel=channel)
    found = [consent for consent in _standing([customer.pk]).order_by("pk") if _covers(said, consent)]
    for consent in found:
        consent.customer = customer
    return found


def _standing(customer_ids: Iterable[int]) -> QuerySet[Consent]:
    return Consent.objects.filter(customer__in=list(customer_ids), given_at__isnull=False, withdrawn_at__isnull=True)


def _covers(objection: Objection, consent: Consent) -> bool:
    if objection.customer_id != consent.customer_id or objection.channel not in ("", consent.channel):
        return False
    return objection.scope == Objection.Scope.FULL or consent.purpose in rules.ADVERTISING
