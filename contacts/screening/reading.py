"""A list of customers as a file: CSV, an Excel workbook or JSON lines with a column that names them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contacts.customers.importing import reading
from contacts.customers.importing.columns import Column, Columns, layout
from contacts.customers.importing.reading import archive, json_lines, sheet, text
from contacts.customers.importing.reading.base import FileRefused, Row, Source
from contacts.screening.asking import Kind, Reference
from portal.cells import plain

#: A list is read as a stream and holds one reference a row: it may be longer than one of full records.
MOST_ROWS = 5_000_000
REFERENCE = "reference"
COLUMNS = Columns(
    all=(
        Column(Kind.ID, gettext_lazy("Number in this system"), ("ID",)),
        Column(Kind.NUMBER, gettext_lazy("Customer number"), ("Kundennummer", "customer number", REFERENCE)),
        Column(Kind.EMAIL, gettext_lazy("E-mail address"), ("E-Mail", "Mail", "email address")),
        Column(Kind.PHONE, gettext_lazy("Telephone number"), ("Telefon", "phone number", "Telefonnummer")),
    ),
    why_needed="",
)
#: The fields of JSON lines.
FIELDS = ("id", REFERENCE, "email", "phone")


def inspect(path: Path, *, by: str = "", most: int = 0) -> Source:
    """Check every limit, and that some column names customers; `by` says which it must be (a Kind). With `most` only
    so many rows are read. Raises FileRefused with a whole sentence."""
    source = _inspect(path, most)
    if not places_of(source, by):
        names = [column.names[0] for column in COLUMNS.all if not by or column.field == by]
        raise FileRefused(_("No column names the customers. Name one “%(names)s”.") % {"names": "”, “".join(names)})
    return source


def _inspect(path: Path, most: int) -> Source:
    with path.open("rb") as file:
        start = file.read(4096)
    if start[:4] == archive.OLE:
        raise archive.refuse_ole(path)
    if start[:4] in archive.ZIP:
        reading.check_size(path.stat().st_size)
        return sheet.inspect(path, most=most)
    if json_lines.is_json(start):
        return json_lines.inspect(path, fields=FIELDS, most_rows=MOST_ROWS, most=most)
    return text.inspect(path, most_rows=MOST_ROWS, most=most)


def references(source: Source, *, by: str = "") -> Iterator[Reference]:
    """One for each row, by the first of its cells that says something."""
    order = places_of(source, by)
    return (_reference(row, order) for row in reading.rows(source))


def places_of(source: Source, by: str) -> list[tuple[Kind, int]]:
    """Which columns name customers, in the order in which they are asked. The column `reference` is whatever `by`
    says: so the result of a screening is itself a list."""
    places = layout(COLUMNS, source.header).places
    if by and by not in places and source.header.count(REFERENCE) == 1 and source.form != "jsonl":
        return [(Kind(by), source.header.index(REFERENCE))]
    return [(kind, places[kind]) for kind in Kind if kind in places and by in ("", kind)]


def _reference(row: Row, order: list[tuple[Kind, int]]) -> Reference:
    for kind, place in order:
        cell = row.cells[place].strip() if place < len(row.cells) else ""
        if cell:
            return Reference(row.line, kind, plain(cell).strip())
    return Reference(row.line, order[0][0], "")
