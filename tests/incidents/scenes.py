"""Short ways into an incident: reported, assessed, decided, so that each test tells only its own story."""

from datetime import datetime, timedelta
from uuid import uuid4

from contacts.incidents import rules
from contacts.incidents.models import Incident
from contacts.incidents.services import containing, judging, reporting
from contacts.requests.services import permits
from tests.requests.scenes import permit_for, service_by_mail

ASSESSED = {
    "risk": "risk",
    "reason": "The recipient is unknown.",
    "nature": "An appointment went to a wrong number.",
    "people": "Customers",
    "people_count": 1,
    "records": "Names and appointments",
    "records_count": 1,
    "consequences": "A stranger knows the appointment.",
    "measures": "The recipient was asked to delete the message.",
}


def reported(cast, at: datetime, **fields) -> Incident:
    """Anna used her private phone an hour ago and noticed it half an hour ago."""
    values = {
        "key": uuid4(),
        "kind": "private_account",
        "channel": "messenger",
        "platform": "whatsapp",
        "happened_at": at - timedelta(hours=1),
        "noticed_at": at - timedelta(minutes=30),
        "description": "I wrote to her from my own phone.",
        "data": ["name", "content"],
    } | fields
    return reporting.report(values.pop("by", cast.anna), at=at, **values)


def settle_steps(incident: Incident, by, at: datetime) -> Incident:
    """Every step that is still open, in its order."""
    settled = set(incident.entries.exclude(step="").values_list("step", flat=True))
    for step in rules.open_steps(incident.kind, settled):
        incident = containing.take_step(by, incident=incident, step=step, needed=True, at=at)
    return incident


def assessed(cast, at: datetime, risk: str = "risk", **fields) -> Incident:
    made = reported(cast, at, **fields)
    judging.assess(cast.dora, incident=made, at=at, **ASSESSED | {"risk": risk})
    return Incident.objects.get(pk=made.pk)


def decide(cast, incident: Incident, about: str, answer: bool, at: datetime, **fields):
    values = {"reason": "Because it is so."} | fields
    return judging.decide(cast.dora, incident=incident, about=about, answer=answer, at=at, **values)


def closed(cast, at: datetime, **fields) -> Incident:
    made = settle_steps(assessed(cast, at, **fields), cast.anna, at)
    decide(cast, made, "authority", True, at, carried_out_at=at, reference="LDI 4711")
    decide(cast, made, "person", False, at)
    return judging.close(cast.dora, incident=made, at=at)


def wrong_person(cast, customer, accounts, at: datetime, note: str = ""):
    """Anna used a permit, and the contact reached a wrong person; what she logged."""
    permit = permit_for(service_by_mail(cast, customer, accounts, at), cast, at)
    use = permits.redeem(cast.anna, permit=permit, at=at).use
    return permits.log_contact(cast.anna, use=use, result="wrong_person", note=note, at=at)
