"""A kind of list: which columns it has, how its rows are read, written, tried and undone.

The roof names the kinds in one table (`settings.IMPORT_KINDS`); this room knows its own kind and no other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol

from django.conf import settings
from django.utils.functional import Promise
from django.utils.module_loading import import_string

from contacts.customers.import_models import ImportChange
from contacts.customers.importing.columns import Columns, Layout
from contacts.customers.importing.taking import Record, RowError, RowReader
from portal.audit.services import Job

if TYPE_CHECKING:
    from portal.people.models import User


@dataclass
class Tally:
    """What happened to the rows of a file, in rows; `addresses` and `suppressed` in addresses."""

    created: int = 0
    changed: int = 0
    same: int = 0
    addresses: int = 0
    suppressed: int = 0
    refused: int = 0

    def add(self, other: Tally) -> None:
        for name, value in vars(other).items():
            setattr(self, name, getattr(self, name) + value)

    @property
    def good(self) -> int:
        return self.created + self.changed + self.same


@dataclass(frozen=True, slots=True)
class Difference:
    """What one row would change in one field, as a person reads it; `what` is new or changed."""

    line: int
    subject: str
    what: str
    field: str
    before: str
    after: str


@dataclass
class Chunk:
    """What became of some rows."""

    tally: Tally = field(default_factory=Tally)
    problems: list[RowError] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)
    changes: list[ImportChange] = field(default_factory=list)

    def add(self, other: Chunk) -> None:
        self.tally.add(other.tally)
        self.problems += other.problems
        self.differences += other.differences
        self.changes += other.changes


class Kind(Protocol):
    """What the engine asks of a kind of list."""

    name: str
    title: str | Promise
    columns: Columns
    has_sources: bool

    def reader(self, layout: Layout, today: date, default_source: str) -> RowReader:
        """Reads the rows of one file."""

    def write(self, records: Sequence[Any], *, actor: User | Job, at: datetime) -> Chunk:
        """Write records inside the caller's transaction. What the database refuses, it raises."""

    def preview(self, records: Sequence[Any], *, actor: User | Job, at: datetime) -> Chunk:
        """What `write` would do; nothing is kept."""

    def undo(self, changes: Sequence[ImportChange], *, actor: User | Job, at: datetime) -> None:
        """Take changes back inside the caller's transaction, newest first, and say at each what became of it."""

    def why_no_undo(self) -> str:
        """A sentence where this kind cannot be undone at all; '' where it can."""


@cache
def kinds() -> dict[str, Kind]:
    """Every kind that the roof names, by its name."""
    return import_string(settings.IMPORT_KINDS)


def get_kind(name: str) -> Kind:
    return kinds()[name]


__all__ = ["Chunk", "Difference", "Kind", "Record", "Tally", "get_kind", "kinds"]
