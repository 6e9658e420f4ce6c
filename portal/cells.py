"""The one way out into spreadsheets: CSV for German Excel in which no cell is a formula.

What a program may run when a cell begins with it: OWASP, "CSV Injection". Standard library only, so that pure modules
may write tables too.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from typing import Protocol

#: Also the full-width forms, which some programs take for the narrow ones.
RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%", "＝", "＋", "－", "＠")
#: What programs, or people, take off in front: blanks of every width, marks without width, quotation marks.
SKIPPED = " \xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
SKIPPED += "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\x00\x0b\x0c'\"‘’“”„‚"


def harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula: an apostrophe comes before what could be one."""
    return f"'{cell}" if cell.lstrip(SKIPPED).startswith(RISKY) else cell


def plain(cell: str) -> str:
    """What `harmless` was given: without its apostrophe, so that +49 221 ... is the same number after a round trip."""
    return cell[1:] if cell.startswith("'") and harmless(cell[1:]) == cell else cell


class Lines(Protocol):
    """Where the text goes: open it with newline=""."""

    def write(self, text: str, /) -> object: ...


class Table:
    """Rows as CSV with semicolons. Whoever writes it encodes it as `utf-8-sig`: Excel goes by the byte order mark."""

    def __init__(self, file: Lines) -> None:
        self._writer = csv.writer(file, delimiter=";")

    def row(self, cells: Iterable[object]) -> None:
        """One line. Numbers are numbers; every text is made harmless."""
        self._writer.writerow([harmless(cell) if isinstance(cell, str) else cell for cell in cells])

    def rows(self, rows: Iterable[Iterable[object]]) -> None:
        for row in rows:
            self.row(row)
