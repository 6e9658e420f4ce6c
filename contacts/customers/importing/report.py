"""The error file: the refused rows as they were, with reason and fix in front, ready to be corrected."""

from __future__ import annotations

import io
import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from contacts.customers.importing.columns import REPORT_COLUMNS, kept
from contacts.customers.importing.taking import RowError
from portal.cells import Table


class ErrorFile:
    """A CSV file for German Excel: semicolons, UTF-8 with a byte order mark. Made only if there is an error.

    `size` is what has been written for good. A process that goes on after another one died gives the size that was
    committed, and what lies behind it in the file is cut off.
    """

    def __init__(self, path: Path | None, header: Sequence[str], *, size: int = 0) -> None:
        self.path, self.header, self.size = path, header, size
        self.kept = kept(header)
        if path is None:
            return
        if not size:
            path.unlink(missing_ok=True)
            return
        with path.open("r+b") as file:
            file.truncate(size)

    def add(self, problems: Iterable[Sequence[RowError]]) -> None:
        """Each refused row once, with all its errors joined; on the disk when this returns."""
        lines = [self._line(errors) for errors in problems]
        if self.path is None or not lines:
            return
        if not self.size:
            lines.insert(0, [*REPORT_COLUMNS, *(self.header[place] for place in self.kept)])
        text = io.StringIO(newline="")
        Table(text).rows(lines)
        with self.path.open("ab") as file:
            file.write(text.getvalue().encode("utf-8" if self.size else "utf-8-sig", "replace"))
            file.flush()
            os.fsync(file.fileno())
            self.size = file.tell()

    def _line(self, errors: Sequence[RowError]) -> list[str]:
        row = errors[0].row
        joined = [
            " | ".join(part) for part in zip(*[(e.column, e.value, e.reason, e.fix) for e in errors], strict=True)
        ]
        cells = [row.cells[place] if place < len(row.cells) else "" for place in self.kept]
        return [str(row.line), *joined, *cells]
