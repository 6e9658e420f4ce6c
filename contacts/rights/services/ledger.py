"""The ledger of erasures: in the database with the erasure itself, and soon after in a file that no restore reaches.

A line holds keyed hashes and nothing else; without the keys nobody can read it, nor write one that counts. After a
backup came back, `replay` erases again whoever was erased since (docs/rights.md).
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from contacts.customers.models import Customer, SuppressionEntry
from contacts.customers.services import erase_customer
from contacts.customers.suppression.digests import all_digests, ring
from contacts.customers.suppression.standing import keep_keys
from contacts.rights.models import ErasureEntry
from portal.audit.services import Job

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from portal.people.models import User

REPLAY = Job("erasures.replay")
#: Keeps these hashes apart from those of addresses.
WHO, LINE = "erased customer", "line of the ledger of erasures"
VERSION = 1


def enter_into_ledger(acting_user: User | Job, customer: Customer, at: datetime) -> None:
    """Called under the customer's lock, in the transaction of the erasure, when its addresses are refused already."""
    history = digests_of(customer.number)
    if ErasureEntry.objects.filter(digest__in=history).exists():
        return
    points = customer.contact_points.select_related("customer")
    digests = {one for point in points for one in all_digests(point, customer)}
    kept = SuppressionEntry.objects.filter(digest__in=digests, twin=0).order_by("pk")
    refused = [list(row) for row in kept.values_list("scope", "reason", "digest", "generation")]
    ErasureEntry.objects.create(digest=history[-1], fingerprint=_newest_key(), refused=refused, at=at)


def digests_of(number: str) -> tuple[str, ...]:
    """Under what a customer may stand in the ledger: one for each generation of the keys, oldest first."""
    return ring().history(WHO, number.strip().upper())


def _newest_key() -> str:
    return ring().fingerprint(ring().newest)


def unwritten() -> QuerySet[ErasureEntry]:
    """What is in the database and not yet in the file."""
    return ErasureEntry.objects.filter(written_at__isnull=True).order_by("pk")


def write_out(path: Path, *, at: datetime) -> int:
    """Append what the file does not have yet; returns how many lines. The line is on the disk before the row says so,
    so a crash in between writes it twice, which does no harm. One at a time: the clock's job holds the name. Where
    nobody was ever erased the file is there and empty, so that a file that is gone is noticed."""
    rows = list(unwritten())
    if rows or not ErasureEntry.objects.exists():
        _append(path, b"".join(line_of(row) for row in rows))
    ErasureEntry.objects.filter(pk__in=[row.pk for row in rows]).update(written_at=at)
    return len(rows)


def _append(path: Path, lines: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    flags = os.O_RDWR | os.O_APPEND | os.O_CREAT
    with os.fdopen(os.open(path, flags, 0o600), "a+b") as file:
        if lines:
            file.write(_mended(file) + lines)
        file.flush()
        os.fsync(file.fileno())


def _mended(file: Any) -> bytes:
    """A new line after half a line that a crash left behind: it must not spoil the next one."""
    end = file.seek(0, os.SEEK_END)
    if not end:
        return b""
    file.seek(end - 1)
    last = file.read(1)
    return b"" if last == b"\n" else b"\n"


def line_of(row: ErasureEntry) -> bytes:
    said = {"v": VERSION, "at": row.at.isoformat(), "key": row.fingerprint, "customer": row.digest}
    said |= {"refused": row.refused}
    return _dumped(said | {"seal": ring().digest(LINE, _dumped(said).decode())}) + b"\n"


def _dumped(said: dict[str, Any]) -> bytes:
    return json.dumps(said, sort_keys=True, separators=(",", ":")).encode()


@dataclass
class Ledger:
    """What was read: the entries by their digest, and what is wrong with which line."""

    entries: dict[str, dict[str, Any]] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


def read(path: Path) -> Ledger:
    """The file as far as it can be trusted. A file that is not there is a problem too: it would look like nobody."""
    found = Ledger()
    if not path.exists():
        found.problems.append(_("The ledger of erasures is not there: %(path)s.") % {"path": path})
        return found
    known = {ring().fingerprint(generation) for generation in range(1, ring().newest + 1)}
    for number, line in _lines(path):
        entry = _entry(line)
        if entry is None:
            found.problems.append(
                _("Line %(number)s is damaged or was not written by this portal.") % {"number": number}
            )
        elif entry["key"] not in known:
            found.problems.append(_("Line %(number)s was written under a key that is not set.") % {"number": number})
        else:
            found.entries[entry["customer"]] = entry
    return found


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            if line.strip():
                yield number, line


def _entry(line: bytes) -> dict[str, Any] | None:
    try:
        said = json.loads(line)
        seal = said.pop("seal")
        sealed = seal in ring().history(LINE, _dumped(said).decode())
    except (ValueError, KeyError, AttributeError, TypeError):
        return None
    return said if sealed or said.get("key") not in _fingerprints() else None


def _fingerprints() -> set[str]:
    return {ring().fingerprint(generation) for generation in range(1, ring().newest + 1)}


@dataclass(frozen=True, slots=True)
class Replayed:
    """What came of it: entries in the ledger, people erased again, refusals put back, and what is wrong."""

    entries: int
    erased: int
    refused: int
    problems: tuple[str, ...]


def replay(path: Path, *, at: datetime) -> Replayed:
    """Erase again whoever the ledger names, and refuse their addresses again. A second time changes nothing.

    A line that cannot be trusted is a problem, and the others are replayed all the same. Each person is a transaction.
    """
    ledger = read(path)
    _remember(ledger, at)
    wanted = set(ledger.entries) | set(ErasureEntry.objects.values_list("digest", flat=True))
    erased = sum(_erase_again(pk, at) for pk in _named(wanted))
    return Replayed(len(wanted), erased, _refuse_again(ledger, at), tuple(ledger.problems))


def _named(wanted: set[str]) -> list[int]:
    """Customers who are there and whom the ledger names."""
    rows = Customer.objects.filter(anonymised_at__isnull=True).order_by("pk").values_list("pk", "number")
    return [pk for pk, number in rows.iterator(10_000) if wanted.intersection(digests_of(number))]


@transaction.atomic
def _erase_again(pk: int, at: datetime) -> int:
    erase_customer(REPLAY, customer=Customer.objects.get(pk=pk), at=at)
    return 1


def _remember(ledger: Ledger, at: datetime) -> None:
    """The table says again what the file says; the file has these lines, so nothing is written twice."""
    rows = [
        ErasureEntry(
            digest=one["customer"],
            fingerprint=one["key"],
            refused=one["refused"],
            at=datetime.fromisoformat(one["at"]),
            written_at=at,
        )
        for one in ledger.entries.values()
    ]
    ErasureEntry.objects.bulk_create(rows, ignore_conflicts=True)


@transaction.atomic
def _refuse_again(ledger: Ledger, at: datetime) -> int:
    """The entries of the suppression list that the erasures had left, in today's generation."""
    rows = [row for one in ledger.entries.values() for row in one["refused"]]
    wanted = {(scope, ring().wrap(digest, generation)): reason for scope, reason, digest, generation in rows}
    digests = {digest for _scope, digest in wanted}
    there = set(SuppressionEntry.objects.filter(digest__in=digests).values_list("scope", "digest"))
    made = [
        SuppressionEntry(digest=digest, generation=ring().newest, scope=scope, reason=reason, created_at=at)
        for (scope, digest), reason in sorted(wanted.items())
        if (scope, digest) not in there
    ]
    if made:
        keep_keys(at=at)
        SuppressionEntry.objects.bulk_create(made, ignore_conflicts=True)
    return len(made)
