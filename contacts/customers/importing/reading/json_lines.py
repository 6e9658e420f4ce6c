"""A list as JSON lines (jsonlines.org): UTF-8, one object a line, each with the same few fields.

An object is bounded in length and so in depth and in its numbers; nothing in it is counted with, numbers stay the
digits that were written.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from contacts.customers.importing import limits
from contacts.customers.importing.limits import figure
from contacts.customers.importing.reading.base import FileRefused, Row, Source, check_rows, check_width, empty
from contacts.customers.importing.reading.text import check_is_text

#: How such a file begins. No header of a CSV file does.
BEGINS = (b"{", b"[")


def is_json(start: bytes) -> bool:
    """By the first bytes of a file; a byte order mark and blanks may stand before them."""
    return start.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(BEGINS)


def inspect(path: Path, *, fields: Sequence[str], most_rows: int | None = None, most: int = 0) -> Source:
    """Read the file once from end to end, or its first `most` objects. Raises FileRefused.

    `fields` are the names that count, in the order of the cells; others are left aside like unknown columns.
    """
    check_is_text(path)
    count, known = 0, False
    for line, found in _objects(path):
        count += 1
        check_width(len(found), line)
        check_rows(count, most_rows)
        known = known or any(name in found for name in fields)
        if count == most:
            break
    if not count:
        raise empty()
    if not known:
        raise FileRefused(
            _("No object of this file has a field that names a customer. Call it “%(names)s”.")
            % {"names": "”, “".join(fields)}
        )
    whole = not most or count < most
    return Source(path, "jsonl", tuple(fields), 0, count, encoding="utf-8-sig", whole=whole)


def rows(source: Source) -> Iterator[Row]:
    """The objects, one at a time."""
    for number, (line, found) in enumerate(_objects(source.path), 1):
        yield Row(number, line, tuple(_cell(found.get(name)) for name in source.header))


def _cell(value: Any) -> str:
    """Texts and the digits of numbers. Half a character is none, and what is no single value says nothing."""
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else ""


def _objects(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        try:
            for number, line in enumerate(iter(lambda: file.readline(limits.MAX_OBJECT + 1), ""), 1):
                _check_length(line, number)
                if line.strip():
                    yield number, _object(line, number)
        except UnicodeDecodeError as error:
            raise FileRefused(_("This JSON is not in UTF-8. Save it as UTF-8.")) from error


def _check_length(line: str, number: int) -> None:
    if len(line) > limits.MAX_OBJECT:
        raise FileRefused(
            _("Line %(line)s has more than %(limit)s characters. Write one JSON object a line.")
            % {"line": figure(number), "limit": figure(limits.MAX_OBJECT)}
        )


def _object(line: str, number: int) -> dict[str, Any]:
    try:
        found = json.loads(line, parse_int=str, parse_float=str, parse_constant=str)
    except RecursionError as error:
        raise FileRefused(
            _('The JSON in line %(line)s lies too deep in itself. Write one plain object a line, as {"id": 4711}.')
            % {"line": figure(number)}
        ) from error
    except ValueError as error:
        raise _no_object(number) from error
    if not isinstance(found, dict):
        raise _no_object(number)
    return found


def _no_object(number: int) -> FileRefused:
    return FileRefused(
        _('Line %(line)s is no JSON object. Write one object a line, as {"id": 4711}, without brackets around all.')
        % {"line": figure(number)}
    )
