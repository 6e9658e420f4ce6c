"""The clock: officers hear 24 and 6 hours before the time is over, and when it is; each once, whatever crashes."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from contacts.incidents import notices, rules
from contacts.incidents.models import Incident
from contacts.incidents.rules import State
from contacts.incidents.selectors import running
from contacts.incidents.services.common import lock_incident
from portal.rows import one_by_one


def remind_deadlines(*, at: datetime) -> int:
    """Put the reminders that are due into the outbox; returns how many were new."""
    # An incident that is over stays over: nobody is to wait for its lock once everybody has heard.
    return one_by_one(notices.unheard(running(at), at=at), lambda incident: _remind(incident, at))


@transaction.atomic
def _remind(incident: Incident, at: datetime) -> int:
    """Decided again under the lock: a decision that was taken meanwhile has stopped the clock."""
    locked, _later = lock_incident(incident, at)
    step = rules.reminder_step(locked.due_at, at)
    if step is None or locked.settled_at is not None or locked.state == State.CLOSED:
        return 0
    return notices.deadline(locked, step, at=at)
