"""The sequencer: it gives a place in the tree to what is committed and has none yet, and signs what comes of it.

Nothing waits for it: entries are written without knowing of it, and one turn at a time is enough. It looks for what is
unsealed by itself and not by the last key it saw, because a transaction may commit later than one that began after it.
"""

from __future__ import annotations

import json
import logging
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Max

from portal.audit.models import PrivateKey, Seal, SignedHead, Tile
from portal.audit.rules import leaf, tree
from portal.audit.signing import sign
from portal.audit.stored import COLUMNS, STEP, StoredNodes
from portal.database import lock_name

logger = logging.getLogger(__name__)
#: No more entries than this lie between two heads, and no more time.
ENTRIES_A_HEAD = 1_000
HEAD_EVERY = timedelta(hours=1)
#: A turn looks among the entries that came after what was sealed so long ago; the nightly turn among all.
LOOK_BACK = timedelta(hours=2)
#: Held over a batch, and by whoever makes private values unreadable: no commitment is made to a value that just goes.
LOCK = "audit.seal"
_READ = f"""
SELECT {COLUMNS}
FROM audit_auditentry e
WHERE e.id > %s AND NOT EXISTS (SELECT FROM audit_seal s WHERE s.entry_id = e.id)
ORDER BY e.id LIMIT %s
"""
_WRITE = """
INSERT INTO audit_seal (index, entry_id, committed, leaf_hash)
SELECT u.index, u.entry, u.committed, u.hash
FROM unnest(%s::bigint[], %s::bigint[], %s::jsonb[], %s::bytea[]) AS u(index, entry, committed, hash)
"""


def seal(*, at: datetime, limit: int = 100_000, everything: bool = False) -> int:
    """Seal up to `limit` entries in batches of a transaction each, with a head where one is due; returns how many.
    `everything` looks through the whole trail, also for what committed hours after its key was drawn."""
    begin = 0 if everything else begin_after(at)
    done = 0
    while done < limit:
        count = _batch(at, begin, limit - done)
        done += count
        if not count:
            break
    return done


def seal_and_sign(*, at: datetime) -> SignedHead:
    """Seal what is there and sign a head over all of it, for an export that wants to prove its newest entries too."""
    seal(at=at, limit=1_000_000)
    with transaction.atomic():
        lock_name(LOCK)
        last = SignedHead.objects.last()
        return last if last is not None and last.tree_size == _size() else _sign(StoredNodes(), _size(), at)


@transaction.atomic
def _batch(at: datetime, begin: int, limit: int) -> int:
    lock_name(LOCK)
    size, last = _size(), SignedHead.objects.last()
    room = ENTRIES_A_HEAD - (size - last.tree_size if last else size)
    with connection.cursor() as cursor:
        cursor.execute(_READ, [begin, min(limit, max(1, room))])
        rows = cursor.fetchall()
    nodes = StoredNodes()
    if rows:
        _write(rows, size, nodes)
    size += len(rows)
    if last is None or size - last.tree_size >= ENTRIES_A_HEAD or abs(at - last.at) >= HEAD_EVERY:
        _sign(nodes, size, at)
    return len(rows)


def _write(rows: Sequence[Any], first: int, nodes: StoredNodes) -> None:
    told = [(*row[:8], json.loads(row[8]), json.loads(row[9])) for row in rows]
    keys = _keys(told)
    committed = [_commit(row, keys) for row in told]
    hashes = [leaf_of(first + place, row, said) for place, (row, said) in enumerate(zip(told, committed, strict=True))]
    nodes.known.update(((0, first + place), hash) for place, hash in enumerate(hashes))
    places, entries = [first + place for place in range(len(told))], [row[0] for row in told]
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, [places, entries, [json.dumps(said) for said in committed], hashes])
    _lay_tiles(nodes, first, first + len(told))


def leaf_of(index: int, row: Sequence[Any], committed: leaf.Commitments) -> bytes:
    """The hash of an entry, read as by `_READ`, at its place."""
    before, after = (
        leaf.canonical(leaf.without(values, committed.get(part, {})))
        for part, values in zip(leaf.PARTS, row[8:10], strict=True)
    )
    return tree.leaf_hash(leaf.leaf(index, row[:8], before, after, committed))


def _commit(row: Sequence[Any], keys: dict[str, bytes]) -> leaf.Commitments:
    key = keys.get(leaf.scope(row[0], row[5], row[6], row[7]))
    return leaf.commit(key, row[0], row[8], row[9]) if key is not None else {}


def _keys(rows: Sequence[Any]) -> dict[str, bytes]:
    """The keys of those about whom something private is told; who has none yet gets one."""
    scopes = {leaf.scope(row[0], row[5], row[6], row[7]) for row in rows if leaf.has_private(row[8], row[9])}
    known = {one.scope: bytes(one.key) for one in PrivateKey.objects.filter(scope__in=scopes)} if scopes else {}
    new = {scope: secrets.token_bytes(32) for scope in sorted(scopes - known.keys())}
    PrivateKey.objects.bulk_create(PrivateKey(scope=scope, key=key) for scope, key in new.items())
    return known | new


def _lay_tiles(nodes: StoredNodes, old: int, new: int) -> None:
    """The tiles that have become complete, level by level."""
    laid, level = list[Tile](), STEP
    while old >> level != new >> level:
        laid += [
            Tile(level=level, index=index, hash=nodes.build(level, index))
            for index in range(old >> level, new >> level)
        ]
        level += STEP
    Tile.objects.bulk_create(laid)


def _sign(nodes: StoredNodes, size: int, at: datetime) -> SignedHead:
    head = sign(size, tree.root(nodes, size), at)
    last = Seal.objects.aggregate(last=Max("entry_id"))["last"] or 0
    return SignedHead.objects.create(
        tree_size=size, root=head.root, at=at, key=head.key, signature=head.signature, last_entry=last
    )


def _size() -> int:
    last = Seal.objects.aggregate(last=Max("index"))["last"]
    return 0 if last is None else last + 1


def begin_after(at: datetime) -> int:
    """The key of an entry: all up to it were sealed long ago, but for what the nightly turn looks for."""
    head = SignedHead.objects.filter(at__lt=at - LOOK_BACK).last()
    return head.last_entry if head else 0
