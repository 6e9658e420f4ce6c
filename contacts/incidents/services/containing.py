"""What keeps it from growing: steps that are taken or do not apply, and notes. Nothing written here is ever changed."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from contacts.incidents import notices, rules
from contacts.incidents.models import Entry, Incident
from contacts.incidents.rules import State, Verb
from contacts.incidents.services.common import NotNow, demand, demand_party, demand_words, lock_incident, note

if TYPE_CHECKING:
    from portal.people.models import User


@transaction.atomic
def take_step(
    acting_user: User, *, incident: Incident, step: str, needed: bool, at: datetime, text: str = ""
) -> Incident:
    """Tick a step as done, or say that it does not apply. The last one contains the incident.

    The reporter and the officers may. Raises NotNow for a step that is settled, or whose turn has not come.
    """
    locked, at = lock_incident(incident, at)
    demand_party(acting_user, locked)
    demand(Verb.TAKE_STEP, locked)
    settled = set(locked.entries.exclude(step="").values_list("step", flat=True))
    _check_turn(locked, step, settled)
    kind = Entry.Kind.DONE if needed else Entry.Kind.NOT_NEEDED
    Entry.objects.create(incident=locked, kind=kind, step=step, text=text.strip(), at=at, by=acting_user)
    before = locked.state
    if before == State.REPORTED and not rules.open_steps(locked.kind, settled | {step}):
        locked.state, locked.contained_at = State.CONTAINED, at
        locked.save(update_fields=["state", "contained_at"])
    note(acting_user, "step_taken", locked, at=at, before=before, step=step, needed=needed)
    return locked


def _check_turn(incident: Incident, step: str, settled: set[str]) -> None:
    if step not in rules.STEPS[incident.kind]:
        raise ValidationError(_("This step does not belong to %(number)s.") % {"number": incident.number})
    if step in settled:
        raise NotNow(_("This step is settled already. Nothing was changed."))
    if not rules.may_be_ticked(step, settled):
        raise NotNow(_("First hand over what the company needs, or say that there is nothing; delete after that."))


@transaction.atomic
def add_note(acting_user: User, *, incident: Incident, text: str, at: datetime) -> Entry:
    """Write something down, also after the incident was closed. The other side hears of it."""
    locked, at = lock_incident(incident, at)
    demand_party(acting_user, locked)
    words = demand_words("text", text, _("Write the note first; an empty one says nothing."))
    made = Entry(incident=locked, kind=Entry.Kind.NOTE, text=words, at=at, by=acting_user)
    made.full_clean()
    made.save(force_insert=True)
    note(acting_user, "note_added", locked, at=at)
    notices.note_added(made, at=at)
    return made
