"""The rows of a workbook's sheet, as a stream."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from django.utils.translation import gettext as _

from contacts.customers.importing import limits
from contacts.customers.importing.limits import figure
from contacts.customers.importing.reading import cells, xml
from contacts.customers.importing.reading.archive import broken, open_archive
from contacts.customers.importing.reading.base import (
    DATE,
    TEXT,
    Fault,
    FileRefused,
    Row,
    Source,
    check_cell,
    check_header,
    check_rows,
    check_width,
    empty,
)
from contacts.customers.importing.reading.frame import Texts, Workbook, open_frame, open_part

KNOWN = {"worksheet", "sheetData", "row", "c", "v", "f", "is", "t", "r", "rPr", "rPh", "phoneticPr", "extLst", "ext"}
KNOWN |= {"sheetPr", "dimension", "sheetViews", "sheetView", "pane", "selection", "sheetFormatPr", "cols", "col"}
KNOWN |= {"b", "i", "u", "sz", "color", "rFont", "family", "scheme", "charset", "vertAlign", "strike", "tabColor"}


def inspect(path: Path, *, most: int = 0) -> Source:
    """Read the first visible sheet once from end to end, or its first `most` rows. Raises FileRefused."""
    with _workbook(path) as workbook:
        header, line, count, whole = None, 0, 0, True
        for row in _rows(workbook):
            if header is None:
                header, line = tuple(cell.strip() for cell in row.cells), row.line
                check_header(header)
                continue
            count += 1
            check_rows(count)
            if count == most:
                whole = False
                break
        if header is None:
            raise empty()
        return Source(
            path, "xlsx", header, line, count, sheet=workbook.sheet, other_sheets=workbook.others, whole=whole
        )


def rows(source: Source) -> Iterator[Row]:
    """The records behind the header, one at a time."""
    with _workbook(source.path) as workbook:
        number = 0
        for row in _rows(workbook):
            if row.line > source.header_line:
                number += 1
                yield Row(number, row.line, row.cells, row.types, row.faults)


@contextmanager
def _workbook(path: Path) -> Iterator[Workbook]:
    with open_archive(path) as archive:
        yield open_frame(archive)


def _rows(workbook: Workbook) -> Iterator[Row]:
    handler = Sheet(workbook, workbook.texts())
    with open_part(workbook.archive, workbook.part) as part:
        for _block in xml.read_in_blocks(part, handler):
            yield from handler.ready
            handler.ready.clear()


class Sheet(xml.Handler):
    """Collects the rows that hold anything (ECMA-376 part 1, 18.3.1.4 c, 18.3.1.73 row)."""

    def __init__(self, workbook: Workbook, texts: Texts) -> None:
        self.dates, self.epoch, self.texts = workbook.dates, workbook.frame.epoch, texts
        self.ready: list[Row] = []
        self.line = self.column = self.rows = self.unknown = self.length = 0
        self.kind = self.style = ""
        self.value: list[str] = []
        self.taking = self.phonetic = self.formula = False
        self.row: dict[int, cells.Cell] = {}

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        """Millions of tags come by here: everything is in one place."""
        self.depth += 1
        self.tags += 1
        if self.depth > limits.MAX_DEPTH or self.tags > limits.MAX_ELEMENTS:
            self.count()
        if ":" in name:
            name = name.rpartition(":")[2]
        if name == "c":
            self._begin_cell(attributes)
        elif name in ("v", "t"):
            self.taking = not self.phonetic
        elif name == "row":
            self._begin_row(attributes)
        elif name == "f":
            self.formula = True
        elif name == "rPh":
            self.phonetic = True
        elif name not in KNOWN:
            self._count_unknown()

    def finish(self, name: str) -> None:
        self.depth -= 1
        if ":" in name:
            name = name.rpartition(":")[2]
        if name in ("v", "t"):
            self.taking = False
        elif name == "c":
            self._end_cell()
        elif name == "row":
            self._end_row()
        elif name == "rPh":
            self.phonetic = False
        elif name == "sheetData":
            self.done = True

    def text(self, text: str) -> None:
        if self.taking:
            self.length += len(text)
            if self.length > limits.MAX_CELL:
                check_cell(self.length, self.line)
            self.value.append(text)

    def _count_unknown(self) -> None:
        self.unknown += 1
        if self.unknown > limits.MAX_UNKNOWN:
            raise FileRefused(
                _("The sheet has more than %(limit)s tags that belong to no list. Copy the list into a new workbook.")
                % {"limit": figure(limits.MAX_UNKNOWN)}
            )

    def _begin_row(self, attributes: dict[str, str]) -> None:
        self.rows += 1
        if self.rows > limits.MAX_SHEET_ROWS:
            raise FileRefused(
                _("The sheet has more than %(limit)s lines, empty ones counted. Copy the list into a new workbook.")
                % {"limit": figure(limits.MAX_SHEET_ROWS)}
            )
        said = attributes.get("r", "")
        line = int(said) if said.isdecimal() and len(said) < 8 else self.line + 1
        if line <= self.line:
            raise broken()
        self.line, self.column, self.row = line, -1, {}

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        get = attributes.get
        place = get("r")
        self.column = _column(place.rstrip("0123456789")) if place else self.column + 1
        self.kind, self.style = get("t", "n"), get("s", "")
        self.value, self.length, self.formula = [], 0, False

    def _end_cell(self) -> None:
        if not self.value and not self.formula:
            return
        if self.column >= limits.MAX_COLUMNS:
            check_width(self.column + 1, self.line)
        cell = self._cell("".join(self.value))
        if cell[0].strip() or cell[2]:
            self.row[self.column] = cell

    def _cell(self, raw: str) -> cells.Cell:
        if self.formula:
            return cells.formula(raw)
        if self.kind == "s":
            return self._shared(raw)
        if self.kind in ("inlineStr", "str"):
            return cells.unescape(raw), TEXT, None
        if self.kind == "b":
            return cells.boolean(raw)
        if self.kind == "e":
            return cells.error(raw)
        if self.kind == "d":
            return raw.removesuffix("T00:00:00"), DATE, None
        return cells.number(raw, self._is_date(), self.epoch)

    def _shared(self, raw: str) -> cells.Cell:
        raw = raw.strip()
        if not raw.isdecimal() or len(raw) > 9 or int(raw) >= len(self.texts):
            raise broken()
        return self.texts[int(raw)], TEXT, None

    def _is_date(self) -> bool:
        return self.style.isdecimal() and int(self.style) < len(self.dates) and self.dates[int(self.style)]

    def _end_row(self) -> None:
        if not self.row:
            return
        width = max(self.row) + 1
        types: dict[int, str] = {}
        faults: dict[int, Fault] = {}
        texts = [""] * width
        for place, (text, kind, fault) in self.row.items():
            texts[place] = text
            if kind != TEXT:
                types[place] = kind
            if fault:
                faults[place] = fault
        self.ready.append(Row(0, self.line, tuple(texts), types, faults))


@lru_cache(1024)
def _column(letters: str) -> int:
    """AB -> 27. Raises FileRefused for what is no place in a sheet."""
    column = 0
    for letter in letters[:4]:
        column = column * 26 + ord(letter) - 64
    if not (letters.isascii() and letters.isupper() and letters.isalpha() and column <= 16_384):
        raise broken()
    return column - 1
