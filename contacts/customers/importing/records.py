"""From a row to what it says about one customer, or to the reasons why it cannot be taken."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, cast

from django.db.models import CharField
from django.utils.translation import gettext as _

from contacts.customers.importing import values
from contacts.customers.importing.reading import Row
from contacts.customers.importing.values import Refused
from contacts.customers.models import Customer
from portal.vocabulary import Channel

GERMANY = ("", "de", "deutschland", "germany", "d")
TEXTS = ("salutation", "first_name", "last_name", "company")


@dataclass(frozen=True, slots=True)
class Address:
    channel: str
    value: str
    source: str
    collected_on: date


@dataclass(frozen=True, slots=True)
class Record:
    """One customer as the row says; `fields` only what the row gives, so that an empty cell deletes nothing."""

    row: Row
    number: str
    fields: dict[str, Any]
    addresses: tuple[Address, ...]
    advertising_block: bool


@dataclass(frozen=True, slots=True)
class RowError:
    """Why a row was not taken: the cell, the reason, the fix."""

    row: Row
    column: str
    value: str
    reason: str
    fix: str


@dataclass
class Reader:
    """Reads rows under one header. `default_source` stands in where the file has no source column."""

    header: tuple[str, ...]
    places: dict[str, int]
    today: date
    default_source: str = ""
    seen: dict[str, int] = field(default_factory=dict)

    def read(self, row: Row) -> Record | list[RowError]:
        cells, errors = self._cells(row)
        number = self._number(row, cells, errors)
        fields = self._fields(row, cells, errors)
        addresses = self._addresses(row, cells, errors)
        block = self._take(row, cells, errors, "advertising_block", values.yes) or False
        if errors:
            return errors
        self.seen[number.upper()] = row.line
        return Record(row, number, fields, addresses, block)

    def _cells(self, row: Row) -> tuple[dict[str, str], list[RowError]]:
        cells, errors = {}, []
        for name, place in self.places.items():
            raw = row.cells[place] if place < len(row.cells) else ""
            try:
                cells[name] = values.clean(raw)
            except Refused as refusal:
                errors.append(self._error(row, name, raw, refusal.reason, refusal.fix))
        extra = [cell for cell in row.cells[len(self.header) :] if cell.strip()]
        if extra:
            fix = _("Put text that contains the separator into quotation marks.")
            errors.append(RowError(row, "", extra[0], _("The row has more cells than the header."), fix))
        return cells, errors

    def _number(self, row: Row, cells: dict[str, str], errors: list[RowError]) -> str:
        number = cells.get("number", "")
        first = self.seen.get(number.upper())
        if not number:
            errors.append(self._error(row, "number", "", _("The customer number is missing."), _("Enter it.")))
        elif "/" in number or number.casefold() == "new" or len(number) > 40:
            fix = _("Use at most 40 characters without a slash.")
            errors.append(self._error(row, "number", number, _("This cannot be a customer number."), fix))
        elif first is not None:
            reason = _("This number is in line %(line)s already.") % {"line": first}
            errors.append(self._error(row, "number", number, reason, _("Put all of a customer into one line.")))
        return number

    def _fields(self, row: Row, cells: dict[str, str], errors: list[RowError]) -> dict[str, Any]:
        readers: dict[str, Callable[[str], Any]] = {
            "kind": lambda text: values.choice(text, values.KINDS),
            "relationship": lambda text: values.choice(text, values.RELATIONSHIPS),
            "birth_date": lambda text: values.past_day(text, self.today),
            "last_transaction_on": lambda text: values.past_day(text, self.today),
            "robinson_listed": values.yes,
            "language": lambda text: values.choice(text, values.LANGUAGES),
        }
        for name in TEXTS:
            length = cast(CharField, Customer._meta.get_field(name)).max_length or 0
            readers[name] = lambda text, length=length: values.limited(text, length)  # type: ignore[misc]
        taken = {name: self._take(row, cells, errors, name, reader) for name, reader in readers.items()}
        return {name: value for name, value in taken.items() if value is not None}

    def _take(
        self, row: Row, cells: dict[str, str], errors: list[RowError], name: str, reader: Callable[[str], Any]
    ) -> Any:
        text = cells.get(name, "")
        if not text:
            return None
        try:
            return reader(text)
        except Refused as refusal:
            errors.append(self._error(row, name, text, refusal.reason, refusal.fix))
            return None

    def _addresses(self, row: Row, cells: dict[str, str], errors: list[RowError]) -> tuple[Address, ...]:
        found: list[tuple[str, str]] = []
        if email := self._take(row, cells, errors, "email", lambda text: values.email(values.limited(text, 254))):
            found.append((Channel.EMAIL, email))
        if phone := self._take(row, cells, errors, "phone", values.phone):
            found.append((Channel.PHONE, phone))
        if mobile := self._take(row, cells, errors, "mobile", values.phone):
            found += [(Channel.PHONE, mobile), (Channel.SMS, mobile)]
        if letter := self._letter(row, cells, errors):
            found.append((Channel.LETTER, letter))
        day = self._take(row, cells, errors, "collected_on", lambda text: values.past_day(text, self.today))
        source = self._source(row, cells, errors) if found else ""
        return tuple(Address(channel, value, source, day or self.today) for channel, value in found)

    def _letter(self, row: Row, cells: dict[str, str], errors: list[RowError]) -> str:
        street, postcode, city = (cells.get(name, "") for name in ("street", "postcode", "city"))
        if not (street or postcode or city):
            return ""
        if not (street and city):
            missing = "city" if street else "street"
            reason = _("The postal address is incomplete.")
            errors.append(self._error(row, missing, "", reason, _("Enter street and city, or neither.")))
            return ""
        country = cells.get("country", "")
        tail = "" if country.casefold() in GERMANY else f", {country}"
        return values.limited(f"{street}, {postcode} {city}".replace(",  ", ", ") + tail, 500)

    def _source(self, row: Row, cells: dict[str, str], errors: list[RowError]) -> str:
        """An address without a source is what the portal fights: a row without one is not taken."""
        if not cells.get("source") and self.default_source:
            return self.default_source
        if not cells.get("source"):
            reason = _("The source of the contact data is missing.")
            fix = _("Say how the company came to have them: Vertrag, Kunde, Empfehlung, Verzeichnis, gekauft, gesucht.")
            errors.append(self._error(row, "source", "", reason, fix))
            return ""
        return self._take(row, cells, errors, "source", lambda text: values.choice(text, values.SOURCES)) or ""

    def _error(self, row: Row, name: str, value: str, reason: str, fix: str) -> RowError:
        place = self.places.get(name)
        column = self.header[place] if place is not None else {"source": "Herkunft"}.get(name, name)
        return RowError(row, column, value, reason, fix)
