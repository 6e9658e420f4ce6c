"""Writing the trail. Call inside the transaction of the change; the row commits or vanishes with it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction

from portal.audit.models import AuditEntry
from portal.planned import insert, insert_with

if TYPE_CHECKING:
    from django.db.models import Model

    from portal.people.models import User


@dataclass(frozen=True, slots=True)
class Job:
    """A named job acts where no person does: "consent.record_passage", "import_customers"."""

    name: str


def entry(
    actor: User | Job,
    verb: str,
    subject_type: str,
    subject_id: object,
    *,
    at: datetime,
    customer_id: int | None = None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> AuditEntry:
    """An unsaved audit row; bulk verbs collect these and save them with `record_all`.

    Where a person acts through another system, `after` names it."""
    job = actor.name if isinstance(actor, Job) else ""
    through = {} if isinstance(actor, Job) or not actor.through else {"through": actor.through}
    return AuditEntry(
        at=at,
        actor=None if isinstance(actor, Job) else actor,
        job=job,
        verb=verb,
        subject_type=subject_type,
        subject_id=str(subject_id),
        customer_id=customer_id,
        before=_plain(before),
        after=_plain({**(after or {}), **through}),
    )


def record(actor: User | Job, verb: str, subject_type: str, subject_id: object, **fields: Any) -> AuditEntry:
    """Write one audit row (arguments as in `entry`).

    Raises RuntimeError outside a transaction: an entry that could survive a rolled-back change, or be lost beside
    a committed one, proves nothing.
    """
    demand_transaction()
    row = entry(actor, verb, subject_type, subject_id, **fields)
    insert(row)
    return row


def record_with(
    row: Model,
    actor: User | Job,
    verb: str,
    subject_type: str,
    subject_id: object,
    *,
    once: tuple[str, ...],
    **fields: Any,
) -> bool:
    """Insert a row that is all of its change, and its audit entry (arguments as in `entry`), by one statement, which is
    a transaction of its own. False, and neither is written, where another row has the same `once` (`insert_with`).

    Within somebody's transaction that one can go on after a failure, as after one of `atomic`."""
    told = entry(actor, verb, subject_type, subject_id, **fields)
    with transaction.atomic() if connection.in_atomic_block else nullcontext():
        return insert_with(row, told, once=once)


def record_all(rows: list[AuditEntry]) -> None:
    """Write many audit rows in one statement, for verbs that act on many things at once."""
    demand_transaction()
    AuditEntry.objects.bulk_create(rows)


def demand_transaction() -> None:
    """Raise RuntimeError outside a transaction; for what writes more than its entry and must leave nothing behind."""
    if not connection.in_atomic_block:
        raise RuntimeError("An audit entry belongs into the transaction of the change it tells about.")


def _plain(values: Mapping[str, Any] | None) -> dict[str, Any]:
    return json.loads(json.dumps(dict(values or {}), cls=DjangoJSONEncoder))
