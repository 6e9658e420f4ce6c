"""Computes the trail anew and compares: entries with their seals, the tree with every signed head, and those with
the heads that were anchored outside. Nothing that is stored is believed; the first difference is the finding.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from portal.audit.findings import sentence
from portal.audit.models import SignedHead
from portal.audit.rules import heads, leaf, tree
from portal.audit.signing import NoSigningKey, is_signed, known_keys
from portal.audit.stored import COLUMNS, STEP

ERASED_VERB = ".erased"
_SCOPE = """CASE WHEN e.customer_id IS NOT NULL THEN 'customer:' || e.customer_id
    WHEN e.subject_type = 'person' THEN 'person:' || e.subject_id ELSE 'entry:' || e.id END"""
# One statement, so that a value and its key are from the same instant, whoever erases meanwhile.
_READ = f"""COPY (
    SELECT {COLUMNS}, s.index, s.entry_id, s.committed::text, encode(s.leaf_hash, 'hex'), encode(k.key, 'hex')
    FROM audit_seal s LEFT JOIN audit_auditentry e ON e.id = s.entry_id
    LEFT JOIN audit_privatekey k ON s.committed <> '{{}}' AND k.scope = {_SCOPE}
    ORDER BY s.index
) TO STDOUT"""
_UNSEALED = """
SELECT e.verb, e.customer_id, e.subject_type, e.subject_id FROM audit_auditentry e
WHERE NOT EXISTS (SELECT FROM audit_seal s WHERE s.entry_id = e.id)
"""


@dataclass(frozen=True, slots=True)
class Found:
    """What came of it; `finding` is empty where everything is right (words in `findings`)."""

    tree_size: int
    unsealed: int
    finding: str
    values: dict[str, Any]

    @property
    def ok(self) -> bool:
        return not self.finding

    @property
    def sentence(self) -> str:
        return sentence(self.finding, self.values)


class Differs(Exception):
    def __init__(self, finding: str, **values: Any) -> None:
        super().__init__(finding)
        self.finding, self.values = finding, values


@dataclass(slots=True)
class _Walk:
    """Along the leaves: the tree so far, and its root and largest entry wherever a head was signed."""

    wanted: set[int]
    tiles: dict[tuple[int, int], bytes]
    grown: tree.Tiled = field(default_factory=lambda: tree.Tiled(STEP))
    roots: dict[int, bytes] = field(default_factory=dict)
    last: dict[int, int] = field(default_factory=dict)
    largest: int = 0
    blanked: list[tuple[int, int | None, str, str]] = field(default_factory=list)
    erased: set[object] = field(default_factory=set)


def verify(*, heads_file: str | None = None) -> Found:
    """Verify everything, with the anchored heads of a file, or of the one in the settings where none is named.

    It reads only. A million entries take less than a minute (docs/evidence.md).
    """
    size, unsealed = 0, 0
    try:
        keys = _keys()
        stored = list(SignedHead.objects.order_by("pk"))
        if not stored and heads_file is None and not Path(settings.AUDIT_HEADS_FILE).exists():
            raise Differs("nothing")
        lines = _anchored(heads_file)
        walk = _walk({0, *(one.tree_size for one in stored), *(one.tree_size for _line, one in lines)})
        size = walk.grown.size
        unsealed = _erasures_are_told(walk)
        _heads_hold(stored, walk, keys)
        _anchors_hold(lines, stored, walk, keys)
    except Differs as trouble:
        return Found(size, unsealed, trouble.finding, trouble.values)
    return Found(size, unsealed, "", {"tree_size": size, "compared": len(lines)})


def _keys() -> set[bytes]:
    try:
        return known_keys()
    except NoSigningKey as error:
        raise Differs("no_key") from error


def _anchored(heads_file: str | None) -> list[tuple[int, heads.Head]]:
    """The heads of the file with their lines. Without any nothing would be verified."""
    path = Path(heads_file or settings.AUDIT_HEADS_FILE)
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Differs("no_file", file=path.name, why=getattr(error, "strerror", None) or str(error)) from error
    found = [(number, _head(number, line)) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    if not found:
        raise Differs("no_lines", file=path.name)
    return found


def _head(number: int, line: str) -> heads.Head:
    try:
        return heads.read(line)
    except ValueError as error:
        raise Differs("unreadable", line=number, why=str(error)) from error


def _walk(wanted: set[int]) -> _Walk:
    with connection.cursor() as cursor:
        cursor.execute("SELECT level, index, hash FROM audit_tile")
        walk = _Walk(wanted, {(level, index): bytes(hash) for level, index, hash in cursor.fetchall()})
    walk.roots[0], walk.last[0] = tree.EMPTY, 0
    try:
        for row in _rows():
            _step(walk, row)
    finally:
        _canonical.cache_clear()
    for level, index in walk.tiles:
        raise Differs("tile", entry=walk.largest, level=level, index=index)
    return walk


def _rows() -> Iterator[Sequence[str | None]]:
    connection.ensure_connection()
    with connection.connection.cursor() as cursor, cursor.copy(_READ) as copy:
        yield from copy.rows()


def _step(walk: _Walk, row: Sequence[Any]) -> None:
    entry_id, place = int(row[11]), walk.grown.size
    if row[0] is None:
        raise Differs("gone", entry=entry_id)
    if int(row[10]) != place:
        raise Differs("gap", entry=entry_id, place=place - 1)
    hash = _leaf(walk, place, row, entry_id)
    if hash.hex() != row[13]:
        raise Differs("changed", entry=entry_id)
    if row[4].endswith(ERASED_VERB):
        walk.erased |= _whose(row[7], row[5], row[6])
    walk.largest = max(walk.largest, entry_id)
    for level, index, tile in walk.grown.add(hash):
        if walk.tiles.pop((level, index), None) != tile:
            raise Differs("tile", entry=entry_id, level=level, index=index)
    if place + 1 in walk.wanted:
        walk.roots[place + 1], walk.last[place + 1] = walk.grown.root(), walk.largest


def _leaf(walk: _Walk, place: int, row: Sequence[Any], entry_id: int) -> bytes:
    about = (entry_id, row[1], row[2], row[3], row[4], row[5], row[6], row[7])
    if row[12] == "{}":
        return tree.leaf_hash(leaf.leaf(place, about, _canonical(row[8]), _canonical(row[9]), {}))
    committed, told = json.loads(row[12]), (json.loads(row[8]), json.loads(row[9]))
    try:
        _private(walk, row, entry_id, committed, told)
        before, after = (
            leaf.canonical(leaf.without(values, committed.get(part, {})))
            for part, values in zip(leaf.PARTS, told, strict=True)
        )
        return tree.leaf_hash(leaf.leaf(place, about, before, after, committed))
    except (AttributeError, TypeError) as error:
        raise Differs("unreadable_entry", entry=entry_id) from error


def _private(walk: _Walk, row: Sequence[Any], entry_id: int, committed: leaf.Commitments, told: Sequence[Any]) -> None:
    """Every value that was committed to is the one, or went with its person."""
    key = bytes.fromhex(row[14]) if row[14] else None
    for part, values in zip(leaf.PARTS, told, strict=True):
        for name, said in committed.get(part, {}).items():
            if name not in values:
                raise Differs("changed", entry=entry_id)
            if values[name] == leaf.ERASED:
                walk.blanked.append((entry_id, row[7], row[5], row[6]))
            elif key is None:
                raise Differs("keyless", entry=entry_id)
            elif leaf.commitment(leaf.salt_for(key, entry_id, part, name), values[name]) != said:
                raise Differs("private", entry=entry_id)


@lru_cache(maxsize=50_000)
def _canonical(text: str) -> str:
    """Most entries say one of few things."""
    return leaf.canonical(json.loads(text))


def _whose(customer: object, subject_type: object, subject_id: object) -> set[object]:
    """Whose erasure an entry tells of, or needs to have been told of."""
    mine: set[object] = {(subject_type, subject_id)}
    return mine if customer is None else {*mine, int(str(customer))}


def _erasures_are_told(walk: _Walk) -> int:
    """How many entries wait for their seal; among them may be the one that tells of an erasure."""
    with connection.cursor() as cursor:
        cursor.execute(_UNSEALED)
        rows = cursor.fetchall()
    for verb, *whose in rows:
        if verb.endswith(ERASED_VERB):
            walk.erased |= _whose(*whose)
    for entry_id, *whose in walk.blanked:
        if not _whose(*whose) & walk.erased:
            raise Differs("blanked", entry=entry_id)
    return len(rows)


def _heads_hold(stored: Iterable[SignedHead], walk: _Walk, keys: set[bytes]) -> None:
    """Each is signed by us and names the tree that the entries give; so each continues the one before."""
    before = 0
    for one in stored:
        head, about = one.plain(), {"size": one.tree_size, "entry": walk.last.get(one.tree_size, walk.largest)}
        if head.key not in keys:
            raise Differs("key", key=leaf.fingerprint(head.key), **about)
        if not is_signed(head):
            raise Differs("signature", **about)
        if head.tree_size not in walk.roots:
            raise Differs("short", tree_size=walk.grown.size, **about)
        if head.tree_size < before:
            raise Differs("order", **about)
        if walk.roots[head.tree_size] != head.root:
            raise Differs("root", **about)
        if one.last_entry != walk.last[head.tree_size]:
            raise Differs("head_changed", **about)
        before = head.tree_size


def _anchors_hold(
    lines: Sequence[tuple[int, heads.Head]], stored: Iterable[SignedHead], walk: _Walk, keys: set[bytes]
) -> None:
    """Whoever rewrites the trail may sign it anew. What was told to others stays as it was told."""
    mine, good = {one.plain() for one in stored}, 0
    for number, head in sorted(lines, key=lambda pair: pair[1].tree_size):
        if head.key not in keys or not is_signed(head):
            raise Differs("forged_line", line=number)
        if head.tree_size not in walk.roots:
            raise Differs("short", size=head.tree_size, tree_size=walk.grown.size, entry=walk.largest)
        if walk.roots[head.tree_size] != head.root:
            raise Differs("anchor", size=head.tree_size, entry=_first_after(good))
        if head not in mine:
            raise Differs("head_gone", size=head.tree_size)
        good = head.tree_size


def _first_after(size: int) -> int:
    """The entry at the first place that no unbroken anchored head covers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT entry_id FROM audit_seal WHERE index = %s", [size])
        row = cursor.fetchone()
    return row[0] if row else 0
