"""The rows of a CSV list that has been inspected, with as little work for each as there can be: there may be millions.

`reading.references` says the same of them (tests/screening/test_quick.py) and knows the other forms of lists.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator

from contacts.customers.importing.columns import layout
from contacts.customers.importing.reading.base import Source
from contacts.customers.importing.report import harmless
from contacts.screening.asking import Kind, Reference
from contacts.screening.reading import COLUMNS


def references(source: Source) -> Iterator[Reference]:
    """One for each row, by the first of its cells that says something. The file is as it was when it was inspected."""
    places = layout(COLUMNS, source.header).places
    order = [(kind, places[kind]) for kind in Kind if kind in places]
    with source.path.open(encoding=source.encoding, errors="replace", newline="") as file:
        reader = csv.reader(file, delimiter=source.delimiter, strict=True)
        begins = 1
        for cells in reader:
            line, begins = begins, reader.line_num + 1
            if line <= source.header_line:
                continue
            for kind, place in order:
                if place < len(cells) and (cell := cells[place].strip()):
                    yield Reference(line, kind, _plain(cell) if cell[0] == "'" else cell)
                    break
            else:
                if any(cell.strip() for cell in cells):
                    yield Reference(line, order[0][0], "")


def _plain(cell: str) -> str:
    """Without the apostrophe that an export put before what looks like a formula (+49...)."""
    return cell[1:] if harmless(cell[1:]) == cell else cell
