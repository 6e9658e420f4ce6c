"""From the cells of a row to fields: what every kind of list has in common. Faults are collected, never repaired."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol, TypeVar

from django.utils.translation import gettext as _

from contacts.customers.importing import values
from contacts.customers.importing.columns import Layout
from contacts.customers.importing.reading.base import BOOLEAN, DATE, NUMBER, Row
from contacts.customers.importing.values import Refused

T = TypeVar("T")


class Record(Protocol):
    """What a row says, once nothing in it is at fault."""

    @property
    def row(self) -> Row: ...

    @property
    def number(self) -> str: ...


@dataclass(frozen=True, slots=True)
class RowError:
    """Why a row was not taken: the cell, the reason, the fix."""

    row: Row
    column: str
    value: str
    reason: str
    fix: str

    def as_json(self) -> dict[str, object]:
        said = {"column": self.column, "value": self.value[:200], "reason": self.reason, "fix": self.fix}
        return {"line": self.row.line, **said}


class RowReader(Protocol):
    """Reads the rows of one file in their order."""

    def read(self, row: Row) -> Record | list[RowError]: ...


@dataclass
class Taken:
    """The cells of one row by field, and what is wrong with them."""

    row: Row
    layout: Layout
    cells: dict[str, str] = field(default_factory=dict)
    errors: list[RowError] = field(default_factory=list)

    def take(self, name: str, reader: Callable[[str], T]) -> T | None:
        """The value of a field; None where the cell is empty or refused."""
        text = self.cells.get(name, "")
        if not text:
            return None
        try:
            return reader(text)
        except Refused as refusal:
            self.refuse(name, text, refusal.reason, refusal.fix)
            return None

    def need(self, name: str, reader: Callable[[str], T]) -> T | None:
        """As `take`, and an empty cell is a fault."""
        if not self.cells.get(name):
            self.refuse(name, "", _("The cell is empty."), _("Enter it: without it the row says nothing."))
            return None
        return self.take(name, reader)

    def refuse(self, name: str, value: str, reason: str, fix: str) -> None:
        self.errors.append(RowError(self.row, self.layout.column_name(name), value, reason, fix))

    def is_number(self, name: str) -> bool:
        """Whether a workbook keeps the cell as a number: leading zeros are gone then."""
        return self.row.types.get(self.layout.places.get(name, -1)) == NUMBER


@dataclass
class Seen:
    """What may be in a file only once, and the line on which it was."""

    lines: dict[Hashable, int] = field(default_factory=dict)

    def first(self, key: Hashable) -> int | None:
        return self.lines.get(key)

    def note(self, key: Hashable, row: Row) -> None:
        self.lines[key] = row.line


def taken(row: Row, layout: Layout) -> Taken:
    """The cells that are mapped, cleaned; cells that cannot be read, formulas and wrong types are faults."""
    found = Taken(row, layout)
    for name, place in layout.places.items():
        raw = row.cells[place] if place < len(row.cells) else ""
        try:
            found.cells[name] = values.clean(raw)
            _check_type(row, place, layout.columns.by_field[name].takes)
        except Refused as refusal:
            found.cells[name] = ""
            found.refuse(name, raw, refusal.reason, refusal.fix)
    extra = [cell for cell in row.cells[len(layout.header) :] if cell.strip()]
    if extra:
        fix = _("Put text that contains the separator into quotation marks.")
        found.errors.append(RowError(row, "", extra[0], _("The row has more cells than the header."), fix))
    return found


def _check_type(row: Row, place: int, takes: frozenset[str]) -> None:
    if place in row.faults:
        raise Refused(row.faults[place].reason, row.faults[place].fix)
    kind = row.types.get(place)
    if kind is None or kind in takes:
        return
    fix = _("Format the column as text in Excel and enter the value again.")
    reasons = {
        NUMBER: _("Excel keeps a number here: leading zeros and a plus sign are lost."),
        DATE: _("Excel keeps a date here, and nobody knows what was typed."),
        BOOLEAN: _("Excel keeps true or false here."),
    }
    raise Refused(reasons[kind], fix)


def customer_number(found: Taken) -> str:
    """The number of the customer; '' with a fault where it is none."""
    number = found.cells.get("number", "")
    if not number:
        if not any(error.column == found.layout.column_name("number") for error in found.errors):
            found.refuse("number", "", _("The customer number is missing."), _("Enter it."))
    elif "/" in number or number.casefold() == "new" or len(number) > 40:
        fix = _("Use at most 40 characters without a slash.")
        found.refuse("number", number, _("This cannot be a customer number."), fix)
    return number


def display(value: Any) -> str:
    """A value as a person reads it in a list of differences."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return value.isoformat() if isinstance(value, date) else str(value)
