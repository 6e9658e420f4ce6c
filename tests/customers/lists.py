"""Customer lists as they arrive: what Excel, exports and people make of them."""

from __future__ import annotations

HEADER = (
    "Kundennummer;Art;Beziehung;Anrede;Vorname;Nachname;Firma;Geburtsdatum;E-Mail;Telefon;Mobil;Straße;PLZ;Ort;Land;"
    "Letzter Kauf;Herkunft;Erhoben am;Robinson;Werbesperre;Sprache"
)
ERIKA = (
    "4711;Verbraucher;Kunde;Frau;Erika;Müller-Lüdenscheidt;;01.02.1980;erika@kundin.example;0221 5554711;0171 3920001;"
    "Heidestraße 17;51147;Köln;;15.10.2026;Vertrag;03.05.2022;nein;nein;de"
)


def text(*rows: str, header: str = HEADER, end: str = "\r\n") -> str:
    return end.join((header, *rows)) + end


def row(number: str = "4711", **cells: str) -> str:
    """A row by column name: a plain customer with a name, and whatever is said."""
    names = HEADER.split(";")
    values = {"Kundennummer": number, "Nachname": "Muster"} | cells
    unknown = set(values) - set(names)
    assert not unknown, unknown
    return ";".join(values.get(name, "") for name in names)
