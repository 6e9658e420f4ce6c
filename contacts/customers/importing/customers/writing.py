"""Writing a chunk of customers with addresses, refusals, audit entries, events, and what an undo needs."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.core.serializers.json import DjangoJSONEncoder
from django.utils.translation import gettext as _

from contacts.customers.import_models import ImportChange
from contacts.customers.importing.customers.columns import COLUMNS
from contacts.customers.importing.customers.planning import FIELDS, Step, plan
from contacts.customers.importing.customers.records import CustomerRecord
from contacts.customers.importing.kinds import Chunk, Difference
from contacts.customers.importing.taking import display
from contacts.customers.models import ContactPoint, Customer, Objection
from contacts.customers.refusals import follow_refusals
from contacts.customers.selectors import moment
from contacts.customers.services import tick_all
from contacts.customers.suppression.digests import all_digests
from contacts.customers.suppression.entries import suppress_points
from contacts.customers.suppression.standing import words_of
from contacts.customers.telling import tell_objections
from portal.audit.models import AuditEntry
from portal.audit.services import Job, entry, record_all
from portal.outbox import services as outbox

if TYPE_CHECKING:
    from portal.people.models import User


def preview(records: Sequence[CustomerRecord], *, actor: User | Job, at: datetime) -> Chunk:
    """What `write` would do with these records; reads only."""
    chunk = Chunk()
    steps = plan(records, chunk, actor=actor, lock=False)
    _count(chunk, steps)
    chunk.differences = [difference for step in steps for difference in _differences(step)]
    return chunk


def write(records: Sequence[CustomerRecord], *, actor: User | Job, at: datetime) -> Chunk:
    """Write records inside the caller's transaction; what the database refuses, it raises."""
    chunk = Chunk()
    steps = plan(records, chunk, actor=actor, lock=True)
    Customer.objects.bulk_create([step.customer for step in steps if step.is_new])
    Customer.objects.bulk_update([step.customer for step in steps if step.after and not step.is_new], FIELDS)
    ContactPoint.objects.bulk_create([_with_customer(point, step) for step in steps for point in step.addresses])
    _count(chunk, steps)
    objections = _block([step for step in steps if step.blocks], actor, at)
    _suppress_late([step for step in steps if step.addresses and not step.is_new], at)
    touched = [step for step in steps if step.is_new or step.changes]
    record_all([_entry(step, actor, at) for step in touched])
    told = [{"customer_id": step.customer.pk, "because": "import"} for step in touched if not step.is_new]
    tick_all([step.customer.pk for step in touched if not step.is_new], at)
    outbox.events("customer.grounds_changed", told, at=at)
    chunk.changes = [change for step in touched for change in _changes(step, objections)]
    return chunk


def _with_customer(point: ContactPoint, step: Step) -> ContactPoint:
    point.customer = step.customer  # again, now that it has an id
    return point


def _count(chunk: Chunk, steps: Sequence[Step]) -> None:
    points = [point for step in steps for point in step.addresses]
    digests = {id(point): all_digests(point, point.customer) for point in points}
    refused = words_of({digest for several in digests.values() for digest in several})
    chunk.tally.created = sum(step.is_new for step in steps)
    chunk.tally.changed = sum(step.changes and not step.is_new for step in steps)
    chunk.tally.same = len(steps) - chunk.tally.created - chunk.tally.changed
    chunk.tally.addresses = len(points)
    chunk.tally.suppressed = sum(not refused.keys().isdisjoint(several) for several in digests.values())


def _block(steps: Sequence[Step], actor: User | Job, at: datetime) -> dict[int, Objection]:
    """An objection for each customer who refuses advertising, and each of their addresses suppressed; what it covers
    ends with it, as after any other objection. Like any other it lies no earlier than what is on record: a consent by
    a clock that was ahead must not look like a later one."""
    if not steps or isinstance(actor, Job):
        return {}
    scope = Objection.Scope.MARKETING
    received = dict(sorted((step.customer.pk, moment(step.customer, at)) for step in steps))
    objections = Objection.objects.bulk_create(
        Objection(customer_id=pk, scope=scope, received_at=when, how="imported", recorded_by=actor)
        for pk, when in received.items()
    )
    for when in sorted(set(received.values())):
        ids = [pk for pk in received if received[pk] == when]
        points = ContactPoint.objects.filter(customer__in=ids).select_related("customer")
        suppress_points(points, scope=scope, reason="import", at=when, anew=True)
    numbers = {step.customer.pk: step.customer.number for step in steps}
    tell_objections(objections, numbers, at=at)
    follow_refusals(actor, objections, at=at)
    return {objection.customer_id: objection for objection in objections}


def _suppress_late(steps: Sequence[Step], at: datetime) -> None:
    """An address that comes after an objection is suppressed too, so that the refusal survives the customer's row."""
    ids = [step.customer.pk for step in steps]
    said = set(Objection.objects.filter(customer__in=ids).values_list("customer_id", "scope", "channel").order_by())
    for scope in Objection.Scope.values:
        bound = [
            point
            for step in steps
            for point in step.addresses
            if said & {(step.customer.pk, scope, ""), (step.customer.pk, scope, point.channel)}
        ]
        suppress_points(bound, scope=scope, reason="import", at=at)


def _entry(step: Step, actor: User | Job, at: datetime) -> AuditEntry:
    customer = step.customer
    after = {name: getattr(customer, name) for name in FIELDS} if step.is_new else dict(step.after)
    if step.addresses:
        after["addresses_added"] = [point.channel for point in step.addresses]
    verb = "customer.created" if step.is_new else "customer.changed"
    return entry(
        actor, verb, "customer", customer.number, at=at, customer_id=customer.pk, before=step.before, after=after
    )


def _changes(step: Step, objections: Mapping[int, Objection]) -> list[ImportChange]:
    """What an undo goes by, in the order in which it was written."""
    found = []
    if step.is_new:
        found.append(_change(step, "created", after={name: getattr(step.customer, name) for name in FIELDS}))
    elif step.after:
        found.append(_change(step, "changed", before=step.before, after=step.after))
    found += [_change(step, "address", point.pk, after={"value": point.value}) for point in step.addresses]
    if step.blocks:
        found.append(_change(step, "objection", objections[step.customer.pk].pk))
    return found


def _change(
    step: Step,
    what: str,
    object_id: int | None = None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> ImportChange:
    return ImportChange(
        line=step.record.row.line,
        what=what,
        customer_id=step.customer.pk,
        object_id=object_id,
        before=plain(before or {}),
        after=plain(after or {}),
    )


def plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as the database keeps them in JSON, for comparing now with then."""
    return json.loads(json.dumps(dict(values), cls=DjangoJSONEncoder))


def _differences(step: Step) -> list[Difference]:
    line, subject = step.record.row.line, step.customer.number
    if step.is_new:
        said = [step.customer.display_name, *(point.value for point in step.addresses)]
        return [Difference(line, subject, "created", _("New customer"), "", " · ".join(said))]
    found = [
        Difference(line, subject, "changed", _label(name), _shown(name, step.before[name]), _shown(name, value))
        for name, value in step.after.items()
    ]
    for point in step.addresses:
        found.append(Difference(line, subject, "changed", point.get_way_display(), "", point.value))
    if step.blocks:
        found.append(Difference(line, subject, "changed", _label("advertising_block"), "", display(True)))
    return found


def _label(name: str) -> str:
    return str(COLUMNS.by_field[name].label)


def _shown(name: str, value: Any) -> str:
    choices = dict(getattr(Customer._meta.get_field(name), "flatchoices", []) or [])
    return str(choices.get(value, "")) or display(value)
