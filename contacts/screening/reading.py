"""A list of customers as a file: CSV or an Excel workbook with a column that names them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contacts.customers.importing import reading
from contacts.customers.importing.columns import Column, Columns, layout
from contacts.customers.importing.reading import archive, text
from contacts.customers.importing.reading.base import FileRefused, Row, Source
from contacts.customers.importing.report import harmless
from contacts.screening.asking import Kind, Reference

#: A list is read as a stream and holds one reference a row: it may be longer than one of full records.
MOST_ROWS = 5_000_000
COLUMNS = Columns(
    all=(
        Column(Kind.ID, gettext_lazy("Number in this system"), ("ID",)),
        Column(Kind.NUMBER, gettext_lazy("Customer number"), ("Kundennummer", "customer number", "reference")),
        Column(Kind.EMAIL, gettext_lazy("E-mail address"), ("E-Mail", "Mail", "email address")),
        Column(Kind.PHONE, gettext_lazy("Telephone number"), ("Telefon", "phone number", "Telefonnummer")),
    ),
    why_needed="",
)


def inspect(path: Path) -> Source:
    """Check every limit, and that some column names customers. Raises FileRefused with a whole sentence."""
    with path.open("rb") as file:
        start = file.read(4)
    is_text = start != archive.OLE and start not in archive.ZIP
    source = text.inspect(path, most_rows=MOST_ROWS) if is_text else reading.inspect(path)
    if not layout(COLUMNS, source.header).places:
        raise FileRefused(
            _("No column names the customers. Name one “%(names)s”.")
            % {"names": "”, “".join(column.names[0] for column in COLUMNS.all)}
        )
    return source


def references(source: Source) -> Iterator[Reference]:
    """One for each row, by the first of its cells that says something."""
    places = layout(COLUMNS, source.header).places
    order = [(kind, places[kind]) for kind in Kind if kind in places]
    return (_reference(row, order) for row in reading.rows(source))


def _reference(row: Row, order: list[tuple[Kind, int]]) -> Reference:
    for kind, place in order:
        cell = row.cells[place].strip() if place < len(row.cells) else ""
        if cell:
            return Reference(row.line, kind, _plain(cell))
    return Reference(row.line, order[0][0], "")


def _plain(cell: str) -> str:
    """Without the apostrophe that an export put before what looks like a formula (+49...)."""
    return cell[1:] if cell.startswith("'") and harmless(cell[1:]) == cell else cell
