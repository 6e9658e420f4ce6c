"""The unsubscribe button of mail programs (RFC 8058): pressed for an address, it counts for everybody who has it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from consent import rules
from consent.models import Consent, ConsentEvent, PreferenceLink
from consent.services.ledger import NO_TRACE, Trace
from consent.services.withdrawing import object_once, standing, withdraw
from contacts.customers.models import Customer
from contacts.customers.selectors import lock_customer
from portal.audit.services import Job

ONE_CLICK = Job("customer.one_click")


@transaction.atomic
def withdraw_by_link(link: PreferenceLink, *, at: datetime, trace: Trace = NO_TRACE) -> int:
    """The button was pressed: this purpose, by e-mail, and what lies below it; for every customer to whom the address
    belongs, because who reads it cannot tell for which of them a mail comes.

    Returns how many consents ended. Where there was none, or where the link is about advertising as a whole, it is an
    objection too: whoever presses the button wants no more, not even what needs no consent (§ 7(3) UWG). Pressed
    again, also by a mail program that repeats itself, it adds nothing.
    """
    return sum(_unsubscribe(link, lock_customer(pk), at, trace) for pk in _owners(link))


def _owners(link: PreferenceLink) -> list[int]:
    """Whose link it is, and who has the same address; in the one order in which customers are locked."""
    same = Q(pk=link.customer_id)
    if link.contact_point is not None:
        address = link.contact_point.normalised
        same |= Q(contact_points__channel="email", contact_points__normalised=address, anonymised_at__isnull=True)
    return list(Customer.objects.filter(same).order_by("pk").values_list("pk", flat=True).distinct())


def _unsubscribe(link: PreferenceLink, customer: Customer, at: datetime, trace: Trace) -> int:
    rows = standing(customer, link.purpose, "email", "")
    for row in rows:
        withdraw(ONE_CLICK, row, how=ConsentEvent.How.ONE_CLICK, note="", trace=trace, at=at)
    nothing_left = link.purpose in rules.ADVERTISING and not rows and not _ended_since(link, customer)
    if link.purpose == "marketing" or nothing_left:
        object_once(ONE_CLICK, customer, "marketing_objection", "email", "one_click", at)
    return len(rows)


def is_unsubscribed(link: PreferenceLink) -> bool:
    """Whether nothing is left of what the link is about: no standing consent, and a refusal that is newer."""
    if standing(link.customer, link.purpose, "email", ""):
        return False
    said = link.customer.objections.filter(channel__in=["", "email"], received_at__gte=link.created_at)
    return said.exists() or _ended_since(link, link.customer)


def _ended_since(link: PreferenceLink, customer: Customer) -> bool:
    """Whether what the link is about was taken back after it was made: then there is nothing left to refuse."""
    reached = {link.purpose, *rules.below(link.purpose)}
    ended = Consent.objects.filter(customer=customer, channel="email", platform="", purpose__in=reached)
    return ended.filter(withdrawn_at__gte=link.created_at).exists()
