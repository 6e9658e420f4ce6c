"""From a file of refused addresses to digests, line by line. Nothing of the file is kept but the digests."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from contacts.customers.suppression.digests import is_phone
from contacts.customers.suppression.entries import Address
from contacts.customers.suppression.spelling import normalise_email

MAX_LINES = 2_000_000
MAX_LINE = 2_000  # characters
SHOWN = 20
BAD_SHARE = 10  # refused when more than one line in ten cannot be read
COLUMNS = {
    "email": {"e-mail", "email", "mail", "e-mail-adresse", "mailadresse"},
    "phone": {"telefon", "telefonnummer", "rufnummer", "phone", "mobil", "mobile", "handy", "tel"},
    "name": {"name"},
    "first_name": {"vorname", "first name", "firstname"},
    "last_name": {"nachname", "last name", "lastname", "familienname"},
    "street": {"straße", "strasse", "street", "straße und hausnummer", "anschrift"},
    "postcode": {"plz", "postleitzahl", "postcode", "zip"},
    "city": {"ort", "stadt", "wohnort", "city"},
    "country": {"land", "country"},
}
GERMANY = {"", "de", "d", "deutschland", "germany"}  # as in the import of customers


class ListRefused(Exception):
    """The whole file cannot be taken; the message is a sentence for the person who chose it."""


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line without an address, with the reason; shown once and kept nowhere."""

    line: int
    text: str
    reason: str


@dataclass
class Reading:
    """What was found so far: counts, and the first bad lines."""

    lines: int = 0
    bad: int = 0
    first_bad: list[BadLine] = field(default_factory=list)

    def refuse(self, line: int, text: str, reason: str) -> None:
        self.bad += 1
        if len(self.first_bad) < SHOWN:
            self.first_bad.append(BadLine(line, text[:80], reason))


def digests_in(file: IO[bytes], reading: Reading, *, max_lines: int = MAX_LINES) -> Iterator[str]:
    """The digests of all addresses in a list; `reading` counts along. Raises ListRefused at the end too: for no
    address at all, and for more than one bad line in ten, which is another file than it should be."""
    found = 0
    try:
        for line, cells, columns in _rows(file):
            reading.lines += 1
            if reading.lines > max_lines:
                raise ListRefused(_too_long(max_lines))
            addresses, reason = _by_column(cells, columns) if columns else _bare(cells)
            if reason:
                reading.refuse(line, " ".join(cells), reason)
                continue
            for address in addresses:
                found += 1
                yield address.chain()[-1]
    except csv.Error as error:
        raise ListRefused(_("The file is broken (%(error)s). Save it as CSV again.") % {"error": error}) from error
    if not found:
        raise ListRefused(_("The file holds no address that can be read. The list stays as it was."))
    if reading.bad * BAD_SHARE > reading.lines:
        raise ListRefused(
            _(
                "%(bad)s of %(lines)s lines hold no address that can be read (line %(line)s: %(reason)s) "
                "The list stays as it was. Check that this is the right file."
            )
            % {
                "bad": reading.bad,
                "lines": reading.lines,
                "line": reading.first_bad[0].line,
                "reason": reading.first_bad[0].reason,
            }
        )


def _too_long(max_lines: int) -> str:
    if max_lines < MAX_LINES:
        return _(
            "The file has more than %(limit)s lines, too many for the page. Load it on the server with "
            "manage.py load_suppression_list."
        ) % {"limit": f"{max_lines:,}"}
    return _("The file has more than %(limit)s lines. Split it into two lists.") % {"limit": f"{max_lines:,}"}


def _rows(file: IO[bytes]) -> Iterator[tuple[int, list[str], dict[str, int]]]:
    """Line number, cells, and the columns by name where the first line names some."""
    text = io.TextIOWrapper(file, encoding=_encoding(file), errors="replace", newline="")
    try:
        first = text.readline()
        delimiter = max(";,\t", key=first.count)
        columns = _columns(next(csv.reader([first], delimiter=delimiter), []))
        if not columns:
            text.seek(0)
        reader = csv.reader(_short(text), delimiter=delimiter) if columns else ([line] for line in _short(text))
        for number, cells in enumerate(reader, start=2 if columns else 1):
            cells = [cell.strip() for cell in cells]
            if any(cells):
                yield number, cells, columns
    finally:
        text.detach()  # the file belongs to the caller


def _short(text: IO[str]) -> Iterator[str]:
    while line := text.readline(MAX_LINE + 1):
        if len(line) > MAX_LINE:
            raise ListRefused(
                _("A line has more than %(limit)s characters. This is no list of addresses.") % {"limit": MAX_LINE}
            )
        yield line


def _encoding(file: IO[bytes]) -> str:
    """UTF-8 where every byte fits, else CP1252, what German Excel writes. Refuses what is too large or no text."""
    decoder: codecs.IncrementalDecoder | None = codecs.getincrementaldecoder("utf-8-sig")()
    size = 0
    file.seek(0)
    while block := file.read(1 << 20):
        size += len(block)
        if size > settings.UPLOAD_MAX_BYTES:
            limit = settings.UPLOAD_MAX_BYTES // 1024**2
            raise ListRefused(_("The file has more than %(limit)s MB. Split it into two lists.") % {"limit": limit})
        if b"\x00" in block or block.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF")):
            raise ListRefused(_("This is no text file. Save the list as CSV or as text, one address a line."))
        if decoder is not None:
            try:
                decoder.decode(block)
            except UnicodeDecodeError:
                decoder = None
    file.seek(0)
    return "utf-8-sig" if decoder else "cp1252"


def _columns(header: list[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for place, cell in enumerate(header):
        for name, words in COLUMNS.items():
            if cell.strip().casefold() in {word.casefold() for word in words}:
                found.setdefault(name, place)
    return found


def _bare(cells: list[str]) -> tuple[list[Address], str]:
    """One address a line: an e-mail address or a telephone number."""
    value = cells[0].strip("\"'; \t")
    if "@" in value:
        return ([Address("email", "", value)], "") if _is_email(value) else ([], _("This is no e-mail address."))
    if is_phone(value):
        return [Address("phone", "", value)], ""
    return [], _("This is neither an e-mail address nor a telephone number.")


def _by_column(cells: list[str], columns: dict[str, int]) -> tuple[list[Address], str]:
    values = {name: cells[place] if place < len(cells) else "" for name, place in columns.items()}
    found = []
    if email := values.get("email"):
        if not _is_email(email):
            return [], _("This is no e-mail address.")
        found.append(Address("email", "", email))
    if phone := values.get("phone"):
        if not is_phone(phone):
            return [], _("This is no telephone number with its area code.")
        found.append(Address("phone", "", phone))
    street, city = values.get("street"), values.get("city")
    if street or city:
        name = values.get("name") or f"{values.get('first_name', '')} {values.get('last_name', '')}".strip()
        if not (street and city and name):
            return [], _("A postal address needs name, street and city.")
        found.append(Address("letter", "", _postal(values), name))
    return found, "" if found else _("The line holds no address.")


def _postal(values: dict[str, str]) -> str:
    """Written as the import of customers writes it, so that both have one digest."""
    country = values.get("country", "")
    tail = "" if country.casefold() in GERMANY else f", {country}"
    return f"{values['street']}, {values.get('postcode', '')} {values['city']}".replace(",  ", ", ") + tail


def _is_email(value: str) -> bool:
    try:
        validate_email(normalise_email(value))
    except ValidationError:
        return False
    return True
