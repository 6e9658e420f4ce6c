"""Taking back what an import of customers wrote, where nobody has built on it since."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db.models import DateField, Model

from contacts.customers.import_models import ImportChange
from contacts.customers.importing.customers.planning import FIELDS
from contacts.customers.importing.customers.writing import plain
from contacts.customers.models import ContactPoint, Customer
from portal.audit.services import Job, entry, record_all
from portal.outbox import services as outbox

if TYPE_CHECKING:
    from portal.people.models import User

Outcome = ImportChange.Outcome
# Why something stays (the page has the sentences).
REFUSAL, CHANGED_SINCE, IN_USE, GONE = "refusal", "changed_since", "in_use", "gone"


def undo(changes: Sequence[ImportChange], *, actor: User | Job, at: datetime) -> None:
    """Take changes back inside the caller's transaction, newest first, and say at each what became of it.

    An objection that came with the list stays, and so does every suppressed address: nothing lifts a refusal but a
    new act of the customer (Art. 21(3) GDPR).
    """
    customers = _locked({change.customer_id for change in changes})
    told: dict[int, dict[str, Any]] = defaultdict(lambda: {"before": {}, "after": {}})
    by_kind: dict[str, list[ImportChange]] = defaultdict(list)
    for change in changes:
        by_kind[change.what].append(change)
    for change in by_kind["objection"]:
        _keep(change, REFUSAL)
    _remove_addresses(by_kind["address"], told)
    _restore_fields(by_kind["changed"], customers, told)
    removed = _remove_customers(by_kind["created"], customers, told)
    _record(told, customers, removed, actor, at)


def _locked(ids: Collection[int]) -> dict[int, Customer]:
    found = Customer.objects.filter(pk__in=ids, anonymised_at__isnull=True).order_by("pk")
    return {customer.pk: customer for customer in found.select_for_update(of=("self",))}


def _keep(change: ImportChange, why: str) -> None:
    change.outcome, change.why = Outcome.KEPT, why


def _remove_addresses(changes: Sequence[ImportChange], told: dict[int, dict[str, Any]]) -> None:
    ids = [change.object_id for change in changes if change.object_id]
    points = {point.pk: point for point in ContactPoint.objects.filter(pk__in=ids).order_by("pk").select_for_update()}
    used = in_use(ContactPoint, list(points))
    gone: list[int] = []
    for change in changes:
        point = points.get(change.object_id or 0)
        if point is None:
            _keep(change, GONE)
        elif point.pk in used:
            _keep(change, IN_USE)
        elif point.retired_at or point.verified_at or point.value != change.after["value"]:
            _keep(change, CHANGED_SINCE)
        else:
            gone.append(point.pk)
            change.outcome = Outcome.UNDONE
            told[change.customer_id]["before"].setdefault("addresses_removed", []).append(point.channel)
    ContactPoint.objects.filter(pk__in=gone).delete()


def _restore_fields(
    changes: Sequence[ImportChange], customers: dict[int, Customer], told: dict[int, dict[str, Any]]
) -> None:
    restored = []
    for change in changes:
        customer = customers.get(change.customer_id)
        if customer is None:
            _keep(change, GONE)
            continue
        now = plain({name: getattr(customer, name) for name in change.after})
        mine = [name for name, value in change.after.items() if now[name] == value]
        if not mine:
            _keep(change, CHANGED_SINCE)
            continue
        for name in mine:
            setattr(customer, name, _value(name, change.before[name]))
            told[customer.pk]["before"][name], told[customer.pk]["after"][name] = now[name], change.before[name]
        restored.append(customer)
        whole = len(mine) == len(change.after)
        change.outcome, change.why = (Outcome.UNDONE, "") if whole else (Outcome.PARTLY, CHANGED_SINCE)
    Customer.objects.bulk_update(restored, FIELDS)


def _value(name: str, said: Any) -> Any:
    is_day = isinstance(Customer._meta.get_field(name), DateField)
    return date.fromisoformat(said) if is_day and said else said


def _remove_customers(
    changes: Sequence[ImportChange], customers: dict[int, Customer], told: dict[int, dict[str, Any]]
) -> set[int]:
    used = in_use(Customer, [change.customer_id for change in changes])
    removed: set[int] = set()
    for change in changes:
        customer = customers.get(change.customer_id)
        if customer is None:
            _keep(change, GONE)
        elif customer.pk in used:
            _keep(change, IN_USE)
        elif plain({name: getattr(customer, name) for name in FIELDS}) != change.after:
            _keep(change, CHANGED_SINCE)
        else:
            removed.add(customer.pk)
            change.outcome = Outcome.UNDONE
            told[customer.pk]["before"] |= change.after
            told[customer.pk]["after"]["removed"] = True
    Customer.objects.filter(pk__in=removed).delete()
    return removed


def in_use(model: type[Model], ids: Collection[int]) -> set[int]:
    """Those at which any other row of the database points: one query for each relation, whatever its app."""
    used: set[int] = set()
    for relation in model._meta.related_objects:
        pointing = relation.related_model._base_manager.filter(**{f"{relation.field.name}__in": ids})
        used |= set(pointing.order_by().values_list(relation.field.attname, flat=True).distinct())
    return used


def _record(
    told: dict[int, dict[str, Any]], customers: dict[int, Customer], removed: set[int], actor: User | Job, at: datetime
) -> None:
    known = {pk: said for pk, said in told.items() if pk in customers}
    record_all(
        [
            entry(actor, "customer.import_undone", "customer", customers[pk].number, at=at, customer_id=pk, **said)
            for pk, said in sorted(known.items())
        ]
    )
    left = [{"customer_id": pk, "because": "import undone"} for pk in sorted(known) if pk not in removed]
    outbox.events("customer.grounds_changed", left, at=at)
