"""The API of customers, their addresses and what they refuse (docs/api.md): what the pages can do, by the same forms
and verbs."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Query, Router

from contacts.customers import api_bodies as bodies
from contacts.customers import services
from contacts.customers.forms import ContactPointForm, CustomerForm, InboundForm, NewCustomerForm
from contacts.customers.listing import api_rows
from contacts.customers.models import READERS, ContactPoint, Customer
from contacts.customers.selectors import get_customer, lock_present, usable_points
from portal.access.roles import require_role
from portal.machines.models import Scope
from portal.machines.names import Key as RowKey
from portal.machines.once import Answer
from portal.machines.paging import Paging, page_of
from portal.machines.problems import unprocessable
from portal.machines.rest import (
    CHANGED,
    KEYED,
    MATCHED,
    POSTED,
    READABLE,
    Key,
    acted,
    caller_of,
    checked,
    person_of,
    told,
)
from portal.machines.versions import demand_unchanged
from portal.people.models import User

router = Router(tags=["customers"])
READ, WRITE, OBJECT = Key(Scope.CUSTOMERS_READ), Key(Scope.CUSTOMERS_WRITE), Key(Scope.OBJECTIONS_WRITE)


@router.get(
    "", auth=READ, response={200: bodies.CustomersOut, **READABLE}, url_name="api_customers", summary="List customers"
)
def customers(request: HttpRequest, filters: Query[bodies.CustomerFilters]) -> JsonResponse:
    """Customers, the newest first; also the way to one by number or address."""
    reader = person_of(request)
    require_role(reader, *READERS)
    _demand_address(filters)
    rows, links = page_of(request, api_rows(reader, filters.model_dump(exclude_none=True)), filters)
    return told({"items": [bodies.customer_told(row, reader) for row in rows], **links})


def _demand_address(filters: bodies.CustomerFilters) -> None:
    """By themselves channel and platform would narrow nothing: the list would be that of all customers."""
    if filters.address is None and (filters.channel or filters.platform):
        raise unprocessable({"address": [_("Channel and platform say which address is meant. Name the address too.")]})


@router.post(
    "",
    auth=WRITE,
    response={201: bodies.CustomerOut, **POSTED},
    url_name="api_customers",
    summary="Enter a customer",
    openapi_extra=KEYED,
)
def customer_create(request: HttpRequest, body: bodies.CustomerNew) -> JsonResponse:
    """A customer that nobody has entered yet. Add an address with its source next."""
    user, at = person_of(request), caller_of(request).at
    require_role(user, *services.KEEPERS)

    def act() -> Answer:
        values = checked(NewCustomerForm(body.model_dump()))
        return 201, bodies.customer_told(services.create_customer(user, at=at, **values), user)

    return acted(request, act, tagged=True, new="number")


@router.get(
    "/{str:number}",
    auth=READ,
    response={200: bodies.CustomerOut, **READABLE},
    url_name="api_customer",
    summary="Read a customer",
)
def customer(request: HttpRequest, number: str) -> JsonResponse:
    """One customer by number; the ETag is what a change is asked for with."""
    reader = person_of(request)
    return told(bodies.customer_told(get_customer(reader, number), reader), tagged=True)


@router.patch(
    "/{str:number}",
    auth=WRITE,
    response={200: bodies.CustomerOut, **CHANGED},
    url_name="api_customer",
    summary="Change a customer",
    openapi_extra=MATCHED,
)
def customer_change(request: HttpRequest, number: str, body: bodies.CustomerChange) -> JsonResponse:
    """Change the fields that are named; the others stay as they are."""
    user, at = person_of(request), caller_of(request).at
    require_role(user, *services.KEEPERS)
    known = get_customer(user, number)

    def act() -> Answer:
        locked = lock_present(known.pk)
        demand_unchanged(request, bodies.customer_told(locked, user))
        changed = services.update_customer(user, customer=locked, at=at, **_changes(locked, body))
        return 200, bodies.customer_told(changed, user)

    return acted(request, act, tagged=True)


def _changes(present: Customer, body: bodies.CustomerChange) -> dict[str, Any]:
    """What the page's form makes of the present values and those that are sent; of the latter only."""
    sent = body.model_dump(exclude_unset=True)
    values = {name: getattr(present, name) for name in services.EDITABLE} | sent
    made = checked(CustomerForm(values, instance=Customer.objects.get(pk=present.pk)))
    return {name: made[name] for name in sent}


@router.get(
    "/{str:number}/contact-points",
    auth=READ,
    response={200: bodies.PointsOut, **READABLE},
    url_name="api_contact_points",
    summary="List the addresses of a customer",
)
def contact_points(request: HttpRequest, number: str, paging: Query[Paging]) -> JsonResponse:
    """The addresses in use."""
    mine = get_customer(person_of(request), number)
    rows, links = page_of(request, usable_points(mine), paging)
    return told({"items": [bodies.point_told(row) for row in rows], **links})


@router.post(
    "/{str:number}/contact-points",
    auth=WRITE,
    response={201: bodies.PointOut, **POSTED},
    url_name="api_contact_points",
    summary="Add an address",
    openapi_extra=KEYED,
)
def contact_point_add(request: HttpRequest, number: str, body: bodies.PointNew) -> JsonResponse:
    """A new address with its source. What the customer has refused binds it too."""
    user, at = person_of(request), caller_of(request).at
    require_role(user, *services.RECORDERS)
    mine = get_customer(user, number)

    def act() -> Answer:
        values = checked(ContactPointForm(body.model_dump()))
        return 201, bodies.point_told(services.add_contact_point(user, customer=mine, at=at, **values))

    return acted(request, act, new="id")


@router.get(
    "/{str:number}/contact-points/{int:point}",
    auth=READ,
    response={200: bodies.PointOut, **READABLE},
    url_name="api_contact_point",
    summary="Read an address",
)
def contact_point(request: HttpRequest, number: str, point: RowKey) -> JsonResponse:
    """One address in use."""
    return told(bodies.point_told(_point(person_of(request), number, point)))


@router.post(
    "/{str:number}/contact-points/{int:point}/verify",
    auth=WRITE,
    response={200: bodies.PointOut, **POSTED},
    url_name="api_contact_point_verify",
    summary="Verify an address",
    openapi_extra=KEYED,
)
def contact_point_verify(request: HttpRequest, number: str, point: RowKey) -> JsonResponse:
    """Somebody made sure that this address is the customer's."""
    return _with_point(request, number, point, services.verify_contact_point)


@router.post(
    "/{str:number}/contact-points/{int:point}/retire",
    auth=WRITE,
    response={200: bodies.PointOut, **POSTED},
    url_name="api_contact_point_retire",
    summary="Use an address no longer",
    openapi_extra=KEYED,
)
def contact_point_retire(request: HttpRequest, number: str, point: RowKey) -> JsonResponse:
    """The address is no longer used; permits for it end with the answer."""
    return _with_point(request, number, point, services.retire_contact_point)


def _with_point(request: HttpRequest, number: str, key: int, verb: Any) -> JsonResponse:
    user, at = person_of(request), caller_of(request).at
    require_role(user, *services.KEEPERS)

    def act() -> Answer:
        return 200, bodies.point_told(verb(user, point=_point(user, number, key), at=at))

    return acted(request, act)


def _point(user: User, number: str, key: int) -> ContactPoint:
    return get_object_or_404(usable_points(get_customer(user, number)), pk=key)


@router.get(
    "/{str:number}/objections",
    auth=READ,
    response={200: bodies.ObjectionsOut, **READABLE},
    url_name="api_customer_objections",
    summary="List what a customer refuses",
)
def objections(request: HttpRequest, number: str, paging: Query[Paging]) -> JsonResponse:
    """The newest first. A refusal has no end."""
    rows, links = page_of(request, get_customer(person_of(request), number).objections.all(), paging)
    return told({"items": [bodies.objection_told(row) for row in rows], **links})


@router.post(
    "/{str:number}/objections",
    auth=OBJECT,
    response={201: bodies.ObjectionOut, **POSTED},
    url_name="api_customer_objections",
    summary="Record what a customer refuses",
    openapi_extra=KEYED,
)
def objection_record(request: HttpRequest, number: str, body: bodies.ObjectionNew) -> JsonResponse:
    """It counts from the answer on (Art. 21(3) GDPR); consents that it covers end with it."""
    user, at = person_of(request), caller_of(request).at
    require_role(user, *services.RECORDERS)
    mine = get_customer(user, number)
    values = body.model_dump() | {"channel": body.channel or ""}

    def act() -> Answer:
        return 201, bodies.objection_told(services.record_objection(user, customer=mine, at=at, **values))

    return acted(request, act)


@router.post(
    "/{str:number}/inbound-contacts",
    auth=WRITE,
    response={201: bodies.InboundOut, **POSTED},
    url_name="api_inbound_contacts",
    summary="Note that the customer got in touch",
    openapi_extra=KEYED,
)
def inbound_record(request: HttpRequest, number: str, body: bodies.InboundNew) -> JsonResponse:
    """The customer wrote or called first."""
    user, now = person_of(request), caller_of(request).at
    require_role(user, *services.RECORDERS)
    mine = get_customer(user, number)

    def act() -> Answer:
        values = checked(InboundForm(body.model_dump()))
        return 201, bodies.inbound_told(services.record_inbound(user, customer=mine, now=now, **values))

    return acted(request, act)
