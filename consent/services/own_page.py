"""What customers do on their own page. Each verb ends with the mail that tells what holds now, in the same commit."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from consent.models import ConsentText, DataWish, OptIn, PreferenceLink
from consent.services.ledger import NO_TRACE, Trace
from consent.services.links import tell_choices_saved
from consent.services.opt_in import request_opt_in
from consent.services.withdrawing import CUSTOMER_PAGE, object_by_customer, withdraw_by_customer
from contacts.customers.selectors import lock_customer
from portal.access.roles import Role
from portal.audit.services import record
from portal.outbox import services as outbox
from portal.people.models import User

#: What a customer may ask about the data that are held (Art. 15, 16, 17 GDPR).
Wish = DataWish.About
ASKED = "consent.data_wish"


@transaction.atomic
def switch_off(
    link: PreferenceLink, *, purpose: str, channel: str, platform: str, at: datetime, trace: Trace = NO_TRACE
) -> int:
    """One purpose on one way of contact; returns how many consents ended."""
    ended = withdraw_by_customer(link.customer, purpose=purpose, channel=channel, platform=platform, at=at, trace=trace)
    tell_choices_saved(link, at=at)
    return ended


@transaction.atomic
def refuse(link: PreferenceLink, *, scope: str, at: datetime, trace: Trace = NO_TRACE) -> None:
    """“No advertising” or “stop all contact”."""
    object_by_customer(link.customer, scope=scope, at=at, trace=trace)
    tell_choices_saved(link, at=at)


@transaction.atomic
def switch_on(link: PreferenceLink, *, text: ConsentText, at: datetime, trace: Trace = NO_TRACE) -> OptIn | None:
    """Start a double opt-in for the address of the link: having the link is no confirmation, it may have been
    passed on. None where the address has had its mails for now, or the link stands for no e-mail address.
    """
    point = link.contact_point
    if point is None or point.channel != "email" or point.retired_at is not None:
        return None
    return request_opt_in(
        CUSTOMER_PAGE,
        address=point.value,
        customer=link.customer,
        text=text,
        via=OptIn.Via.PREFERENCES,
        at=at,
        trace=trace,
    )


@transaction.atomic
def ask(link: PreferenceLink, *, wish: Wish, message: str, at: datetime) -> None:
    """A question about the data that are held goes to the data protection and the consent officers (Art. 12(3) GDPR:
    answered within one month). The trail keeps that it was asked, not the words, and so does the outbox."""
    customer = lock_customer(link.customer_id)
    asked = DataWish.objects.create(customer=customer, about=wish, message=message, asked_at=at)
    keepers = User.objects.with_role(Role.DPO) | User.objects.with_role(Role.CONSENT_OFFICER)
    for keeper in keepers.order_by("pk"):
        outbox.letter(ASKED, {"wish_id": asked.pk, "keeper_id": keeper.pk}, at=at)
    outbox.event("customer.asked", {"wish_id": asked.pk}, at=at)
    after = {"wish": wish.value}
    record(CUSTOMER_PAGE, "customer.asked", "customer", customer.number, at=at, customer_id=customer.pk, after=after)
