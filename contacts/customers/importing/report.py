"""The error file: the refused rows as they were, with reason and fix in front, ready to be corrected."""

from __future__ import annotations

import csv
from pathlib import Path
from types import TracebackType
from typing import TextIO

from contacts.customers.importing.columns import IGNORED, REPORT_COLUMNS, spelled
from contacts.customers.importing.records import RowError

RISKY = ("=", "+", "-", "@", "\t", "\r", "\n")


def harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula; the import takes the apostrophe off again."""
    return f"'{cell}" if cell.lstrip(" \xa0").startswith(RISKY) else cell


class ErrorFile:
    """A CSV file for German Excel: semicolons, UTF-8 with a byte order mark. Made only if there is an error."""

    def __init__(self, path: Path | None, header: tuple[str, ...]) -> None:
        self.path, self.header = path, header
        self.kept = [place for place, name in enumerate(header) if spelled(name) not in IGNORED]
        self.file: TextIO | None = None

    def add(self, errors: list[RowError]) -> None:
        """The row once, with all its errors joined."""
        if self.path is None:
            return
        if self.file is None:
            self.file = self.path.open("w", encoding="utf-8-sig", newline="")
            self.writer = csv.writer(self.file, delimiter=";")
            self.writer.writerow([*REPORT_COLUMNS, *(self.header[place] for place in self.kept)])
        row = errors[0].row
        joined = [
            " | ".join(part) for part in zip(*[(e.column, e.value, e.reason, e.fix) for e in errors], strict=True)
        ]
        cells = [row.cells[place] if place < len(row.cells) else "" for place in self.kept]
        self.writer.writerow([harmless(cell) for cell in (str(row.line), *joined, *cells)])

    def __enter__(self) -> ErrorFile:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.file is not None:
            self.file.close()
