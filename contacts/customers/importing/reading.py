"""From bytes to rows: encoding, delimiter, header. Nothing is written while a file can still be refused."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

MAX_ROWS = 200_000
UNREADABLE = "\ufffd"
DELIMITERS = (";", ",", "\t")


class FileRefused(Exception):
    """The whole file cannot be taken; the message is a sentence for the person who chose it."""


@dataclass(frozen=True, slots=True)
class Dialect:
    encoding: str
    delimiter: str
    header_line: int
    header: tuple[str, ...]
    rows: int


@dataclass(frozen=True, slots=True)
class Row:
    """One record: its number among the records, the line on which it begins, and its cells."""

    number: int
    line: int
    cells: tuple[str, ...]


def inspect(path: Path, *, delimiter: str = "", encoding: str = "") -> Dialect:
    """Read the file once from end to end: limits, encoding, delimiter, header, broken quotes. Raises FileRefused."""
    _check_bytes(path)
    encoding = encoding or _encoding(path)
    first = _first_lines(path, encoding)
    delimiter = delimiter or _delimiter(first)
    header, header_line, rows = None, 0, 0
    try:
        for line, cells in _lines(path, encoding, delimiter):
            if header is None:
                header, header_line = tuple(cell.strip() for cell in cells), line
                continue
            rows += 1
            if rows > MAX_ROWS:
                raise FileRefused(
                    _("The file has more than %(limit)s rows. Split it and import the parts one after the other.")
                    % {"limit": f"{MAX_ROWS:,}"}
                )
    except csv.Error as error:
        raise FileRefused(
            _("The file is broken (%(error)s). Open it in Excel and save it as CSV again.") % {"error": error}
        ) from error
    if header is None:
        raise FileRefused(_("The file is empty. Choose a file with a header line and one customer a line."))
    _check_header(header)
    return Dialect(encoding, delimiter, header_line, header, rows)


def rows(path: Path, dialect: Dialect) -> Iterator[Row]:
    """The records behind the header, one at a time."""
    number = 0
    for line, cells in _lines(path, dialect.encoding, dialect.delimiter):
        if line > dialect.header_line:
            number += 1
            yield Row(number, line, tuple(cells))


def _check_bytes(path: Path) -> None:
    size = path.stat().st_size
    if size > settings.UPLOAD_MAX_BYTES:
        raise FileRefused(
            _("The file has %(size)s MB; at most %(limit)s MB are taken. Split it.")
            % {"size": size // 1024**2, "limit": settings.UPLOAD_MAX_BYTES // 1024**2}
        )
    with path.open("rb") as file:
        start = file.read(8)
        if start.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
            raise FileRefused(_("This is an Excel workbook, not a CSV file. Save it as “CSV (semicolon)” first."))
        file.seek(0)
        while block := file.read(1 << 20):
            if b"\x00" in block:
                raise FileRefused(_("This is no text file. Save the list as CSV first."))


def _encoding(path: Path) -> str:
    """UTF-8 where every byte fits, else CP1252, what German Excel writes."""
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    with path.open("rb") as file:
        try:
            while block := file.read(1 << 20):
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "cp1252"
    return "utf-8-sig"


def _first_lines(path: Path, encoding: str) -> list[str]:
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        return [line for line in (file.readline() for _n in range(20)) if line.strip()]


def _delimiter(lines: list[str]) -> str:
    if lines and lines[0].lower().startswith("sep=") and len(lines[0].strip()) == 5:
        return lines[0].strip()[4]
    header = lines[0] if lines else ""
    return max(DELIMITERS, key=header.count)


def _lines(path: Path, encoding: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """(line on which the record begins, cells) without `sep=` and empty lines."""
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        reader = csv.reader(file, delimiter=delimiter, strict=True)
        begins = 1
        for cells in reader:
            is_separator_line = begins == 1 and len(cells) <= 2 and "".join(cells).lower().startswith("sep=")
            if any(cell.strip() for cell in cells) and not is_separator_line:
                yield begins, cells
            begins = reader.line_num + 1


def _check_header(header: tuple[str, ...]) -> None:
    names = [name.casefold() for name in header if name]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise FileRefused(_("The column “%(name)s” is there twice. Rename or remove one.") % {"name": twice[0]})
