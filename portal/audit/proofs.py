"""Proofs that entries stand in the trail, for whoever gets them in an export.

`bundle` gives one JSON object; `VERIFIER` is the program that checks it, one file that needs nothing but Python.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable
from pathlib import Path
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from portal.audit.models import Anchor, AuditEntry, PrivateKey, SignedHead
from portal.audit.rules import leaf, tree
from portal.audit.stored import COLUMNS, STEP, StoredNodes

#: Ships with every export, under this name.
VERIFIER = Path(__file__).with_name("verifier.py")
VERIFIER_NAME = "verify_trail.py"
FORMAT = "kontaktklar-trail/1"
#: So many of the heads that were mailed go into a bundle, the newest: those that an auditor may hold.
MAILED_HEADS = 60
_READ = f"""
SELECT {COLUMNS}, s.index, s.committed
FROM audit_auditentry e JOIN audit_seal s ON s.entry_id = e.id
WHERE e.id = ANY(%s) AND s.index < %s ORDER BY s.index
"""


class NothingSealed(Exception):
    """There is no head yet, so nothing can be proven: the clock has not run. The sentence says what to do."""


def everything(entry: AuditEntry) -> bool:
    return True


def bundle(
    entry_ids: Collection[int],
    *,
    may_open: Callable[[AuditEntry], bool] = everything,
    sizes: Iterable[int] = (),
) -> dict[str, Any]:
    """Entries of the trail with everything that is needed to check them without the database.

    It reads only. Call `portal.audit.sealing.seal_and_sign(at=...)` before, so that the newest entries have their place
    too; otherwise they are named under `pending`. `may_open` says of which entries the reader may see private values
    (all unless it is given); of the others the commitment is there and the value is not. `sizes` are tree sizes of
    heads that the reader holds (beyond those mailed lately), so that the verifier can compare them.

    The shape, all hashes and keys in hexadecimal digits, all times in microseconds since 1970 (UTC):

    - ``format``: "kontaktklar-trail/1"
    - ``head``: ``{tree_size, root, time, key, signature}``, the newest signed head; ``key`` is the public key (Ed25519)
    - ``heads``: earlier heads of the same form, each with ``consistency``: the proof that ``head`` continues it
    - ``entries``: in the order of the tree, each with
        - ``id``, ``leaf_index``
        - ``data``: the very bytes that were hashed, as text (canonical JSON); in it ``before`` and ``after`` have the
          open values, ``committed`` the commitments by part and field
        - ``proof``: the inclusion proof against ``head``
        - ``opened``: ``[{part, field, value, salt}]``, the private values that the reader may see;
          HMAC-SHA256(salt, canonical JSON of value) is the commitment
        - ``erased``: ``[{part, field}]``, what went with the erasure of its person
        - ``closed``: ``[{part, field}]``, what is there but not for this reader
    - ``pending``: ids of entries that came after ``head``

    Raises NothingSealed where there is no head yet, LookupError for an id that the trail does not have.
    """
    wanted = {int(pk) for pk in entry_ids}
    head = SignedHead.objects.last()
    if head is None:
        raise NothingSealed(_("The audit trail has not been sealed yet. Start the worker, or run manage.py run_due."))
    rows, nodes = _rows(wanted, head.tree_size), StoredNodes()
    pending = _pending(wanted, rows)
    earlier = _earlier(head, sizes)
    _read_ahead(nodes, [row[10] for row in rows], [head.tree_size, *(one.tree_size for one in earlier)])
    seen = _seen(rows, may_open)
    keys = _keys([row for row in rows if row[0] in seen])
    return {
        "format": FORMAT,
        "head": head.plain().plain(),
        "heads": [_continued(one, head, nodes) for one in earlier],
        "entries": [_entry(row, nodes, head.tree_size, keys, row[0] in seen) for row in rows],
        "pending": pending,
    }


def as_text(made: dict[str, Any]) -> str:
    """A bundle as the file that the verifier takes."""
    return json.dumps(made, ensure_ascii=False, indent=1, sort_keys=True)


def _rows(wanted: set[int], size: int) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(_READ, [sorted(wanted), size])
        return [
            (*row[:8], json.loads(row[8]), json.loads(row[9]), row[10], json.loads(row[11]))
            for row in cursor.fetchall()
        ]


def _pending(wanted: set[int], rows: list[Any]) -> list[int]:
    missing = wanted - {row[0] for row in rows}
    there = set(AuditEntry.objects.filter(pk__in=missing).values_list("pk", flat=True)) if missing else set()
    if missing - there:
        raise LookupError(f"The trail has no entry {min(missing - there)}.")
    return sorted(missing)


def _earlier(head: SignedHead, sizes: Iterable[int]) -> list[SignedHead]:
    """One head of each size, the oldest first."""
    before = SignedHead.objects.filter(pk__lt=head.pk, tree_size__gt=0)
    mailed = before.filter(anchors__place=Anchor.Place.MAIL).order_by("-pk")[:MAILED_HEADS]
    asked = before.filter(tree_size__in=list(sizes))
    return sorted({one.pk: one for one in (*mailed, *asked)}.values(), key=lambda one: one.pk)


def _read_ahead(nodes: StoredNodes, indices: list[int], sizes: list[int]) -> None:
    """The pieces that all proofs of a bundle go through, by one statement for each level of tiles."""
    places = [*indices, *(max(0, size - 1) for size in sizes), *sizes]
    level, top = 0, max(sizes)
    while top >> level:
        nodes.read(level, [place >> (level + STEP) for place in places])
        level += STEP


def _continued(one: SignedHead, head: SignedHead, nodes: StoredNodes) -> dict[str, Any]:
    proof = tree.consistency_proof(nodes, one.tree_size, head.tree_size)
    return one.plain().plain() | {"consistency": [hash.hex() for hash in proof]}


def _seen(rows: list[Any], may_open: Callable[[AuditEntry], bool]) -> set[int]:
    private = [row[0] for row in rows if row[11]]
    if may_open is everything:
        return set(private)
    return {entry.pk for entry in AuditEntry.objects.filter(pk__in=private).select_related("actor") if may_open(entry)}


def _keys(rows: list[Any]) -> dict[str, bytes]:
    scopes = {_scope(row) for row in rows if row[11]}
    return {one.scope: bytes(one.key) for one in PrivateKey.objects.filter(scope__in=scopes)} if scopes else {}


def _scope(row: Any) -> str:
    return leaf.scope(row[0], row[5], row[6], row[7])


def _entry(row: Any, nodes: StoredNodes, size: int, keys: dict[str, bytes], seen: bool) -> dict[str, Any]:
    index, committed = row[10], row[11]
    before, after = (
        leaf.canonical(leaf.without(values, committed.get(part, {})))
        for part, values in zip(leaf.PARTS, row[8:10], strict=True)
    )
    said: dict[str, list[Any]] = {"opened": [], "erased": [], "closed": []}
    for part, values in zip(leaf.PARTS, row[8:10], strict=True):
        for name in sorted(committed.get(part, {})):
            _sort(said, part, name, values.get(name), row, keys.get(_scope(row)) if seen else None)
    return {
        "id": row[0],
        "leaf_index": index,
        "data": leaf.leaf(index, row[:8], before, after, committed).decode(),
        "proof": [hash.hex() for hash in tree.inclusion_proof(nodes, index, size)],
        **said,
    }


def _sort(said: dict[str, list[Any]], part: str, name: str, value: Any, row: Any, key: bytes | None) -> None:
    about = {"part": part, "field": name}
    if value == leaf.ERASED:
        said["erased"].append(about)
    elif key is None:
        said["closed"].append(about)
    else:
        said["opened"].append(about | {"value": value, "salt": leaf.salt_for(key, row[0], part, name).hex()})
