"""What the trail says of a person goes with the person (Art. 17 GDPR), and the tree stays what it was: leaves hold only
commitments to private values, and without the key a commitment tells nothing.

Call it in the transaction of the erasure, last, and write an entry whose verb ends with ".erased" about the same
customer or thing in that transaction: the database refuses the erasure otherwise.
"""

from __future__ import annotations

import json
from typing import Any

from django.db import connection

from portal.audit.models import PrivateKey
from portal.audit.rules import leaf
from portal.audit.sealing import LOCK
from portal.audit.services import demand_transaction
from portal.database import lock_name

_READ = """
SELECT e.id, e.before::text, e.after::text, s.committed::text
FROM audit_auditentry e LEFT JOIN audit_seal s ON s.entry_id = e.id WHERE {whose} ORDER BY e.id
"""
_WRITE = """
UPDATE audit_auditentry e SET before = u.before, after = u.after
FROM unnest(%s::bigint[], %s::jsonb[], %s::jsonb[]) AS u(id, before, after) WHERE e.id = u.id
"""


def forget_customer(customer_id: int) -> int:
    """Blank every private value in the entries about a customer and destroy the key of their commitments; returns how
    many entries that were."""
    return _forget("e.customer_id = %s", [customer_id], [f"customer:{customer_id}"])


def forget_person(user_id: int) -> int:
    """The same for the entries about an employee's account."""
    whose = "e.customer_id IS NULL AND e.subject_type = 'person' AND e.subject_id = %s"
    return _forget(whose, [str(user_id)], [f"person:{user_id}"])


def forget_things(subject_type: str, subject_ids: list[str]) -> int:
    """The same for entries about things that belong to no customer: each entry has a key of its own."""
    whose = "e.customer_id IS NULL AND e.subject_type = %s AND e.subject_id = ANY(%s)"
    return _forget(whose, [subject_type, subject_ids], None)


def _forget(whose: str, values: list[Any], scopes: list[str] | None) -> int:
    demand_transaction()
    lock_name(LOCK)
    with connection.cursor() as cursor:
        cursor.execute(_READ.format(whose=whose), values)
        rows = cursor.fetchall()
        changed = [(pk, *parts) for pk, *told in rows if (parts := _blanked(*told)) is not None]
        if changed:
            cursor.execute(_WRITE, [list(column) for column in zip(*changed, strict=True)])
    gone = scopes if scopes is not None else [f"entry:{row[0]}" for row in rows]
    PrivateKey.objects.filter(scope__in=gone).delete()
    return len(changed)


def _blanked(before: str, after: str, committed: str | None) -> tuple[str, str] | None:
    """Both parts without private values; None where there is none. What is sealed says itself which those are."""
    said = json.loads(committed) if committed is not None else None
    told = [json.loads(part) for part in (before, after)]
    left = [
        leaf.blanked(values, said.get(part, {}) if said is not None else None)
        for part, values in zip(leaf.PARTS, told, strict=True)
    ]
    return None if left == told else (json.dumps(left[0]), json.dumps(left[1]))
