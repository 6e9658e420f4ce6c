"""What happened with a customer, in one list: consents, refusals, requests, contacts; the latest first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _

from contacts.customers.models import InboundContact, Objection

if TYPE_CHECKING:
    from datetime import datetime

    from consent.selectors import ConsentAnswer
    from contacts.customers.models import Customer
    from contacts.requests.models import ContactRequest, PermitUse

MOST = 40


@dataclass(frozen=True, slots=True)
class Happened:
    """`tone` and `word` make the badge; `url` leads to the row where the reader may open it."""

    at: datetime
    tone: str
    word: str
    detail: str
    url: str = ""


def timeline_of(
    customer: Customer,
    *,
    consents: Iterable[ConsentAnswer],
    objections: Iterable[Objection],
    requests: Iterable[ContactRequest],
    contacts: Iterable[PermitUse],
) -> list[Happened]:
    """At most MOST. One query, for what came in; the rest was read for the page."""
    inbound = InboundContact.objects.filter(customer=customer).order_by("-at")[:MOST]
    happened: list[Happened] = [
        *_consents(customer, consents),
        *(Happened(one.received_at, "forbidden", _("Refused"), _scope(one)) for one in objections),
        *(Happened(one.at, "quiet", _("Got in touch"), _inbound(one)) for one in inbound),
        *(_request(one) for one in requests),
        *(_contact(one) for one in contacts),
    ]
    return sorted(happened, key=lambda one: one.at, reverse=True)[:MOST]


def _consents(customer: Customer, answers: Iterable[ConsentAnswer]) -> Iterator[Happened]:
    for answer in answers:
        consent: Any = answer.consent
        url, what = reverse("consent", args=[customer.number, consent.pk]), str(consent)
        if consent.given_at:
            yield Happened(consent.given_at, "allowed", _("Consent"), what, url)
        if consent.withdrawn_at:
            yield Happened(consent.withdrawn_at, "forbidden", _("Withdrawn"), what, url)


def _scope(objection: Objection) -> str:
    channel = f", {objection.get_channel_display()}" if objection.channel else ""
    return f"{objection.get_scope_display()}{channel}"


def _inbound(one: InboundContact) -> str:
    return str(one.get_platform_display() if one.platform else one.get_channel_display())


def _request(asked: ContactRequest) -> Happened:
    detail = f"{asked.number}, {asked.requester}, {asked.get_purpose_display()}"
    at = asked.submitted_at or asked.created_at
    return Happened(at, "manager", _("Asked"), detail, reverse("request", args=[asked.number]))


def _contact(use: PermitUse) -> Happened:
    said = f", {use.contact.get_result_display()}" if hasattr(use, "contact") and use.contact else ""
    return Happened(use.at, "quiet", _("Contact"), f"{use.permit.contact_point.get_way_display()}, {use.used_by}{said}")
