"""Requests of people in every state, made by the verbs themselves."""

from datetime import timedelta
from uuid import uuid4

from django.core.files.base import ContentFile

from contacts.customers.models import ImportRun
from contacts.rights.services import erasing, register
from portal.access.roles import Role
from tests.cast import person

DAY = timedelta(days=1)


def entered(cast, customer, now, kind="access", **said):
    """What Clara entered two days after it came in by mail."""
    values = {"key": uuid4(), "kind": kind, "how": "email", "received_at": now - 2 * DAY, "customer": customer}
    return register.enter(said.pop("by", cast.clara), at=now, **values | said)


def opened(cast, customer, now, kind="access", **said):
    """The same, and it is clear who asks."""
    made = entered(cast, customer, now, kind, **said)
    return register.confirm_identity(cast.clara, request=made, how="known_address", at=now)


def proposed(cast, customer, now, **said):
    """An erasure that waits for the second person."""
    made = opened(cast, customer, now, "erasure", **said)
    return erasing.propose(cast.clara, request=made, reason="The contract is over.", at=now)


def erased(cast, customer, now):
    """Proposed by Clara, carried out by Dora."""
    made = proposed(cast, customer, now)
    erasing.carry_out(cast.dora, request=made, at=now)
    made.refresh_from_db()
    return made


def second_officer():
    return person("otto", Role.DPO)


def kept_list(cast, customer, now, *, state="done"):
    """An imported list that names the customer, with the time for its undo not over yet."""
    run = ImportRun(original_name="May.csv", sha256="0" * 64, size=1, state=state, acting_user=cast.clara)
    run.created_at = now
    run.finished_at = now if state == "done" else None
    run.file.save("list.list", ContentFile(f"Kundennummer;Ort\r\n{customer.number};Bonn".encode()), save=True)
    return run
