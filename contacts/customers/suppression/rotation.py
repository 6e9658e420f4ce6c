"""Putting everything that is kept as a digest under the newest key, beside running writers and after any kill.

Each batch is one transaction, and each row carries its generation: started again after `kill -9` the rotation goes on
with what is left. Refusals come first, addresses of customers last; look-ups ask for every generation, so that they
give the same answer at every moment.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import Model, Q

from contacts.customers.models import ContactPoint
from contacts.customers.suppression.digests import ring
from contacts.customers.suppression.models import SuppressionEntry, SuppressionKey, SuppressionListEntry
from contacts.customers.suppression.standing import keep_keys
from portal.audit.services import Job, record

JOB = Job("suppression.rotate_key")
BATCH = 1_000
TRIES = 5
CLAIM = 20_262  # our corner of the advisory locks


class RotationRuns(Exception):
    """Another process is rotating right now."""


@dataclass(frozen=True, slots=True)
class Table:
    """One table with digests: `once` names what a digest is unique with, `drops` whether a second row may go."""

    model: type[Model]
    word: str
    once: str = ""
    drops: bool = False


TABLES = (
    Table(SuppressionEntry, "entries", once="scope"),
    Table(SuppressionListEntry, "list_entries", once="list_id", drops=True),
    Table(ContactPoint, "addresses"),
)


def behind() -> dict[str, int]:
    """How many rows of each table are of an older generation than the newest key."""
    return {table.word: _behind(table).count() for table in TABLES}


def _behind(table: Table) -> Any:
    return table.model._default_manager.filter(generation__lt=ring().newest)


def rotate(*, at: datetime, batch: int = BATCH, told: Callable[[str, int], None] = lambda word, rows: None) -> int:
    """Put every digest under the newest key; returns how many rows were changed.

    Raises KeysMissing if the settings lack a key that the database knows, RotationRuns if another process is at it.
    One audit entry when a generation begins, one when a run has changed something and nothing is left behind.
    """
    with _claim():
        _begin(at)
        rows: dict[str, int] = {}
        for table in TABLES:
            rows[table.word] = sum(_told(told, table.word, done) for done in _batches(table, batch))
        if any(rows.values()):
            _finish(rows, at)
        return sum(rows.values())


@contextmanager
def _claim() -> Iterator[None]:
    """A lock of the session: gone with the process that holds it, also when that is killed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, 0)", [CLAIM])
        if not cursor.fetchone()[0]:
            raise RotationRuns
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s, 0)", [CLAIM])


@transaction.atomic
def _begin(at: datetime) -> None:
    newest = ring().newest
    known = SuppressionKey.objects.filter(generation=newest).exists()
    keep_keys(at=at)
    if not known:
        record(JOB, "suppression.key_added", "suppression_key", newest, at=at, after={"generation": newest})


@transaction.atomic
def _finish(rows: dict[str, int], at: datetime) -> None:
    record(JOB, "suppression.rotated", "suppression_key", ring().newest, at=at, after=rows)


def _told(told: Callable[[str, int], None], word: str, done: int) -> int:
    told(word, done)
    return done


def _batches(table: Table, batch: int, *, within: Q | None = None) -> Iterator[int]:
    """Wrap batch after batch along the primary key; once more from the start while a writer has left something."""
    last = 0
    while True:
        done, last = _patiently(table, batch, last, within or Q())
        if done:
            yield done
        elif not _behind(table).filter(within or Q()).exists():
            return


def _patiently(table: Table, batch: int, last: int, within: Q) -> tuple[int, int]:
    """A writer may put the very digest there that a row is about to get: look again and go on."""
    for _attempt in range(TRIES):
        try:
            return _one_batch(table, batch, last, within)
        except IntegrityError:
            continue
    return _one_batch(table, batch, last, within)


@transaction.atomic
def _one_batch(table: Table, batch: int, last: int, within: Q) -> tuple[int, int]:
    """Rows changed and the key to go on behind; (0, 0) at the end of the table."""
    keys = ring()
    found = _behind(table).filter(within, pk__gt=last).order_by("pk").select_for_update(of=("self",))
    columns = ("pk", "digest", "generation", *([table.once] if table.once else []))
    rows = list(found.values_list(*columns)[:batch])
    if not rows:
        return 0, 0
    wrapped = [(pk, keys.wrap(digest, generation), *rest) for pk, digest, generation, *rest in rows]
    second = _second_rows(table, wrapped) if table.once else set()
    if table.drops and second:
        table.model._default_manager.filter(pk__in=second).delete()
        wrapped = [row for row in wrapped if row[0] not in second]
    _write(table, [(row[0], row[1], row[0] if row[0] in second else 0) for row in wrapped], keys.newest)
    return len(rows), rows[-1][0]


def _second_rows(table: Table, wrapped: list[tuple[Any, ...]]) -> set[int]:
    """Rows that would say a second time what another row says under the newest key already."""
    there = table.model._default_manager.filter(digest__in=[row[1] for row in wrapped])
    marked = set() if table.drops else _twins([row[0] for row in wrapped])
    seen = set((there if table.drops else there.filter(twin=0)).values_list("digest", table.once).order_by())
    second = set()
    for pk, digest, once in wrapped:
        if pk in marked:
            continue
        if (digest, once) in seen:
            second.add(pk)
        seen.add((digest, once))
    return second


def _twins(ids: list[int]) -> set[int]:
    return set(SuppressionEntry.objects.filter(pk__in=ids, twin__gt=0).values_list("pk", flat=True).order_by())


def _write(table: Table, rows: list[tuple[int, str, int]], generation: int) -> None:
    twin = ", twin = GREATEST(t.twin, v.twin)" if table.model is SuppressionEntry else ""
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table.model._meta.db_table} t SET digest = v.digest, generation = %s{twin}"
            " FROM unnest(%s::bigint[], %s::text[], %s::bigint[]) AS v(id, digest, twin) WHERE t.id = v.id",
            [generation, *([row[place] for row in rows] for place in range(3))],
        )


def renew_list(list_id: int) -> None:
    """Put the entries of one list under the newest key, inside the caller's transaction, before they are compared."""
    for _done in _batches(TABLES[1], 10_000, within=Q(list_id=list_id)):
        pass
