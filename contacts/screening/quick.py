"""The rows of a CSV list that has been inspected, with as little work for each as there can be: there may be millions.

`reading.references` says the same of them (tests/screening/test_quick.py) and knows the other forms of lists.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator

from contacts.customers.importing.reading.base import Source
from contacts.screening.asking import Reference
from contacts.screening.reading import places_of
from portal.cells import plain


def references(source: Source, *, by: str = "") -> Iterator[Reference]:
    """One for each row, by the first of its cells that says something. The file is as it was when it was inspected."""
    order = places_of(source, by)
    with source.path.open(encoding=source.encoding, errors="replace", newline="") as file:
        reader = csv.reader(file, delimiter=source.delimiter, strict=True)
        begins = 1
        for cells in reader:
            line, begins = begins, reader.line_num + 1
            if line <= source.header_line:
                continue
            for kind, place in order:
                if place < len(cells) and (cell := cells[place].strip()):
                    yield Reference(line, kind, plain(cell).strip() if cell[0] == "'" else cell)
                    break
            else:
                if any(cell.strip() for cell in cells):
                    yield Reference(line, order[0][0], "")
