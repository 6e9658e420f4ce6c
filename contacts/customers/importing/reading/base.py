"""What a list is, whether it came as text or as a workbook: where it lies, its header, its rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from contacts.customers.importing import limits
from contacts.customers.importing.limits import figure

TEXT, NUMBER, DATE, BOOLEAN = "text", "number", "date", "boolean"


class FileRefused(Exception):
    """The whole file cannot be taken; the message is a sentence for the person who chose it."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a cell cannot be taken, whatever it is for, and what to do."""

    reason: str
    fix: str


@dataclass(frozen=True, slots=True)
class Row:
    """One record: its number among the records, the line on which it begins, and its cells.

    `types` says for the cells of a workbook that are not text what they are; `faults` which cannot be taken.
    """

    number: int
    line: int
    cells: tuple[str, ...]
    types: Mapping[int, str] = field(default_factory=dict)
    faults: Mapping[int, Fault] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Source:
    """A file that was read once from end to end and kept every limit."""

    path: Path
    form: str
    header: tuple[str, ...]
    header_line: int
    rows: int
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    other_sheets: tuple[str, ...] = ()
    whole: bool = True  # False: only the beginning was read; `rows` is how many that were

    def as_json(self) -> dict[str, object]:
        return {name: value for name, value in asdict(self).items() if name != "path"}

    @classmethod
    def from_json(cls, path: Path, said: dict[str, Any]) -> Source:
        return cls(
            path,
            **said | {"header": tuple(said["header"]), "other_sheets": tuple(said["other_sheets"])},
        )


def check_header(header: tuple[str, ...]) -> None:
    """Raises FileRefused for a name that is there twice and for too many columns."""
    check_width(len(header), 1)
    names = [name.casefold() for name in header if name]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise FileRefused(_("The column “%(name)s” is there twice. Rename or remove one.") % {"name": twice[0]})


def check_width(columns: int, line: int) -> None:
    if columns > limits.MAX_COLUMNS:
        raise FileRefused(
            _("Line %(line)s has %(found)s columns; at most %(limit)s are taken. Remove those that nobody needs.")
            % {"line": figure(line), "found": figure(columns), "limit": figure(limits.MAX_COLUMNS)}
        )


def check_cell(characters: int, line: int) -> None:
    if characters > limits.MAX_CELL:
        raise FileRefused(
            _("A cell in line %(line)s has %(found)s characters; at most %(limit)s are taken. Shorten it.")
            % {"line": figure(line), "found": figure(characters), "limit": figure(limits.MAX_CELL)}
        )


def check_rows(rows: int, most: int | None = None) -> None:
    """Called for each row, so the file is refused at the first one too many."""
    most = most or limits.MAX_ROWS
    if rows > most:
        raise FileRefused(
            _("The file has more than %(limit)s rows. Split it and import the parts one after the other.")
            % {"limit": figure(most)}
        )


def empty() -> FileRefused:
    return FileRefused(_("The file is empty. Choose a file with a header line and one customer a line."))
