"""The clock of Art. 12(3) GDPR: officers hear ten and three days before the last day, and when it is over;
each once."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from contacts.rights import notices, rules
from contacts.rights.models import DataRequest
from contacts.rights.services.common import lock_request
from portal.rows import one_by_one


def remind_deadlines(*, at: datetime) -> int:
    """Put the reminders that are due into the outbox; returns how many were new."""
    running = DataRequest.objects.running().order_by("due_on", "pk")
    return one_by_one(notices.unheard(running, at=at), lambda request: _remind(request, at))


@transaction.atomic
def _remind(request: DataRequest, at: datetime) -> int:
    """Decided again under the lock: an answer that was given meanwhile has stopped the clock."""
    locked, _later = lock_request(request, at)
    step = rules.reminder_step(locked.due_on, timezone.localdate(at))
    if step is None or not locked.is_running:
        return 0
    return notices.deadline(locked, step, at=at)
