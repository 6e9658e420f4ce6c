"""The questions other rooms may ask about customers; the door, the lock and the standing refusals."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Q
from django.shortcuts import get_object_or_404

from contacts.customers.models import ContactPoint, Customer, InboundContact, Objection
from contacts.customers.suppression.digests import digest_of, is_phone, normalise_address, normalise_phone
from contacts.customers.suppression.spelling import normalise_handle
from contacts.customers.suppression.standing import standing_of
from portal.vocabulary import Channel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

    from portal.people.models import User

__all__ = ["digest_of", "is_phone", "normalise_address", "normalise_phone"]


def get_customer(user: User, number: str) -> Customer:
    """The one door: 404 for a customer that does not exist or that this person may not see."""
    return get_object_or_404(Customer.objects.visible_to(user), number__iexact=number)


def lock_customer(customer_id: int) -> Customer:
    """The row lock of every verb about this person; call inside a transaction, before any other lock."""
    return Customer.objects.select_for_update(of=("self",)).get(pk=customer_id)


def search(user: User, words: str, *, limit: int = 20) -> Sequence[Customer]:
    """Customers by number, name, company, e-mail address, phone number or handle; at most `limit`."""
    query = " ".join(words.split())
    if not query:
        return []
    hits = Customer.objects.visible_to(user).filter(matching(query))
    return list(hits.order_by("last_name", "first_name", "pk")[:limit])


def matching(words: str) -> Q:
    """The condition for a search: number, names, company, or any present address."""
    query = " ".join(words.replace("\x00", "").split())
    by_address = ContactPoint.objects.filter(retired_at__isnull=True, normalised__in=_spellings(query))
    return _by_name(query) | Q(number__iexact=query) | Q(pk__in=by_address.values("customer"))


def _by_name(query: str) -> Q:
    condition = Q()
    for word in query.split():
        condition &= Q(last_name__istartswith=word) | Q(first_name__istartswith=word) | Q(company__icontains=word)
    return condition


def _spellings(query: str) -> set[str]:
    found = {normalise_address(channel, "", query) for channel in (Channel.EMAIL, Channel.PHONE)}
    found.add(normalise_handle(query))
    return {spelling for spelling in found if spelling}


def objection_against(point: ContactPoint) -> str:
    """`none`, `marketing_objection` or `full_block`: the strictest of what the person and the address carry.

    An objection binds its own channel or, without one, every channel (Art. 21(2), (3) GDPR).
    """
    said = Objection.objects.filter(customer_id=point.customer_id).filter(Q(channel="") | Q(channel=point.channel))
    scopes = set(said.values_list("scope", flat=True).order_by())
    scopes |= standing_of([point], point.customer)[point.pk] & set(Objection.Scope.values)
    if Objection.Scope.FULL in scopes:
        return "full_block"
    return "marketing_objection" if scopes else "none"


def customer_initiated(point: ContactPoint, *, at: datetime, window_days: int) -> bool:
    """Whether the customer used or asked for this way within the window (fact of the same name)."""
    return InboundContact.objects.filter(
        customer_id=point.customer_id,
        channel=point.channel,
        platform=point.platform,
        at__lte=at,
        at__gt=at - timedelta(days=window_days),
    ).exists()


def usable_points(customer: Customer) -> QuerySet[ContactPoint]:
    return ContactPoint.objects.filter(customer=customer, retired_at__isnull=True)
