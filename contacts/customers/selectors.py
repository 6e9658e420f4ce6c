"""The questions other rooms may ask about customers; the door, the lock and the standing refusals."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.contrib.postgres.expressions import ArraySubquery
from django.core.exceptions import ValidationError
from django.db.models import BooleanField, Exists, F, Func, Q
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from contacts.customers.models import ContactPoint, Customer, InboundContact, Objection, Restriction
from contacts.customers.suppression.digests import digest_of, is_phone, normalise_address, normalise_phone
from contacts.customers.suppression.spelling import normalise_email, normalise_handle
from contacts.customers.suppression.standing import standing_of
from portal.vocabulary import Channel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

    from portal.people.models import User

__all__ = ["digest_of", "is_phone", "normalise_address", "normalise_phone"]

# Fewer characters of an e-mail address fit too many; fewer than three make no trigram.
MIN_MAIL_PART = 4
TRIGRAM = 3
MOST_BY_PART = 500
MOST_IN_ORDER = 500


def get_customer(user: User, number: str) -> Customer:
    """The one door: 404 for a customer that does not exist or that this person may not see."""
    return _get(Customer.objects.visible_to(user), number)


def get_for_proof(user: User, number: str) -> Customer:
    """The door to what a customer agreed to: it opens for the data protection officer and the auditor after an erasure
    too."""
    return _get(Customer.objects.proof_visible_to(user), number)


def _get(rows: QuerySet[Customer], number: str) -> Customer:
    if "\x00" in number:
        raise Http404
    return get_object_or_404(rows, number__iexact=number)


def lock_customer(customer_id: int) -> Customer:
    """The row lock of every verb about this person; call inside a transaction, before any other lock."""
    return Customer.objects.select_for_update(of=("self",)).get(pk=customer_id)


def lock_present(customer_id: int) -> Customer:
    """The customer under the lock, for whoever writes down something new about them. Raises ValidationError after
    erasure: what remains of the row stands for nobody, and must not become somebody again."""
    customer = lock_customer(customer_id)
    if customer.anonymised_at is not None:
        raise ValidationError(_("This customer has been erased. Nothing can be recorded for this number any more."))
    return customer


def moment(customer: Customer, at: datetime) -> datetime:
    """When an act that reads under the lock takes place: never before what the locked row says has happened.

    A clock is read before the wait for the lock, and two servers have two clocks: what was recorded first has happened.
    """
    return max(at, customer.ticked_at or at)


def search(user: User, words: str, *, limit: int = 20) -> Sequence[Customer]:
    """Customers by number, name, company or address, and by a part of an e-mail address; at most `limit`. Where more than
    `MOST_IN_ORDER` fit, some of them: such words tell nobody apart."""
    query = " ".join(words.split())
    if not query:
        return []
    hits = Customer.objects.visible_to(user).filter(matching(query)).order_by()
    # Found first and put in order afterwards. In one step the planner may go through all names in order for the sake of
    # a small limit, and reads every customer where few fit (docs/decisions/0007).
    some = ArraySubquery(hits.values("pk")[:MOST_IN_ORDER])
    found = Customer.objects.filter(_any_of(some))
    return list(found.order_by("last_name", "first_name", "pk")[:limit])


def matching(words: str) -> Q:
    """The condition for a search: number, names, company, any present address, or a part of an e-mail address.

    Every part is answered by an index, so that PostgreSQL can put them together (docs/decisions/0007).
    """
    query = " ".join(words.replace("\x00", "").split())
    used = ContactPoint.objects.filter(retired_at__isnull=True).order_by()
    whole = used.filter(normalised__in=_spellings(query))
    return _by_name(query) | Q(number__iexact=query) | _one_of(whole) | _by_part_of_mail(used, query, whole)


def _by_name(query: str) -> Q:
    """Every word begins a name, or a later part of the last name (von der Heide), or stands in the company."""
    condition = Q()
    for word in dict.fromkeys(query.split()):
        if any(sign.isalnum() for sign in word):
            last = _begins("last_name", word) | Q(last_name__icontains=f"-{word}")
            condition &= last | Q(first_name__istartswith=word) | _in_company(word)
    return condition


def _begins(name: str, word: str) -> Q:
    """The word begins the field or a later word of it."""
    return Q(**{f"{name}__istartswith": word}) | Q(**{f"{name}__icontains": f" {word}"})


def _in_company(word: str) -> Q:
    """Any part of the company; a word too short for the index must begin one."""
    return Q(company__icontains=word) if len(word) >= TRIGRAM else _begins("company", word)


def _by_part_of_mail(used: QuerySet[ContactPoint], query: str, whole: QuerySet[ContactPoint]) -> Q:
    """Who has this in an e-mail address, unless it is a number or an address by itself; of very many, some."""
    if len(query) < MIN_MAIL_PART or " " in query:
        return Q()
    # Read as a whole address and as its end, so that the name of a domain stands there as it is kept.
    parts = {normalise_email(query), normalise_email(f"x@{query}").removeprefix("x@")}
    within = Q()
    for part in parts:
        if len(part) >= TRIGRAM:  # dots and invisible letters alone leave less
            within |= Q(normalised__contains=part)
    if not within:
        return Q()
    number = Customer.objects.filter(number__iexact=query)
    return _one_of(used.filter(~Exists(number), ~Exists(whole), within, channel=Channel.EMAIL)[:MOST_BY_PART])


def _one_of(points: QuerySet[ContactPoint]) -> Q:
    """The customers of these addresses, looked up first and then found by their keys.

    PostgreSQL puts `id = ANY(array)` together with other conditions by their indexes; `id IN (SELECT ...)` it does not.
    """
    return _any_of(ArraySubquery(points.values("customer")))


def _any_of(ids: ArraySubquery) -> Q:
    """The customers with these keys."""
    joined = {"arg_joiner": " = ANY(", "template": "(%(expressions)s))"}
    return Q(Func(F("pk"), ids, output_field=BooleanField(), **joined))


def _spellings(query: str) -> set[str]:
    found = {normalise_address(channel, "", query) for channel in (Channel.EMAIL, Channel.PHONE, Channel.LETTER)}
    found.add(normalise_handle(query))
    return {spelling for spelling in found if spelling}


def objection_against(point: ContactPoint) -> str:
    """`none`, `marketing_objection` or `full_block`: the strictest of what the person and the address carry.

    An objection binds its own channel or, without one, every channel (Art. 21(2), (3) GDPR).
    """
    said = Objection.objects.filter(customer_id=point.customer_id).filter(Q(channel="") | Q(channel=point.channel))
    scopes = set(said.values_list("scope", flat=True).order_by())
    scopes |= {word for word, _since in standing_of([point], point.customer)[point.pk]} & set(Objection.Scope.values)
    if Objection.Scope.FULL in scopes or restriction_of(point.customer_id) is not None:
        return "full_block"
    return "marketing_objection" if scopes else "none"


def restricted_at(customer: int, at: datetime) -> QuerySet[Restriction]:
    """The restriction (Art. 18 GDPR) that was in force at an instant, if there was one: [since, until)."""
    lasting = Q(until__isnull=True) | Q(until__gt=at)
    return Restriction.objects.filter(lasting, customer=customer, since__lte=at).order_by()


def restriction_of(customer_id: int) -> Restriction | None:
    """The one in force now, until somebody lifts it."""
    return Restriction.objects.filter(customer=customer_id, until__isnull=True).first()


def customer_initiated(point: ContactPoint, *, at: datetime, window_days: int) -> bool:
    """Whether the customer used or asked for this way within the window (fact of the same name)."""
    return InboundContact.objects.filter(
        customer_id=point.customer_id,
        channel=point.channel,
        platform=point.platform,
        at__lte=at,
        at__gt=at - timedelta(days=window_days),
    ).exists()


def usable_points(customer: Customer | int) -> QuerySet[ContactPoint]:
    return ContactPoint.objects.filter(customer=customer, retired_at__isnull=True)
