"""Verbs about customers. Each takes the customer's lock, writes one audit entry and its outbox rows, in one
transaction. Time is passed in; the acting user comes first."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from contacts.customers.models import ContactPoint, Customer, InboundContact, Objection
from contacts.customers.selectors import digest_of, lock_customer, normalise_address, usable_points
from contacts.customers.suppression.entries import suppress_points
from portal.access.roles import Role, require_role
from portal.audit.services import record
from portal.outbox import services as outbox

if TYPE_CHECKING:
    from portal.people.models import User

KEEPERS = (Role.CONSENT_OFFICER, Role.DPO)
RECORDERS = (Role.EMPLOYEE, Role.MANAGER, Role.CONSENT_OFFICER, Role.DPO)
EDITABLE = (
    "kind",
    "relationship",
    "salutation",
    "first_name",
    "last_name",
    "company",
    "birth_date",
    "parental_consent",
    "last_transaction_on",
    "robinson_listed",
    "language",
    "timezone",
)


@transaction.atomic
def create_customer(acting_user: User, *, number: str, at: datetime, **fields: Any) -> Customer:
    """A new customer; `fields` are those of EDITABLE. Raises ValidationError for a number that is taken."""
    require_role(acting_user, *KEEPERS)
    customer = Customer(number=number.strip(), **_only(fields))
    customer.full_clean()
    customer.save(force_insert=True)
    after = {"number": customer.number, **_values(customer, EDITABLE)}
    record(
        acting_user,
        "customer.created",
        "customer",
        customer.number,
        at=at,
        customer_id=customer.pk,
        after=after,
    )
    return customer


@transaction.atomic
def update_customer(acting_user: User, *, customer: Customer, at: datetime, **fields: Any) -> Customer:
    """Change some of the EDITABLE fields; without a difference nothing is written."""
    require_role(acting_user, *KEEPERS)
    locked = lock_customer(customer.pk)
    changed = [name for name, value in _only(fields).items() if getattr(locked, name) != value]
    if not changed:
        return locked
    before = _values(locked, changed)
    for name in changed:
        setattr(locked, name, fields[name])
    locked.full_clean()
    locked.save(update_fields=changed)
    after = _values(locked, changed)
    record(
        acting_user,
        "customer.changed",
        "customer",
        locked.number,
        at=at,
        customer_id=locked.pk,
        before=before,
        after=after,
    )
    _recheck(locked, f"customer {locked.number} changed", at)
    return locked


@transaction.atomic
def add_contact_point(
    acting_user: User,
    *,
    customer: Customer,
    channel: str,
    value: str,
    source: str,
    collected_on: date,
    at: datetime,
    platform: str = "",
    **fields: Any,
) -> ContactPoint:
    """Record an address with its source. Everybody who works with customers may; searching it out is said so.

    `fields`: label, source_note, address_from_sale, notice_at_collection. Raises ValidationError for a second copy.
    """
    require_role(acting_user, *RECORDERS)
    locked = lock_customer(customer.pk)
    normalised = normalise_address(channel, platform, value)
    point = ContactPoint(
        customer=locked,
        channel=channel,
        platform=platform,
        value=value.strip(),
        normalised=normalised,
        digest=digest_of(customer, channel, platform, normalised),
        source=source,
        collected_on=collected_on,
        collected_by=acting_user,
        **fields,
    )
    point.full_clean()
    point.save(force_insert=True)
    _record_point(acting_user, "contact_point.added", point, at, after={"source": source, "channel": channel})
    return point


@transaction.atomic
def verify_contact_point(acting_user: User, *, point: ContactPoint, at: datetime) -> ContactPoint:
    """Somebody made sure that this address belongs to the customer (fact `identity_verified`)."""
    require_role(acting_user, *KEEPERS)
    lock_customer(point.customer_id)
    point.refresh_from_db()
    if point.verified_at is None:
        point.verified_at, point.verified_by = at, acting_user
        point.save(update_fields=["verified_at", "verified_by"])
        _record_point(acting_user, "contact_point.verified", point, at, after={"verified_at": at})
    return point


@transaction.atomic
def retire_contact_point(acting_user: User, *, point: ContactPoint, at: datetime) -> ContactPoint:
    """The address is no longer used; permits for it end with this commit."""
    require_role(acting_user, *KEEPERS)
    locked = lock_customer(point.customer_id)
    point.refresh_from_db()
    if point.retired_at is None:
        point.retired_at = at
        point.save(update_fields=["retired_at"])
        _record_point(acting_user, "contact_point.retired", point, at, after={"retired_at": at})
        _recheck(locked, "contact point retired", at)
    return point


@transaction.atomic
def record_inbound(
    acting_user: User,
    *,
    customer: Customer,
    channel: str,
    platform: str,
    at: datetime,
    note: str,
    now: datetime,
) -> InboundContact:
    """The customer wrote or called first at `at`. Raises ValidationError for a time in the future."""
    require_role(acting_user, *RECORDERS)
    if at > now:
        raise ValidationError({"at": _("The time lies in the future. Enter when the customer got in touch.")})
    locked = lock_customer(customer.pk)
    inbound = InboundContact(
        customer=locked, channel=channel, platform=platform, at=at, note=note, recorded_by=acting_user
    )
    inbound.full_clean()
    inbound.save(force_insert=True)
    after = {"channel": channel, "platform": platform, "at": at}
    record(acting_user, "inbound.recorded", "inbound", inbound.pk, at=now, customer_id=locked.pk, after=after)
    return inbound


@transaction.atomic
def record_objection(
    acting_user: User,
    *,
    customer: Customer,
    scope: str,
    how: str,
    at: datetime,
    channel: str = "",
    note: str = "",
) -> Objection:
    """The customer refuses advertising or all contact: it counts from this commit on (Art. 21(3) GDPR).

    The addresses are suppressed too, so that the refusal survives erasure and a second import.
    """
    require_role(acting_user, *RECORDERS)
    locked = lock_customer(customer.pk)
    objection = Objection(
        customer=locked,
        scope=scope,
        channel=channel,
        received_at=at,
        how=how,
        note=note,
        recorded_by=acting_user,
    )
    objection.full_clean()
    objection.save(force_insert=True)
    _suppress_addresses(locked, scope, channel, at)
    after = {"scope": scope, "channel": channel, "how": how}
    record(
        acting_user,
        "objection.recorded",
        "objection",
        objection.pk,
        at=at,
        customer_id=locked.pk,
        after=after,
    )
    _recheck(locked, "objection", at)
    return objection


def _suppress_addresses(customer: Customer, scope: str, channel: str, at: datetime) -> None:
    points = usable_points(customer).select_related("customer")
    if channel:
        points = points.filter(channel=channel)
    suppress_points(points, scope=scope, reason="objection", at=at)


def _recheck(customer: Customer, because: str, at: datetime) -> None:
    """Tell the roof that answers about this customer may have changed; it ends permits and tells their holders."""
    outbox.event("customer.grounds_changed", {"customer_id": customer.pk, "because": because}, at=at)


def _record_point(actor: User, verb: str, point: ContactPoint, at: datetime, after: dict[str, Any]) -> None:
    record(actor, verb, "contact_point", point.pk, at=at, customer_id=point.customer_id, after=after)


def _only(fields: dict[str, Any]) -> dict[str, Any]:
    unknown = set(fields) - set(EDITABLE)
    if unknown:
        raise TypeError(f"unknown customer fields: {sorted(unknown)}")
    return fields


def _values(customer: Customer, names: tuple[str, ...] | list[str]) -> dict[str, Any]:
    return {name: getattr(customer, name) for name in names}
