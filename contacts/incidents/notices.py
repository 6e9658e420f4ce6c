"""The mails of this room. Contexts carry a number and a time, never a name: who reported is nobody else's business,
and a mail may be read on a phone in a train."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from contacts.incidents.models import Entry, Incident, Order
from contacts.incidents.rules import reminder_step
from contacts.incidents.selectors import judges_of, officers_by_reporter
from portal.outbox import services as outbox
from portal.outbox.models import OutboxMessage

if TYPE_CHECKING:
    from portal.people.models import User


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
    keys = {_key(incident, step, one): one for one in judges_of(incident.reporter)}
    there = _there(keys)
    for key, officer in keys.items():
        context = _about(incident) | {"step": step}
        outbox.mail(to=officer, template="incident_deadline", context=context, at=at, key=key)
    return len(keys.keys() - there)


def unheard(incidents: Iterable[Incident], *, at: datetime) -> list[Incident]:
    """Those at a step of which an officer has yet to hear. Two queries, whatever there is; decided again under the lock
    (`deadline`)."""
    found = list(incidents)
    officers = officers_by_reporter(one.reporter for one in found)
    wanted = {
        one.pk: {_key(one, step, who) for who in officers[one.reporter_id]}
        for one in found
        if (step := reminder_step(one.due_at, at)) is not None
    }
    there = _there(key for keys in wanted.values() for key in keys)
    return [one for one in found if wanted.get(one.pk, set()) - there]


def _key(incident: Incident, step: str, officer: User) -> str:
    return f"incident:{incident.pk}:{step}:{officer.pk}"


def _there(keys: Iterable[str]) -> set[str]:
    return set(OutboxMessage.objects.filter(key__in=list(keys)).values_list("key", flat=True))


def _about(incident: Incident) -> dict[str, Any]:
    return {"number": incident.number, "due_at": incident.due_at.isoformat()}
