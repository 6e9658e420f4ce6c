"""What people asked about their data lately: one access that is being worked on, and an erasure that waits for Dora."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from uuid import NAMESPACE_URL, uuid5

from contacts.customers.models import Customer
from contacts.rights.models import DataRequest
from contacts.rights.services import erasing, register
from portal.desk.demo.company import Step
from portal.desk.demo.customers import ERIKA
from portal.people.models import User

ACCESS = "Ich möchte wissen, was Sie über mich gespeichert haben und woher Sie mein Instagram-Profil kennen."
ERASURE = "Ich bin seit Jahren kein Kunde mehr. Bitte löschen Sie alles."


def rights(people: dict[str, User], now: datetime) -> list[Step]:
    asked, gone = now - timedelta(days=4), now - timedelta(days=24)
    return [
        (asked, partial(_access, people)),
        (gone, partial(_erasure, people)),
    ]


def _access(people: dict[str, User], at: datetime) -> None:
    made = _entered(people["clara"], Customer.objects.get(number=str(ERIKA)), "access", ACCESS, at)
    register.confirm_identity(people["clara"], request=made, how="known_address", at=at)


def _erasure(people: dict[str, User], at: datetime) -> None:
    """About the first former customer by number."""
    former = Customer.objects.filter(relationship="former_customer").order_by("number")[0]
    made = _entered(people["clara"], former, "erasure", ERASURE, at)
    register.confirm_identity(people["clara"], request=made, how="call_back", at=at)
    reason = "Kein Vertrag mehr, keine offene Rechnung, keine Frist, die entgegensteht."
    erasing.propose(people["clara"], request=made, reason=reason, at=at)


def _entered(clara: User, customer: Customer, kind: str, words: str, at: datetime) -> DataRequest:
    key = uuid5(NAMESPACE_URL, f"demo:{kind}")
    return register.enter(clara, key=key, kind=kind, how="email", received_at=at, at=at, customer=customer, words=words)
