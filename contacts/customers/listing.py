"""The list of customers, paged by its sort key (last name, first name, id)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest

from contacts.customers.models import ContactPoint, Customer
from contacts.customers.selectors import matching, normalise_address
from portal.access.paging import page_number
from portal.people.models import User
from portal.vocabulary import Channel

#: As many as one looks through; also the most that can be marked to be asked about together.
SIZE = 25


@dataclass(frozen=True)
class CustomerPage:
    rows: list[Customer]
    next_url: str | None
    previous_url: str | None = None
    number: int = 1


def customer_page(
    request: HttpRequest, user: User, filters: dict[str, str], *, within: Q | None = None
) -> CustomerPage:
    """One page after the key in `?after=`; a broken key means the first page. One query, however long the list.
    `within` is what another room asks of the rows besides."""
    rows = _filtered(user, filters).filter(within or Q())
    key = _key(request.GET.get("after", ""))
    if key is not None:
        rows = rows.filter(_behind(*key))
    found = list(rows.order_by("last_name", "first_name", "pk")[: SIZE + 1])
    more, found = len(found) > SIZE, found[:SIZE]
    number = page_number(request)
    return CustomerPage(found, _link(request, found[-1], number + 1) if more else None, number=number)


def _filtered(user: User, filters: dict[str, str]) -> QuerySet[Customer]:
    rows = Customer.objects.visible_to(user)
    if filters.get("q"):
        rows = rows.filter(matching(filters["q"]))
    exact = {name: filters[name] for name in ("kind", "relationship") if filters.get(name)}
    return rows.filter(**exact)


def _behind(last_name: str, first_name: str, pk: int) -> Q:
    same_name = Q(last_name=last_name, first_name=first_name, pk__gt=pk)
    return Q(last_name__gt=last_name) | Q(last_name=last_name, first_name__gt=first_name) | same_name


def _key(text: str) -> tuple[str, str, int] | None:
    try:
        last_name, first_name, pk = json.loads(text)
    except (ValueError, TypeError, RecursionError):
        return None
    fine = isinstance(last_name, str) and isinstance(first_name, str) and type(pk) is int and 0 < pk < 2**63
    return (last_name, first_name, pk) if fine and "\x00" not in last_name + first_name else None


def _link(request: HttpRequest, last: Customer, number: int) -> str:
    query = request.GET.copy()
    query["page"] = str(number)
    query["after"] = json.dumps([last.last_name, last.first_name, last.pk], ensure_ascii=False)
    return f"{request.path}?{query.urlencode()}"


def api_rows(user: User, filters: dict[str, str]) -> QuerySet[Customer]:
    """The same list for other systems, which also look up one customer by number or address."""
    rows = _filtered(user, filters)
    if "number" in filters:
        rows = rows.filter(number__iexact=filters["number"])
    if "address" in filters:
        rows = rows.filter(pk__in=_having(filters))
    return rows


def _having(filters: dict[str, str]) -> QuerySet[ContactPoint, Any]:
    channel, platform = filters.get("channel", Channel.EMAIL), filters.get("platform", "")
    spelt = normalise_address(channel, platform, filters["address"])
    used = ContactPoint.objects.filter(channel=channel, platform=platform, normalised=spelt, retired_at__isnull=True)
    return used.order_by().values("customer")
