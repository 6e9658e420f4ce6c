"""Links for customers: to their own page, and for the unsubscribe button of mail programs."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from consent.models import PreferenceLink
from contacts.customers.models import ContactPoint, Customer
from contacts.customers.selectors import normalise_address
from portal.access.tokens import digest_of_token, new_nonce, token_of
from portal.audit.services import Job, record
from portal.outbox import services as outbox

PAGE_DAYS = 30
#: An unsubscribe link must work as long as somebody may still open the mail.
UNSUBSCRIBE_DAYS = 3 * 365
PAUSE = timedelta(minutes=10)
LETTER = "consent.preference_link"
ASKING = Job("customer.link_request")


def token_of_link(link: PreferenceLink) -> str:
    return token_of(f"consent.{link.kind}", bytes(link.nonce))


@transaction.atomic
def preference_link(*, customer: Customer, point: ContactPoint | None, at: datetime) -> PreferenceLink:
    """A new link to the customer's own page, valid for 30 days."""
    return _make(PreferenceLink.Kind.PAGE, customer, point, "", PAGE_DAYS, at)


@transaction.atomic
def unsubscribe_link(*, customer: Customer, point: ContactPoint, purpose: str, at: datetime) -> PreferenceLink:
    """A link for `List-Unsubscribe` (RFC 8058): it takes back this purpose by e-mail, without sign-in."""
    return _make(PreferenceLink.Kind.UNSUBSCRIBE, customer, point, purpose, UNSUBSCRIBE_DAYS, at)


def _make(
    kind: str, customer: Customer, point: ContactPoint | None, purpose: str, days: int, at: datetime
) -> PreferenceLink:
    nonce = new_nonce()
    return PreferenceLink.objects.create(
        kind=kind,
        customer=customer,
        contact_point=point,
        purpose=purpose,
        nonce=nonce,
        token_digest=digest_of_token(token_of(f"consent.{kind}", nonce)),
        created_at=at,
        expires_at=at + timedelta(days=days),
    )


@transaction.atomic
def send_preference_link(*, address: str, at: datetime) -> int:
    """Somebody asks for their link by e-mail address; returns how many mails go out, which the page never says.

    A mail goes only to an address on record, to each customer whose it is, at most once in ten minutes.
    """
    normalised = normalise_address("email", "", address)
    known = ContactPoint.objects.select_related("customer").filter(
        channel="email", normalised=normalised, retired_at__isnull=True, customer__anonymised_at__isnull=True
    )
    return sum(_send(point, at) for point in known.order_by("pk")[:5])


def _send(point: ContactPoint, at: datetime) -> int:
    recent = PreferenceLink.objects.filter(kind="page", contact_point=point, created_at__gt=at - PAUSE)
    if recent.exists():
        return 0
    link = preference_link(customer=point.customer, point=point, at=at)
    outbox.letter(LETTER, {"link_id": link.pk}, at=at, key=f"link:{link.pk}")
    record(ASKING, "preference_link.sent", "customer", point.customer.number, at=at, customer_id=point.customer_id)
    return 1


def open_link(token: str, *, kind: str, at: datetime) -> PreferenceLink | None:
    """The link while it is valid and its customer is still there; None for every other token. Reading only."""
    found = PreferenceLink.objects.select_related("customer", "contact_point")
    link = found.filter(token_digest=digest_of_token(token), kind=kind).first()
    if link is None or not link.created_at <= at < link.expires_at or link.customer.anonymised_at is not None:
        return None
    return link
