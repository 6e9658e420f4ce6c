"""Which column of a file is which field: known by its name, whatever its case, blanks and hyphens."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from contacts.customers.importing.reading.base import BOOLEAN, DATE, NUMBER, FileRefused

# The columns that an error file puts in front; a corrected error file is imported without them.
REPORT_COLUMNS = ("Zeile", "Spalte", "Wert", "Grund", "Abhilfe")
AS_NUMBER = frozenset({NUMBER})
AS_DATE = frozenset({DATE})
AS_YES = frozenset({NUMBER, BOOLEAN})
ONLY_TEXT: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Column:
    """One field of a kind. The first of `names` heads the template; `takes` says what Excel may keep besides text."""

    field: str
    label: str | Promise
    names: tuple[str, ...]
    takes: frozenset[str] = AS_NUMBER
    needed: bool = False


@dataclass(frozen=True)
class Columns:
    """All fields of a kind, in the order of its template."""

    all: tuple[Column, ...]
    why_needed: str | Promise
    by_field: dict[str, Column] = field(init=False)
    by_name: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_field", {column.field: column for column in self.all})
        names = {spelled(name): column.field for column in self.all for name in (*column.names, column.field)}
        object.__setattr__(self, "by_name", names)

    def template(self) -> list[str]:
        return [column.names[0] for column in self.all]

    def propose(self, header: Sequence[str]) -> list[str]:
        """The field of each column as its name says; '' where nobody knows it."""
        return ["" if spelled(name) in IGNORED else self.by_name.get(spelled(name), "") for name in header]

    def check(self, header: Sequence[str], fields: Sequence[str]) -> None:
        """Raises FileRefused where two columns are one field or a needed field has no column."""
        seen: dict[str, str] = {}
        for name, chosen in zip(header, fields, strict=True):
            if chosen and chosen not in self.by_field:
                raise FileRefused(_("There is no field “%(field)s”.") % {"field": chosen})
            if chosen and chosen in seen:
                raise FileRefused(
                    _("The columns “%(first)s” and “%(second)s” mean the same. Remove one.")
                    % {"first": seen[chosen], "second": name}
                )
            seen[chosen] = name
        for column in self.all:
            if column.needed and column.field not in seen:
                raise FileRefused(
                    _("There is no column “%(name)s”. %(why)s") % {"name": column.names[0], "why": self.why_needed}
                )

    def unknown(self, header: Sequence[str], fields: Sequence[str]) -> list[str]:
        """Names of the columns that are not taken; they are named in the report."""
        pairs = zip(header, fields, strict=True)
        return [name for name, chosen in pairs if name and not chosen and spelled(name) not in IGNORED]


def spelled(name: str) -> str:
    """One spelling of a column name."""
    return re.sub(r"[\s\-_.]", "", name.casefold())


IGNORED = {spelled(name) for name in REPORT_COLUMNS}


def kept(header: Sequence[str]) -> list[int]:
    """The places of the columns that do not come from an error file."""
    return [place for place, name in enumerate(header) if spelled(name) not in IGNORED]


def signature(header: Sequence[str]) -> str:
    """64 hex digits, the same for files with the same columns in the same order, corrected error files among them."""
    said = "\x1f".join(spelled(header[place]) for place in kept(header))
    return hashlib.sha256(said.encode()).hexdigest()


@dataclass(frozen=True)
class Layout:
    """A header with the field of each of its columns."""

    header: tuple[str, ...]
    fields: tuple[str, ...]
    columns: Columns

    @property
    def places(self) -> dict[str, int]:
        return {chosen: place for place, chosen in enumerate(self.fields) if chosen}

    def column_name(self, name: str) -> str:
        """What the file calls a field, or what the template would call it."""
        place = self.places.get(name)
        known: Any = self.columns.by_field.get(name)
        return self.header[place] if place is not None else known.names[0] if known else name


def layout(columns: Columns, header: Sequence[str], fields: Sequence[str] | None = None) -> Layout:
    """The proposed layout, or the one that was chosen. Raises FileRefused where it does not go together."""
    chosen = list(fields) if fields is not None else columns.propose(header)
    columns.check(header, chosen)
    return Layout(tuple(header), tuple(chosen), columns)
