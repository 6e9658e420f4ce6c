"""What this room tells a customer (Art. 15 GDPR): what happened outside the rules, and what was done about it.

Who acted is named only after the release by two (docs/decisions/0035): whoever reports an act of their own can count on
that, and nobody is named of whom the portal does not know that they acted (`acted`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from contacts.incidents.models import Assessment, Decision, Entry, Incident
from portal.subjects import Asked, Contributor, Section, item, record_of

if TYPE_CHECKING:
    from portal.people.models import User
    from portal.subjects import Record


def gather(asked: Asked) -> Iterator[Section]:
    rows = Incident.objects.filter(customer=asked.customer).select_related("permit__holder", "order__receiver")
    yield Section(
        "incidents",
        _("What happened outside the rules"),
        _("To contain it, to tell who must be told (Art. 33, 34 GDPR), and to prove it (Art. 5(2) GDPR)."),
        _("Words about you go with an erasure; that it happened and what was decided stays."),
        [_record(row, names=asked.names) for row in rows.order_by("pk")],
    )


def acted(incident: Incident) -> User | None:
    """Who acted outside the instructions of the company: who received the order because of it, or held the permit. Who
    reported it may have reported somebody else."""
    order = getattr(incident, "order", None)
    if order is not None:
        return order.receiver
    return incident.permit.holder if incident.permit is not None else None


def _record(row: Incident, *, names: bool) -> Record:
    said = record_of(row, ("number", _("Number")), "kind", "channel", "platform", "happened_at", "reported_at")
    said += record_of(row, "person_note", "description")
    said.append(item("data", _("which data"), row.data, ", ".join(row.data_words())))
    who = acted(row) if names else None
    if who is not None:
        said.append(item("acted", _("Who acted"), who.get_full_name()))
    return [one for one in said if one.words] + _afterwards(row)


def _afterwards(row: Incident) -> Record:
    """What was noted, how high the risk was, and who was told, each as one line."""
    said = [
        item(f"entry_{one.pk}", _("Noted"), one.text or one.step, _line(one.at, one.text or one.get_step_display()))
        for one in Entry.objects.filter(incident=row)
    ]
    for found in Assessment.objects.filter(incident=row):
        words = f"{found.get_risk_display()}. {found.reason} {found.consequences} {found.measures}"
        said.append(item(f"assessment_{found.pk}", _("Risk"), found.risk, _line(found.at, words)))
    for told in Decision.objects.filter(incident=row):
        words = f"{told.get_about_display()}: {_('yes') if told.answer else _('no')}. {told.reason}"
        said.append(item(f"decision_{told.pk}", _("Told"), told.answer, _line(told.at, words)))
    return said


def _line(at: object, words: object) -> str:
    return f"{item('', '', at).words}: {words}"


SUBJECT_DATA = Contributor(
    models=("incidents.Incident", "incidents.Entry", "incidents.Assessment", "incidents.Decision"),
    gather=gather,
)
