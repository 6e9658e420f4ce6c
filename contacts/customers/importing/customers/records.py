"""From a row to what it says about one customer, or to the reasons why it cannot be taken."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, cast

from django.db.models import CharField
from django.utils.translation import gettext as _

from contacts.customers.importing import values
from contacts.customers.importing.columns import Layout
from contacts.customers.importing.reading import Row
from contacts.customers.importing.taking import RowError, Seen, Taken, customer_number, taken
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
class CustomerRecord:
    """One customer as the row says; `fields` only what the row gives, so that an empty cell deletes nothing."""

    row: Row
    number: str
    fields: dict[str, Any]
    addresses: tuple[Address, ...]
    advertising_block: bool


@dataclass
class CustomerReader:
    """Reads rows under one layout. `default_source` stands in where the row does not say a source."""

    layout: Layout
    today: date
    default_source: str = ""
    seen: Seen = field(default_factory=Seen)

    def __post_init__(self) -> None:
        self.readers = self._readers()

    def read(self, row: Row) -> CustomerRecord | list[RowError]:
        found = taken(row, self.layout)
        number = customer_number(found)
        self._refuse_twice(found, number)
        fields = {name: found.take(name, reader) for name, reader in self.readers.items()}
        addresses = self._addresses(found)
        block = found.take("advertising_block", values.yes) or False
        if found.errors:
            return found.errors
        self.seen.note(number.upper(), row)
        given = {name: value for name, value in fields.items() if value is not None}
        return CustomerRecord(row, number, given, addresses, block)

    def _refuse_twice(self, found: Taken, number: str) -> None:
        first = self.seen.first(number.upper())
        if number and first is not None:
            reason = _("This number is in line %(line)s already.") % {"line": first}
            found.refuse("number", number, reason, _("Put all of a customer into one line."))

    def _readers(self) -> dict[str, Callable[[str], Any]]:
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
        return readers

    def _addresses(self, row: Taken) -> tuple[Address, ...]:
        found: list[tuple[str, str]] = []
        if email := row.take("email", lambda text: values.email(values.limited(text, 254))):
            found.append((Channel.EMAIL, email))
        if phone := row.take("phone", values.phone):
            found.append((Channel.PHONE, phone))
        if mobile := row.take("mobile", values.phone):
            found += [(Channel.PHONE, mobile), (Channel.SMS, mobile)]
        if letter := self._letter(row):
            found.append((Channel.LETTER, letter))
        day = row.take("collected_on", lambda text: values.past_day(text, self.today))
        source = self._source(row) if found else ""
        return tuple(Address(channel, value, source, day or self.today) for channel, value in found)

    def _letter(self, row: Taken) -> str:
        street, postcode, city = (row.cells.get(name, "") for name in ("street", "postcode", "city"))
        if not (street or postcode or city):
            return ""
        if not (street and city):
            missing = "city" if street else "street"
            reason = _("The postal address is incomplete.")
            row.refuse(missing, "", reason, _("Enter street and city, or neither."))
            return ""
        abroad = row.cells.get("country", "").casefold() not in GERMANY
        if not abroad and row.is_number("postcode") and len(postcode) < 5:
            reason = _("The postcode has only %(digits)s digits: Excel drops leading zeros.") % {
                "digits": len(postcode)
            }
            row.refuse("postcode", postcode, reason, _("Format the column as text in Excel and enter the value again."))
            return ""
        tail = f", {row.cells['country']}" if abroad else ""
        letter = f"{street}, {postcode} {city}".replace(",  ", ", ") + tail
        return row.take("street", lambda _street: values.limited(letter, 500)) or ""

    def _source(self, row: Taken) -> str:
        """An address without a source is what the portal fights: a row without one is not taken."""
        if not row.cells.get("source") and self.default_source:
            return self.default_source
        if not row.cells.get("source"):
            reason = _("The source of the contact data is missing.")
            fix = _("Say how the company came to have them: Vertrag, Kunde, Empfehlung, Verzeichnis, gekauft, gesucht.")
            row.refuse("source", "", reason, fix)
            return ""
        return row.take("source", lambda text: values.choice(text, values.SOURCES)) or ""
