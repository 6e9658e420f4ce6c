"""What happened with a customer, in one list: consents, refusals, requests, contacts; the latest first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from contacts.customers.models import InboundContact, Objection
from contacts.requests.models import ContactRequest, PermitUse
from portal.access.roles import Role
from portal.people.models import User
from portal.together import Together
from portal.vocabulary import way_in_words

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

    from consent.selectors import ConsentAnswer
    from contacts.customers.models import Customer

MOST = 40


@dataclass(frozen=True, slots=True)
class Happened:
    """`tone` and `word` make the badge; `url` leads to the row where the reader may open it."""

    at: datetime
    tone: str
    word: str
    detail: str
    url: str = ""


@dataclass(frozen=True)
class Kept:
    """What is on record about a customer: for everybody who may see the customer, but for the requests, which are those
    that the reader may see. Of contacts made it is told that a colleague was there, not what was said."""

    objections: list[Objection]
    inbound: list[InboundContact]
    contacts: list[PermitUse]
    requests: list[ContactRequest]


def kept_about(customer_id: int, user: User) -> Kept:
    """One query; for managers more, as which requests are theirs to see follows from who decides."""
    roles = tuple(sorted(user.roles)) if user.is_active else ()
    read = _reading(roles)(customer=customer_id, user=user.pk)
    if "requests" not in read:
        read["requests"] = list(_requests(user, customer_id))
    return Kept(**read)


@lru_cache(maxsize=64)
def _reading(roles: tuple[str, ...]) -> Together:
    """For a reader with these roles. The statement is remembered, never what it found."""

    def rows(*, customer: int, user: int) -> dict[str, QuerySet[Any, Any]]:
        uses = PermitUse.objects.filter(permit__customer_id=customer).order_by("-at")
        reader = User(pk=user, roles=list(roles), is_active=True)
        return {
            "objections": Objection.objects.filter(customer=customer),
            "inbound": InboundContact.objects.filter(customer=customer).order_by("-at")[:MOST],
            "contacts": uses.select_related("permit__contact_point", "used_by", "contact").only(*SHOWN_OF_A_USE)[:20],
            **({} if reader.has_role(Role.MANAGER) else {"requests": _requests(reader, customer)}),
        }

    return Together(rows)


def _requests(user: User, customer_id: int) -> QuerySet[ContactRequest]:
    about = ContactRequest.objects.filter(customer_id=customer_id).order_by()
    visible = ContactRequest.objects.visible_to(user, among=about.values("pk"))
    return visible.select_related("requester").defer("draft_text")[:20]


SHOWN_OF_A_USE = (
    *("at", "permit__contact_point__channel", "permit__contact_point__platform"),
    *("used_by__first_name", "used_by__last_name", "used_by__email", "contact__result"),
)


def timeline_of(customer: Customer, *, consents: Iterable[ConsentAnswer], kept: Kept) -> list[Happened]:
    """At most MOST, of what was read for the page."""
    happened: list[Happened] = [
        *_consents(customer, consents),
        *(
            Happened(one.received_at, "forbidden", pgettext("time line of a customer", "Refused"), _scope(one))
            for one in kept.objections
        ),
        *(Happened(one.at, "quiet", _("Got in touch"), _inbound(one)) for one in kept.inbound),
        *(_request(one) for one in kept.requests),
        *(_contact(one) for one in kept.contacts),
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
    return way_in_words(one.channel, one.platform)


def _request(asked: ContactRequest) -> Happened:
    detail = f"{asked.number}, {asked.requester}, {asked.get_purpose_display()}"
    at = asked.submitted_at or asked.created_at
    return Happened(at, "manager", _("Asked"), detail, reverse("request", args=[asked.number]))


def _contact(use: PermitUse) -> Happened:
    said = f", {use.contact.get_result_display()}" if hasattr(use, "contact") and use.contact else ""
    return Happened(use.at, "quiet", _("Contact"), f"{use.permit.contact_point.get_way_display()}, {use.used_by}{said}")
