"""A list as text: encoding, delimiter, header. Nothing is written while a file can still be refused."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator
from pathlib import Path

from django.utils.translation import gettext as _

from contacts.customers.importing import limits
from contacts.customers.importing.limits import figure
from contacts.customers.importing.reading.base import (
    FileRefused,
    Row,
    Source,
    check_cell,
    check_header,
    check_rows,
    check_width,
    empty,
)

DELIMITERS = (";", ",", "\t")


def inspect(
    path: Path, *, delimiter: str = "", encoding: str = "", most_rows: int | None = None, most: int = 0
) -> Source:
    """Read the file once from end to end: limits, encoding, delimiter, header, broken quotes. Raises FileRefused.

    With `most`, only so many of its rows are read, and the source is not `whole`.
    """
    check_is_text(path)
    encoding = encoding or _encoding(path)
    delimiter = delimiter or _delimiter(_first_lines(path, encoding))
    header, header_line, count = None, 0, 0
    try:
        for line, cells in _lines(path, encoding, delimiter):
            check_width(len(cells), line)
            check_cell(max(map(len, cells)), line)
            if header is None:
                header, header_line = tuple(cell.strip() for cell in cells), line
                continue
            count += 1
            check_rows(count, most_rows)
            if count == most:
                break
    except csv.Error as error:
        raise _broken(error) from error
    if header is None:
        raise empty()
    check_header(header)
    whole = not most or count < most
    return Source(path, "csv", header, header_line, count, encoding=encoding, delimiter=delimiter, whole=whole)


def rows(source: Source) -> Iterator[Row]:
    """The records behind the header, one at a time."""
    number = 0
    for line, cells in _lines(source.path, source.encoding, source.delimiter):
        if line > source.header_line:
            number += 1
            yield Row(number, line, tuple(cells))


def check_is_text(path: Path) -> None:
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            if b"\x00" in block:
                raise FileRefused(_("This is no text file. Save the list as CSV or as an Excel workbook (.xlsx)."))


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
        return [line for line in (file.readline(limits.MAX_LINE) for _n in range(20)) if line.strip()]


def _delimiter(lines: list[str]) -> str:
    if lines and lines[0].lower().startswith("sep=") and len(lines[0].strip()) == 5:
        return lines[0].strip()[4]
    header = lines[0] if lines else ""
    return max(DELIMITERS, key=header.count)


def _lines(path: Path, encoding: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """(line on which the record begins, cells) without `sep=` and empty lines."""
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        reader = csv.reader(
            bounded(iter(lambda: file.readline(limits.MAX_LINE + 1), "")), delimiter=delimiter, strict=True
        )
        begins = 1
        for cells in reader:
            is_separator_line = begins == 1 and len(cells) <= 2 and "".join(cells).lower().startswith("sep=")
            if any(cell.strip() for cell in cells) and not is_separator_line:
                yield begins, cells
            begins = reader.line_num + 1


def bounded(lines: Iterator[str]) -> Iterator[str]:
    """A line without an end would be read into memory whole."""
    for number, line in enumerate(lines, 1):
        if len(line) > limits.MAX_LINE:
            raise FileRefused(
                _("Line %(line)s has more than %(limit)s characters. Save the list as CSV with one customer a line.")
                % {"line": figure(number), "limit": figure(limits.MAX_LINE)}
            )
        yield line


def _broken(error: csv.Error) -> FileRefused:
    if "field limit" in str(error) or "field larger" in str(error):
        return FileRefused(
            _("A cell has more than %(found)s characters; at most %(limit)s are taken. A quotation mark may lack.")
            % {"found": figure(csv.field_size_limit()), "limit": figure(limits.MAX_CELL)}
        )
    return FileRefused(
        _("The file is broken (%(error)s). Open it in Excel and save it as CSV again.") % {"error": error}
    )
