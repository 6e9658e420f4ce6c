"""Links for customers: to their own page, and for the unsubscribe button of mail programs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from consent.models import PreferenceLink
from contacts.customers.models import ContactPoint, Customer
from contacts.customers.selectors import digest_of, lock_customer, normalise_address
from portal.access.tokens import digest_of_token, new_nonce, token_of
from portal.audit.services import Job, record
from portal.outbox import services as outbox

if TYPE_CHECKING:
    from django.db.models import QuerySet

PAGE_DAYS = 30
#: An unsubscribe link must work as long as somebody may still open the mail.
UNSUBSCRIBE_DAYS = 3 * 365
PAUSE = timedelta(minutes=10)
LETTER = "consent.preference_link"
SAVED = "consent.choices_saved"
#: Somebody who changes several things at once gets one mail about all of them, at the end of such a window.
SAVED_WINDOW = 600
LINK_ASKED = "consent.link_asked"
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
def ask_for_link(*, address: str, at: datetime) -> None:
    """Somebody outside asks for their link: only noted here, so that the answer takes as long for an address that
    nobody knows. What is noted is the address's keyed hash; the outbox looks it up afterwards."""
    normalised = normalise_address("email", "", address)
    digest = digest_of(Customer(), "email", "", normalised)
    outbox.event(LINK_ASKED, {"digest": digest}, at=at)


@transaction.atomic
def send_asked_link(*, digest: str, at: datetime) -> int:
    """The outbox's handler of `ask_for_link`; returns how many mails go out."""
    return _send_all(ContactPoint.objects.filter(digest=digest), at)


@transaction.atomic
def send_preference_link(*, address: str, at: datetime) -> int:
    """Send the link to whoever an e-mail address belongs to; returns how many mails go out.

    A mail goes only to an address on record, to each customer whose it is, at most once in ten minutes.
    """
    return _send_all(ContactPoint.objects.filter(normalised=normalise_address("email", "", address)), at)


def _send_all(points: QuerySet[ContactPoint], at: datetime) -> int:
    known = points.select_related("customer").filter(
        channel="email", retired_at__isnull=True, customer__anonymised_at__isnull=True
    )
    return sum(_send(point, at) for point in known.order_by("customer_id", "pk")[:5])


def _send(point: ContactPoint, at: datetime) -> int:
    lock_customer(point.customer_id)
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
    return _valid(found.filter(token_digest=digest_of_token(token), kind=kind).first(), at)


def opened_link(pk: int, customer_id: int, *, at: datetime) -> PreferenceLink | None:
    """The link of a page that is open in somebody's browser, as long as the link itself would open it again."""
    found = PreferenceLink.objects.select_related("customer", "contact_point")
    return _valid(found.filter(pk=pk, customer_id=customer_id, kind=PreferenceLink.Kind.PAGE).first(), at)


def _valid(link: PreferenceLink | None, at: datetime) -> PreferenceLink | None:
    if link is None or not link.created_at <= at < link.expires_at or link.customer.anonymised_at is not None:
        return None
    return link


def tell_choices_saved(link: PreferenceLink, *, at: datetime) -> None:
    """The mail “Your choices are saved”, to the address of the link; at most one for an address in ten minutes.
    It goes out when the window closes and tells what holds then. The caller's transaction."""
    point = link.contact_point
    if point is None or point.channel != "email":
        return
    window = int(at.timestamp()) // SAVED_WINDOW + 1
    due_at = datetime.fromtimestamp(window * SAVED_WINDOW, tz=UTC)
    outbox.letter(SAVED, {"link_id": link.pk}, at=at, key=f"choices:{point.pk}:{window}", due_at=due_at)
