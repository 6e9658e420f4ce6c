"""Writing a chunk of records: customers, addresses, refusals, audit entries and events, in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.db.models.functions import Upper
from django.utils.translation import gettext as _

from contacts.customers.importing.records import Address, Record, RowError
from contacts.customers.models import ContactPoint, Customer, Objection, SuppressionEntry
from contacts.customers.selectors import digest_of, normalise_address
from contacts.customers.services import tick_all
from portal.audit.models import AuditEntry
from portal.audit.services import Job, entry, record_all
from portal.outbox import services as outbox

if TYPE_CHECKING:
    from portal.people.models import User

FIELDS = (
    "kind",
    "relationship",
    "salutation",
    "first_name",
    "last_name",
    "company",
    "birth_date",
    "last_transaction_on",
    "robinson_listed",
    "language",
)


@dataclass
class Tally:
    """What happened to the rows of a file; `fine` counts the good ones of a dry run."""

    fine: int = 0
    created: int = 0
    changed: int = 0
    same: int = 0
    addresses: int = 0
    suppressed: int = 0
    refused: int = 0

    def add(self, other: Tally) -> None:
        for name, value in vars(other).items():
            setattr(self, name, getattr(self, name) + value)


@dataclass
class Chunk:
    """One chunk on its way into the database."""

    actor: User | Job
    at: datetime
    tally: Tally = field(default_factory=Tally)
    audit: list[AuditEntry] = field(default_factory=list)
    told: list[dict[str, Any]] = field(default_factory=list)
    problems: list[RowError] = field(default_factory=list)


def write(records: Sequence[Record], *, actor: User | Job, at: datetime) -> Chunk:
    """Write records; if the database refuses the chunk, row by row, so that the fault is named at its row."""
    try:
        with transaction.atomic():
            return _write(records, Chunk(actor, at))
    except (DatabaseError, ValidationError) as error:
        if len(records) == 1:
            chunk = Chunk(actor, at)
            reason = _("The database refused the row: %(error)s") % {"error": str(error).split("\n")[0]}
            chunk.problems.append(RowError(records[0].row, "", records[0].number, reason, _("Check the row.")))
            return chunk
    whole = Chunk(actor, at)
    for single in records:
        part = write([single], actor=actor, at=at)
        whole.tally.add(part.tally)
        whole.problems += part.problems
    return whole


def _write(records: Sequence[Record], chunk: Chunk) -> Chunk:
    known = _locked(records)
    records = _with_names(records, known, chunk)
    before = {number: _values(customer) for number, customer in known.items()}
    new = [Customer(number=r.number, **r.fields) for r in records if r.number.upper() not in known]
    Customer.objects.bulk_create(new)
    changed = _update(records, known)
    everybody = known | {customer.number.upper(): customer for customer in new}
    added = _add_addresses(records, everybody, chunk)
    refused = _block(records, everybody, chunk)
    for customer in new:
        _note(chunk, "customer.created", customer, {}, _values(customer), added)
    for number, customer in known.items():
        if number in changed or customer.pk in added or customer.pk in refused:
            after = {name: value for name, value in _values(customer).items() if value != before[number][name]}
            _note(chunk, "customer.changed", customer, {name: before[number][name] for name in after}, after, added)
            chunk.told.append({"customer_id": customer.pk, "because": "import"})
    chunk.tally.created = len(new)
    chunk.tally.changed = len(chunk.told)
    chunk.tally.same = len(known) - len(chunk.told)
    tick_all([told["customer_id"] for told in chunk.told], chunk.at)
    record_all(chunk.audit)
    outbox.events("customer.grounds_changed", chunk.told, at=chunk.at)
    return chunk


def _locked(records: Sequence[Record]) -> dict[str, Customer]:
    """The customers that exist already, locked in the order of their ids (one order, no deadlock)."""
    numbers = [record.number.upper() for record in records]
    found = Customer.objects.alias(upper=Upper("number")).filter(upper__in=numbers)
    return {customer.number.upper(): customer for customer in found.order_by("pk").select_for_update(of=("self",))}


def _with_names(records: Sequence[Record], known: dict[str, Customer], chunk: Chunk) -> list[Record]:
    """A new customer needs a name; an existing one has it."""
    fine = []
    for record in records:
        named = record.fields.get("last_name") or record.fields.get("company") or record.number.upper() in known
        if named:
            fine.append(record)
            continue
        reason, fix = _("Last name and company are both empty."), _("Enter one of them.")
        chunk.problems.append(RowError(record.row, "Nachname", "", reason, fix))
    return fine


def _update(records: Sequence[Record], known: dict[str, Customer]) -> set[str]:
    changed = []
    for record in records:
        customer = known.get(record.number.upper())
        if customer is None:
            continue
        different = {n: v for n, v in record.fields.items() if getattr(customer, n) != v}
        for name, value in different.items():
            setattr(customer, name, value)
        if different:
            changed.append(customer)
    Customer.objects.bulk_update(changed, FIELDS)
    return {customer.number.upper() for customer in changed}


def _add_addresses(records: Sequence[Record], everybody: dict[str, Customer], chunk: Chunk) -> dict[int, list[str]]:
    """New addresses by customer; an address that is there, used or retired, is left as it is."""
    ids = [customer.pk for customer in everybody.values()]
    keys = ("customer_id", "channel", "platform", "normalised")
    there = set(ContactPoint.objects.filter(customer__in=ids).values_list(*keys).order_by())
    points = []
    for record in records:
        customer = everybody[record.number.upper()]
        for address in record.addresses:
            normalised = normalise_address(address.channel, "", address.value)
            key = (customer.pk, address.channel, "", normalised)
            if key not in there:
                there.add(key)
                points.append(_point(customer, address, normalised, chunk))
    ContactPoint.objects.bulk_create(points)
    chunk.tally.addresses = len(points)
    suppressed = SuppressionEntry.objects.filter(digest__in={point.digest for point in points})
    chunk.tally.suppressed = suppressed.values("digest").distinct().count()
    added: dict[int, list[str]] = {}
    for point in points:
        added.setdefault(point.customer_id, []).append(point.channel)
    return added


def _point(customer: Customer, address: Address, normalised: str, chunk: Chunk) -> ContactPoint:
    return ContactPoint(
        customer=customer,
        channel=address.channel,
        value=address.value,
        normalised=normalised,
        digest=digest_of(customer, address.channel, "", normalised),
        source=address.source,
        collected_on=address.collected_on,
        collected_by=None if isinstance(chunk.actor, Job) else chunk.actor,
    )


def _block(records: Sequence[Record], everybody: dict[str, Customer], chunk: Chunk) -> set[int]:
    """Refusals of advertising that the list carries: once per customer, and on every address."""
    wanted = {everybody[r.number.upper()].pk for r in records if r.advertising_block}
    wanted -= set(Objection.objects.filter(customer__in=wanted, channel="").values_list("customer_id", flat=True))
    if not wanted:
        return wanted
    if isinstance(chunk.actor, Job):
        raise ValidationError(_("An advertising block needs a person who answers for it: name one with --acting."))
    scope = Objection.Scope.MARKETING
    Objection.objects.bulk_create(
        Objection(customer_id=pk, scope=scope, received_at=chunk.at, how="imported", recorded_by=chunk.actor)
        for pk in sorted(wanted)
    )
    digests = ContactPoint.objects.filter(customer__in=wanted, retired_at__isnull=True).values_list("digest", flat=True)
    SuppressionEntry.objects.bulk_create(
        [
            SuppressionEntry(digest=digest, scope=scope, reason="import", created_at=chunk.at)
            for digest in sorted(set(digests.order_by()))
        ],
        ignore_conflicts=True,
    )
    return wanted


def _values(customer: Customer) -> dict[str, Any]:
    return {name: getattr(customer, name) for name in FIELDS}


def _note(
    chunk: Chunk,
    verb: str,
    customer: Customer,
    before: dict[str, Any],
    after: dict[str, Any],
    added: dict[int, list[str]],
) -> None:
    after = after | {"addresses_added": added[customer.pk]} if customer.pk in added else after
    chunk.audit.append(
        entry(
            chunk.actor,
            verb,
            "customer",
            customer.number,
            at=chunk.at,
            customer_id=customer.pk,
            before=before,
            after=after,
        )
    )
