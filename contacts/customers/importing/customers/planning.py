"""What a chunk of customer records would write: found by reading alone, so that a dry run and a run say the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models.functions import Upper
from django.utils.translation import gettext as _

from contacts.customers.importing.customers.records import Address, CustomerRecord
from contacts.customers.importing.kinds import Chunk
from contacts.customers.importing.taking import RowError
from contacts.customers.models import ContactPoint, Customer, Objection
from contacts.customers.selectors import digest_of, normalise_address
from portal.audit.services import Job

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
class Step:
    """One record and what it comes to. `before` holds the old values of the fields that change."""

    record: CustomerRecord
    customer: Customer
    is_new: bool
    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)
    addresses: list[ContactPoint] = field(default_factory=list)
    blocks: bool = False

    @property
    def changes(self) -> bool:
        return bool(self.after or self.addresses or self.blocks)


def plan(records: Sequence[CustomerRecord], chunk: Chunk, *, actor: User | Job, lock: bool) -> list[Step]:
    """The steps of a chunk; rows that cannot be taken go into `chunk.problems`. `lock` for those who will write."""
    known = _known(records, lock)
    steps = [step for record in records if (step := _step(record, known, chunk, actor))]
    _find_new_addresses(steps, actor)
    _find_blocks(steps)
    return steps


def _known(records: Sequence[CustomerRecord], lock: bool) -> dict[str, Customer]:
    """The customers that exist already; locked, in the order of their ids (one order, no deadlock)."""
    numbers = [record.number.upper() for record in records]
    found = Customer.objects.alias(upper=Upper("number")).filter(upper__in=numbers).order_by("pk")
    if lock:
        found = found.select_for_update(of=("self",))
    return {customer.number.upper(): customer for customer in found}


def _step(record: CustomerRecord, known: dict[str, Customer], chunk: Chunk, actor: User | Job) -> Step | None:
    customer = known.get(record.number.upper())
    if customer is None and not (record.fields.get("last_name") or record.fields.get("company")):
        reason, fix = _("Last name and company are both empty."), _("Enter one of them.")
        chunk.problems.append(RowError(record.row, "Nachname", "", reason, fix))
        return None
    if record.advertising_block and isinstance(actor, Job):
        reason = _("An advertising block needs a person who answers for it: name one with --acting.")
        chunk.problems.append(RowError(record.row, "Werbesperre", "", reason, _("Name the person, or empty the cell.")))
        return None
    if customer is None:
        return Step(record, Customer(number=record.number, **record.fields), True, after=dict(record.fields))
    different = {name: value for name, value in record.fields.items() if getattr(customer, name) != value}
    before = {name: getattr(customer, name) for name in different}
    for name, value in different.items():
        setattr(customer, name, value)
    return Step(record, customer, False, before, different)


def _find_new_addresses(steps: list[Step], actor: User | Job) -> None:
    """An address that is there, used or retired, is left as it is."""
    ids = [step.customer.pk for step in steps if not step.is_new]
    keys = ("customer_id", "channel", "platform", "normalised")
    there = set(ContactPoint.objects.filter(customer__in=ids).values_list(*keys).order_by())
    for step in steps:
        mine: set[tuple[str, str]] = set()
        for address in step.record.addresses:
            normalised = normalise_address(address.channel, "", address.value)
            key = (address.channel, normalised)
            if key in mine or (step.customer.pk, address.channel, "", normalised) in there:
                continue
            mine.add(key)
            step.addresses.append(_point(step.customer, address, normalised, actor))


def _point(customer: Customer, address: Address, normalised: str, actor: User | Job) -> ContactPoint:
    return ContactPoint(
        customer=customer,
        channel=address.channel,
        value=address.value,
        normalised=normalised,
        digest=digest_of(customer, address.channel, "", normalised),
        source=address.source,
        collected_on=address.collected_on,
        collected_by=None if isinstance(actor, Job) else actor,
    )


def _find_blocks(steps: list[Step]) -> None:
    """Refusals of advertising that the list carries: once per customer."""
    wanted = [step for step in steps if step.record.advertising_block]
    ids = [step.customer.pk for step in wanted if not step.is_new]
    refused = set(Objection.objects.filter(customer__in=ids, channel="").values_list("customer_id", flat=True))
    for step in wanted:
        step.blocks = step.is_new or step.customer.pk not in refused
