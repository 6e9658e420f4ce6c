"""Verbs about customers. Each takes the customer's lock, writes one audit entry and its outbox rows, in one
transaction. Time is passed in; the acting user comes first."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import DateTimeField, Value
from django.db.models.functions import Greatest
from django.utils.translation import gettext as _

from contacts.customers.elsewhere import erase_elsewhere, hindrances
from contacts.customers.models import ContactPoint, Customer, ImportChange, InboundContact, Objection
from contacts.customers.refusals import follow_refusals
from contacts.customers.selectors import digest_of, lock_customer, lock_present, moment, normalise_address
from contacts.customers.suppression.entries import carry_over, suppress_points
from contacts.customers.telling import tell_objections
from portal.access.roles import Role, require_role
from portal.audit.services import Job, record
from portal.database import lock_name
from portal.outbox import services as outbox
from portal.vocabulary import Channel, ContactSource

if TYPE_CHECKING:
    from portal.people.models import User

#: Stands where words about somebody were who is erased by now.
GONE = "[…]"
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
    lock_name(f"customer:{customer.number.upper()}")  # two who enter it at once: the second reads the first
    if Customer.objects.filter(number__iexact=customer.number).exists():
        raise ValidationError({"number": _("There is a customer with this number already. Search for it instead.")})
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
    """Change some of the EDITABLE fields; without a difference nothing is written. Raises ValidationError for somebody
    who was erased."""
    require_role(acting_user, *KEEPERS)
    locked = lock_present(customer.pk)
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
    tick(locked, at)
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

    What the customer has refused before binds the new address too, also after erasure and a second import.
    `fields`: label, source_note, address_from_sale, notice_at_collection. Raises ValidationError for a second copy and
    for somebody who was erased.
    """
    require_role(acting_user, *RECORDERS)
    locked = lock_present(customer.pk)
    normalised = normalise_address(channel, platform, value)
    same = {"channel": channel, "platform": platform, "normalised": normalised}
    if locked.contact_points.filter(**same).exists():
        raise ValidationError({"value": _("This customer has this address already, in use or no longer used.")})
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
    _suppress_added(point)
    _record_point(acting_user, "contact_point.added", point, at, after={"source": source, "channel": channel})
    tick(locked, at)
    _recheck(locked, "contact point added", at)  # another way may take the last resort away (SRV-04, SRV-06)
    return point


@transaction.atomic
def verify_contact_point(acting_user: User | Job, *, point: ContactPoint, at: datetime) -> ContactPoint:
    """Somebody made sure that this address belongs to the customer (fact `identity_verified`); or its owner has, by a
    press in a mail, for which a job stands."""
    if not isinstance(acting_user, Job):
        require_role(acting_user, *KEEPERS)
    lock_customer(point.customer_id)
    point.refresh_from_db()
    if point.verified_at is None:
        point.verified_at, point.verified_by = at, None if isinstance(acting_user, Job) else acting_user
        point.save(update_fields=["verified_at", "verified_by"])
        _record_point(acting_user, "contact_point.verified", point, at, after={"verified_at": at})
    return point


@transaction.atomic
def doubt_contact_point(acting_user: User, *, point: ContactPoint, at: datetime) -> ContactPoint:
    """Somebody else was reached there: until it is verified anew, nobody can say that this address is the customer's
    (fact `identity_verified`, Art. 5(1)(d) and (f) GDPR). Whoever made the contact says so."""
    locked = lock_customer(point.customer_id)
    point.refresh_from_db()
    if point.verified_at is not None:
        before, point.verified_at, point.verified_by = {"verified_at": point.verified_at}, None, None
        point.save(update_fields=["verified_at", "verified_by"])
        about = {"at": at, "customer_id": point.customer_id, "before": before, "after": {"verified_at": None}}
        record(acting_user, "contact_point.doubted", "contact_point", point.pk, **about)
        tick(locked, at)
        _recheck(locked, "contact point doubted", at)
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
        tick(locked, at)
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
    """The customer wrote or called first at `at`. Raises ValidationError for a time in the future, and for somebody who
    was erased."""
    require_role(acting_user, *RECORDERS)
    if at > now:
        raise ValidationError({"at": _("The time lies in the future. Enter when the customer got in touch.")})
    locked = lock_present(customer.pk)
    inbound = InboundContact(
        customer=locked, channel=channel, platform=platform, at=at, note=note, recorded_by=acting_user
    )
    inbound.full_clean()
    inbound.save(force_insert=True)
    after = {"channel": channel, "platform": platform, "at": at}
    record(acting_user, "inbound.recorded", "inbound", inbound.pk, at=now, customer_id=locked.pk, after=after)
    tick(locked, now)
    return inbound


@transaction.atomic
def record_objection(
    acting_user: User | Job,
    *,
    customer: Customer,
    scope: str,
    how: str,
    at: datetime,
    channel: str = "",
    note: str = "",
) -> Objection:
    """The customer refuses advertising or all contact: it counts from this commit on (Art. 21(3) GDPR).

    The addresses are suppressed too, so that the refusal survives erasure and a second import, and what rests on an
    agreement that it covers ends with it. It never lies before
    what is on record: a consent that came first, by a clock that was ahead, must not look like a later one.
    """
    if not isinstance(acting_user, Job):
        require_role(acting_user, *RECORDERS)
    locked = lock_customer(customer.pk)
    at = moment(locked, at)
    objection = Objection(
        customer=locked,
        scope=scope,
        channel=channel,
        received_at=at,
        how=how,
        note=note,
        recorded_by=None if isinstance(acting_user, Job) else acting_user,
        job=acting_user.name if isinstance(acting_user, Job) else "",
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
    tick(locked, at)
    tell_objections([objection], {locked.pk: locked.number}, at=at)
    _recheck(locked, "objection", at)
    follow_refusals(acting_user, [objection], at=at)
    return objection


@transaction.atomic
def welcome_prospect(
    actor: Job, *, email: str, first_name: str, last_name: str, language: str, at: datetime
) -> Customer:
    """A person nobody knew signed up and confirmed the address: a prospect, with the address from themselves."""
    number = _free_number(at)
    customer = Customer(
        number=number, first_name=first_name, last_name=last_name or first_name or number, language=language
    )
    customer.full_clean()
    customer.save(force_insert=True)
    normalised = normalise_address(Channel.EMAIL, "", email)
    point = ContactPoint(
        customer=customer,
        channel=Channel.EMAIL,
        value=email,
        normalised=normalised,
        digest=digest_of(customer, Channel.EMAIL, "", normalised),
        source=ContactSource.DATA_SUBJECT,
        source_note="double opt-in",
        collected_on=at.astimezone(ZoneInfo(customer.timezone)).date(),
        verified_at=at,
    )
    point.full_clean()
    point.save(force_insert=True)
    after = {"number": customer.number, "source": point.source, "channel": point.channel}
    record(actor, "customer.created", "customer", customer.number, at=at, customer_id=customer.pk, after=after)
    return customer


def _free_number(at: datetime) -> str:
    """A number that no list of the company uses: O for opt-in, the year, and chance."""
    return f"O-{at:%Y}-{secrets.randbelow(10**8):08d}"


@transaction.atomic
def erase_customer(acting_user: User | Job, *, customer: Customer, at: datetime) -> Customer:
    """Art. 17 GDPR: the person's data go, the refusal stays (Art. 17(3)): every address is suppressed by its hash
    before it is wiped. What remains is a number without a person. Consents end, and permits are unusable from this
    commit on. A job stands for an erasure that was carried out before a backup came back.

    Raises ValidationError for somebody who is erased already, and with what stands in the way (`hindrances`), such as
    a legal hold.
    """
    if not isinstance(acting_user, Job):
        require_role(acting_user, Role.DPO)
    locked = lock_customer(customer.pk)
    at = moment(locked, at)  # what the row tells of came first, by whatever clock
    if locked.anonymised_at is not None:
        raise ValidationError(_("This customer has been erased already. Nothing was changed."))
    if not isinstance(acting_user, Job) and (sentences := hindrances(locked, at)):
        raise ValidationError(sentences)
    points = list(locked.contact_points.select_related("customer").order_by("pk"))
    carry_over(locked, points, at=at)
    # What the person refused is kept as that; what is left is the erasure's own, and they may come back from it.
    suppress_points(points, scope=Objection.Scope.FULL, reason="erased", at=at)
    erase_elsewhere(acting_user, locked, at)
    empty_customer(locked, points, at)
    after = {"anonymised_at": at, "addresses": len(points)}
    record(acting_user, "customer.erased", "customer", locked.number, at=at, customer_id=locked.pk, after=after)
    tick(locked, at)
    _recheck(locked, "erasure", at)
    return locked


def empty_customer(locked: Customer, points: list[ContactPoint], at: datetime) -> None:
    """What makes a row a person goes, in the transaction of whoever erases or forgets, who holds the lock and has kept
    what was refused. What remains is a number."""
    for point in points:
        point.value, point.normalised, point.digest = "", f"erased-{point.pk}", ""
        point.source_note, point.label, point.retired_at = "", "", point.retired_at or at
        point.save(update_fields=["value", "normalised", "digest", "source_note", "label", "retired_at"])
    for name in ("salutation", "first_name", "last_name", "company"):
        setattr(locked, name, "")
    locked.birth_date, locked.anonymised_at = None, at
    locked.save(update_fields=["salutation", "first_name", "last_name", "company", "birth_date", "anonymised_at"])
    forget_words(locked)
    # An undo finds the customer gone; it needs no names and addresses for that.
    ImportChange.objects.filter(customer_id=locked.pk).exclude(what="consent").update(before={}, after={})


def forget_words(customer: Customer) -> None:
    """What people wrote about a customer in this room goes; the database lets it go only with the person."""
    customer.inbound_contacts.update(note="")
    customer.objections.exclude(note="").update(note=GONE)
    for name in ("reason", "lift_reason"):
        customer.restrictions.exclude(**{name: ""}).update(**{name: GONE})


def tick(customer: Customer, at: datetime) -> None:
    """Something about this person changed at `at`; the caller holds the lock. Later acts read it (`moment`)."""
    tick_all([customer.pk], at)


def tick_all(customer_ids: Iterable[int], at: datetime) -> None:
    """The same for many locked customers. GREATEST of PostgreSQL passes over NULL."""
    latest = Greatest("ticked_at", Value(at, output_field=DateTimeField()))
    Customer.objects.filter(pk__in=list(customer_ids)).update(ticked_at=latest)


def _suppress_addresses(customer: Customer, scope: str, channel: str, at: datetime) -> None:
    """Every address, also one that is no longer used: it may come back with the next list."""
    points = customer.contact_points.select_related("customer")
    bound = points.filter(channel=channel) if channel else points
    suppress_points(bound, scope=scope, reason="objection", at=at, anew=True)


def _suppress_added(point: ContactPoint) -> None:
    """A standing objection binds the addresses that come after it, from the day on which it was told."""
    for said in point.customer.objections.filter(channel__in=["", point.channel]):
        suppress_points([point], scope=said.scope, reason="objection", at=said.received_at)


def _recheck(customer: Customer, because: str, at: datetime) -> None:
    """Tell the roof that answers about this customer may have changed; it ends permits and tells their holders."""
    outbox.event("customer.grounds_changed", {"customer_id": customer.pk, "because": because}, at=at)


def _record_point(actor: User | Job, verb: str, point: ContactPoint, at: datetime, after: dict[str, Any]) -> None:
    record(actor, verb, "contact_point", point.pk, at=at, customer_id=point.customer_id, after=after)


def _only(fields: dict[str, Any]) -> dict[str, Any]:
    unknown = set(fields) - set(EDITABLE)
    if unknown:
        raise TypeError(f"unknown customer fields: {sorted(unknown)}")
    return fields


def _values(customer: Customer, names: tuple[str, ...] | list[str]) -> dict[str, Any]:
    return {name: getattr(customer, name) for name in names}
