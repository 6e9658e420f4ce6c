"""What is kept about incidents, as plain JSON values, for evidence. What a reader sees here they see on the pages, and
no more: what officers say about an incident, only those who may judge it read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q

from contacts.incidents.models import Incident
from contacts.incidents.selectors import Story, may_judge

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from portal.people.models import User

Values = dict[str, Any]
LEDGERS = ("entries", "assessments", "decisions")


def incidents_of_customer(reader: User, customer_id: int) -> list[Values]:
    """The incidents with this customer that the reader may see, the oldest first."""
    return _kept(Incident.objects.visible_to(reader).filter(customer_id=customer_id), reader)


def incidents_of_request(reader: User, request_id: int) -> list[Values]:
    """The incidents that came of one request or of its permit, as far as the reader may see them."""
    came_of = Q(request_id=request_id) | Q(permit__request_id=request_id)
    return _kept(Incident.objects.visible_to(reader).filter(came_of), reader)


def _kept(rows: QuerySet[Incident], reader: User) -> list[Values]:
    whole = rows.select_related("reporter", "permit", "request").prefetch_related(*(f"{name}__by" for name in LEDGERS))
    return [_incident(one, reader) for one in whole.order_by("pk")]


def _incident(incident: Incident, reader: User) -> Values:
    names = ("kind", "channel", "platform", "happened_at", "noticed_at", "reported_at", "due_at", "state")
    more = ("person_note", "data", "description", "contained_at", "assessed_at", "settled_at", "closed_at")
    story = Story(incident, *(tuple(getattr(incident, name).all()) for name in LEDGERS))
    return {
        "number": incident.number,
        "reported_by": str(incident.reporter),
        **{name: getattr(incident, name) for name in (*names, *more)},
        "permit": incident.permit.number if incident.permit is not None else "",
        "request": incident.request.number if incident.request is not None else "",
        "entries": [
            {"kind": one.kind, "step": one.step, "text": one.text, "at": one.at, "by": str(one.by)}
            for one in story.entries
        ],
        "judged": _judged(story) if may_judge(reader, incident) else None,
    }


def _judged(story: Story) -> Values:
    said = ("risk", "reason", "nature", "people", "people_count", "records", "records_count", "consequences")
    told = ("about", "answer", "reason", "exception", "carried_out_at", "reference", "delay_reason")
    return {
        "assessments": [_said(one, *said, "measures") for one in story.assessments],
        "decisions": [_said(one, *told) for one in story.decisions],
    }


def _said(row: Any, *names: str) -> Values:
    return {**{name: getattr(row, name) for name in names}, "at": row.at, "by": str(row.by)}
