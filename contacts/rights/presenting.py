"""How a request looks on its pages: words for what can be done, and the history of what was corrected."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils import timezone

from consent.models import ConsentEvent
from contacts.customers.elsewhere import hindrances
from contacts.rights import rules
from contacts.rights.models import DataRequest, Letter
from contacts.rights.rules import Kind
from portal.audit.models import AuditEntry
from portal.subjects import Asked, sections_about

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from contacts.customers.models import Customer
    from portal.people.models import User

MOST_SHOWN = 200
#: What shows that something was put right: before and after stand in the trail.
CORRECTIONS = (
    "customer.changed",
    "contact_point.added",
    "contact_point.retired",
    "contact_point.verified",
    "contact_point.doubted",
    "consent.corrected",
)


def may_extend(request: DataRequest, at: datetime) -> bool:
    return rules.may_extend(request.received_on, request.due_on, timezone.localdate(at))


def letter_rows(kinds: list[str]) -> list[tuple[str, str]]:
    return [(kind, str(Letter.Kind(kind).label)) for kind in kinds]


def history_of(user: User, request: DataRequest) -> QuerySet[AuditEntry] | list[AuditEntry]:
    """For a rectification: what has been put right since it came in, with the values before and after."""
    if request.kind != Kind.RECTIFICATION or request.customer_id is None:
        return []
    rows = AuditEntry.objects.visible_to(user).filter(customer_id=request.customer_id, verb__in=CORRECTIONS)
    return rows.filter(at__gte=request.received_at).select_related("actor").order_by("-pk")[:MOST_SHOWN]


@dataclass(frozen=True, slots=True)
class Preview:
    """What an erasure would do: what goes, as headings with counts; how much stays of which; what stands in the way."""

    goes: list[tuple[str, int]]
    proofs: int
    addresses: int
    hindrances: list[str]


#: Told to the person, and there after the erasure too: proof, and what keeps them from being contacted again.
STAYS = ("consent_events", "call_records", "suppression", "recipients", "given_decisions", "decisions")


def preview(customer: Customer, at: datetime) -> Preview:
    found = [one for one in sections_about(Asked(customer, at)) if one.code not in STAYS]
    return Preview(
        goes=[(one.heading, len(one.records)) for one in found],
        proofs=ConsentEvent.objects.filter(consent__customer=customer).count(),
        addresses=customer.contact_points.count(),
        hindrances=hindrances(customer, at),
    )
