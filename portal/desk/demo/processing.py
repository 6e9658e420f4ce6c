"""The record of processing of the demo company: two activities as they should be, one to be looked at again."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from portal.desk.demo.company import Step
from portal.desk.processing.services import change_activity
from portal.people.models import User

_SAID = {
    "portal": {
        "recipients": "Rechenzentrum Förde GmbH, Kiel, Vertrag zur Auftragsverarbeitung von 2024",
        "third_countries": "Keine",
        "measures": "Zutritt zum Serverraum nur für die Administration; Sicherung jede Nacht an einen zweiten Ort",
    },
    "email": {
        "recipients": "Rechenzentrum Förde GmbH, Kiel, als Betreiber des Mailservers",
        "third_countries": "Keine",
        "measures": "Transportverschlüsselung; Postfächer nur auf Geräten des Unternehmens",
    },
    "letter": {
        "recipients": "Druckerei und Zusteller, jeweils nur Name und Anschrift",
        "third_countries": "Keine",
        "measures": "Adressdateien werden nach dem Druck gelöscht",
    },
}
_DAYS_AGO = {"portal": 90, "email": 60, "letter": 380}


def processing(people: dict[str, User], now: datetime) -> list[Step]:
    return [
        (
            now - timedelta(days=_DAYS_AGO[key]),
            partial(change_activity, people["dora"], activity=key, based_on=0, values=said),
        )
        for key, said in _SAID.items()
    ]
