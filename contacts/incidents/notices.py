"""The mails of this room. Contexts carry a number and a time, never a name: who reported is nobody else's business,
and a mail may be read on a phone in a train."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from contacts.incidents.models import Entry, Incident, Order
from contacts.incidents.selectors import judges_of
from portal.outbox import services as outbox
from portal.outbox.models import OutboxMessage


def reported(incident: Incident, *, at: datetime) -> None:
    """Every officer hears at once: the clock runs."""
    for officer in judges_of(incident.reporter):
        outbox.mail(to=officer, template="incident_reported", context=_about(incident), at=at)


def opened(incident: Incident, *, at: datetime, danger: bool = False) -> None:
    """The holder who logged a wrong person, or whose act in imminent danger was not justified (`danger`), learns what
    comes next; the officers heard with the log or the verdict itself."""
    context = _about(incident) | {"danger": danger}
    outbox.mail(
        to=incident.reporter, template="incident_opened", context=context, at=at, key=f"incident:{incident.pk}:opened"
    )


def note_added(entry: Entry, *, at: datetime) -> None:
    """The other side hears that there is something to read."""
    incident, context = entry.incident, _about(entry.incident)
    receivers = [*judges_of(incident.reporter), incident.reporter]
    for receiver in {one.pk: one for one in receivers if one.pk != entry.by_id and one.is_active}.values():
        outbox.mail(to=receiver, template="incident_note", context=context, at=at)


def order_issued(order: Order, *, at: datetime) -> None:
    context = _about(order.incident)
    outbox.mail(to=order.receiver, template="incident_order", context=context, at=at, key=f"order:{order.pk}:issued")


def deadline(incident: Incident, step: str, *, at: datetime) -> int:
    """One mail an officer and step, for ever; returns how many are new."""
    keys = {f"incident:{incident.pk}:{step}:{one.pk}": one for one in judges_of(incident.reporter)}
    there = set(OutboxMessage.objects.filter(key__in=keys).values_list("key", flat=True))
    for key, officer in keys.items():
        context = _about(incident) | {"step": step}
        outbox.mail(to=officer, template="incident_deadline", context=context, at=at, key=key)
    return len(keys.keys() - there)


def _about(incident: Incident) -> dict[str, Any]:
    return {"number": incident.number, "due_at": incident.due_at.isoformat()}
