"""The columns of a customer list."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from contacts.customers.importing.columns import AS_DATE, AS_YES, ONLY_TEXT, Column, Columns

COLUMNS = Columns(
    (
        Column(
            "number",
            _("customer number"),
            ("Kundennummer", "Kundennr", "Kunden-Nr.", "customer number", "number"),
            needed=True,
        ),
        Column("kind", _("kind"), ("Art", "Kundenart")),
        Column("relationship", _("relationship"), ("Beziehung", "Status")),
        Column("salutation", _("salutation"), ("Anrede",)),
        Column("first_name", _("first name"), ("Vorname",)),
        Column("last_name", _("last name"), ("Nachname", "Name")),
        Column("company", _("company"), ("Firma", "Unternehmen")),
        Column("birth_date", _("date of birth"), ("Geburtsdatum", "geboren", "date of birth"), AS_DATE),
        Column("email", _("e-mail"), ("E-Mail", "Mail", "E-Mail-Adresse")),
        Column("phone", _("phone"), ("Telefon", "Festnetz"), ONLY_TEXT),
        Column("mobile", _("mobile"), ("Mobil", "Handy", "Mobiltelefon"), ONLY_TEXT),
        Column("street", _("street"), ("Straße", "Strasse", "Anschrift")),
        Column("postcode", _("postcode"), ("PLZ", "Postleitzahl")),
        Column("city", _("city"), ("Ort", "Stadt")),
        Column("country", _("country"), ("Land",)),
        Column(
            "last_transaction_on", _("last purchase"), ("Letzter Kauf", "letzte Bestellung", "last purchase"), AS_DATE
        ),
        Column("source", _("source"), ("Herkunft", "Quelle")),
        Column("collected_on", _("collected on"), ("Erhoben am",), AS_DATE),
        Column("robinson_listed", _("on a Robinson list"), ("Robinson", "Robinsonliste", "robinson list"), AS_YES),
        Column("advertising_block", _("advertising block"), ("Werbesperre", "Werbewiderspruch"), AS_YES),
        Column("language", _("language"), ("Sprache",)),
    ),
    why_needed=_("Without it nobody knows whom a line is about; add it or choose the column that holds it."),
)
