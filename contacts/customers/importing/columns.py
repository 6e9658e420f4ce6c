"""Which column means what, in German and English; case, blanks and hyphens do not matter."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from contacts.customers.importing.reading import FileRefused

ALIASES: dict[str, tuple[str, ...]] = {
    "number": ("Kundennummer", "Kundennr", "Kunden-Nr.", "customer number", "number"),
    "kind": ("Art", "Kundenart", "kind"),
    "relationship": ("Beziehung", "Status", "relationship"),
    "salutation": ("Anrede", "salutation"),
    "first_name": ("Vorname", "first name"),
    "last_name": ("Nachname", "Name", "last name"),
    "company": ("Firma", "Unternehmen", "company"),
    "birth_date": ("Geburtsdatum", "geboren", "date of birth", "birth date"),
    "email": ("E-Mail", "Mail", "E-Mail-Adresse", "email"),
    "phone": ("Telefon", "Festnetz", "phone"),
    "mobile": ("Mobil", "Handy", "Mobiltelefon", "mobile"),
    "street": ("Straße", "Strasse", "Anschrift", "street"),
    "postcode": ("PLZ", "Postleitzahl", "postcode"),
    "city": ("Ort", "Stadt", "city"),
    "country": ("Land", "country"),
    "last_transaction_on": ("Letzter Kauf", "letzte Bestellung", "last purchase"),
    "source": ("Herkunft", "Quelle", "source"),
    "collected_on": ("Erhoben am", "collected on"),
    "robinson_listed": ("Robinson", "Robinsonliste", "robinson list"),
    "advertising_block": ("Werbesperre", "Werbewiderspruch", "advertising block"),
    "language": ("Sprache", "language"),
}
# The columns that an error file puts in front; a corrected error file is imported without them.
REPORT_COLUMNS = ("Zeile", "Spalte", "Wert", "Grund", "Abhilfe")
TEMPLATE = (
    "Kundennummer",
    "Art",
    "Beziehung",
    "Anrede",
    "Vorname",
    "Nachname",
    "Firma",
    "Geburtsdatum",
    "E-Mail",
    "Telefon",
    "Mobil",
    "Straße",
    "PLZ",
    "Ort",
    "Land",
    "Letzter Kauf",
    "Herkunft",
    "Erhoben am",
    "Robinson",
    "Werbesperre",
    "Sprache",
)


def spelled(name: str) -> str:
    """One spelling of a column name."""
    return re.sub(r"[\s\-_.]", "", name.casefold())


FIELD_OF = {spelled(alias): field for field, aliases in ALIASES.items() for alias in aliases}
IGNORED = {spelled(name) for name in REPORT_COLUMNS}


def places(header: tuple[str, ...]) -> dict[str, int]:
    """Field -> place in the row. Raises FileRefused where the number is missing or two columns mean the same."""
    found: dict[str, int] = {}
    for place, name in enumerate(header):
        field = FIELD_OF.get(spelled(name))
        if field is None:
            continue
        if field in found:
            raise FileRefused(
                _("The columns “%(first)s” and “%(second)s” mean the same. Remove one.")
                % {"first": header[found[field]], "second": name}
            )
        found[field] = place
    if "number" not in found:
        raise FileRefused(_("There is no column “Kundennummer”. Without it nobody knows whom a line is about; add it."))
    return found


def unknown(header: tuple[str, ...]) -> list[str]:
    """Column names nobody knows; they are named in the report and not taken."""
    return [name for name in header if name and spelled(name) not in FIELD_OF and spelled(name) not in IGNORED]
