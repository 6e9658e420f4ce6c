"""From bytes to rows. A file is known by how it begins, not by its name; nothing is written while it can be refused."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from contacts.customers.importing.limits import megabytes
from contacts.customers.importing.reading import archive, json_lines, sheet, text
from contacts.customers.importing.reading.base import Fault, FileRefused, Row, Source

__all__ = ["Fault", "FileRefused", "Row", "Source", "check_size", "inspect", "rows"]


def inspect(path: Path, *, delimiter: str = "", encoding: str = "", most: int = 0) -> Source:
    """Check every limit and find out what the file is. Raises FileRefused; the message names limit and figure.

    A large workbook takes its time: with `most`, only so many of its rows are read, and the source is not `whole`.
    """
    check_size(path.stat().st_size)
    with path.open("rb") as file:
        start = file.read(4)
    if start == archive.OLE:
        raise archive.refuse_ole(path)
    if start in archive.ZIP:
        return sheet.inspect(path, most=most)
    return text.inspect(path, delimiter=delimiter, encoding=encoding)


def rows(source: Source) -> Iterator[Row]:
    """The records behind the header, one at a time."""
    readers = {"xlsx": sheet.rows, "jsonl": json_lines.rows}
    return readers.get(source.form, text.rows)(source)


def check_size(size: int) -> None:
    """Before anything is read."""
    if size > settings.UPLOAD_MAX_BYTES:
        raise FileRefused(
            _("The file has %(size)s MB; at most %(limit)s MB are taken. Split it.")
            % {"size": megabytes(size), "limit": megabytes(settings.UPLOAD_MAX_BYTES)}
        )
