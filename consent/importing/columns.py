"""The columns of a list of consents."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from contacts.customers.importing.columns import AS_DATE, Column, Columns

COLUMNS = Columns(
    (
        Column(
            "number", _("customer number"), ("Kundennummer", "Kundennr", "Kunden-Nr.", "customer number"), needed=True
        ),
        Column("purpose", _("purpose"), ("Zweck",), needed=True),
        Column("channel", _("channel"), ("Kanal",), needed=True),
        Column("platform", _("platform"), ("Plattform", "Dienst")),
        Column("given_at", _("given on"), ("Erteilt am", "given on", "given at"), AS_DATE, needed=True),
        Column("ends_on", _("valid until"), ("Gültig bis", "valid until"), AS_DATE),
        Column("evidence", _("evidence"), ("Nachweis", "Beleg")),
        Column("wording", _("wording"), ("Wortlaut", "Textfassung", "wording reference")),
        Column("origin", _("number in the earlier system"), ("Herkunfts-ID", "Fremdnummer", "origin id"), needed=True),
    ),
    why_needed=_("Without it nobody can prove the consent; add it or choose the column that holds it."),
)
