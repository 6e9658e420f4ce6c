"""On the day on which a hold is to be looked at again its officers hear of it, each once for that day."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from django.db import transaction
from django.utils import timezone

from portal.access.roles import Role
from portal.outbox import services as outbox
from portal.outbox.models import OutboxMessage
from portal.people.models import User
from portal.retention.models import Hold
from portal.rows import one_by_one


def remind_holds(*, at: datetime) -> int:
    """Put the reminders that are due into the outbox; returns how many holds that were not reminded of before."""
    waiting = Hold.objects.standing().filter(review_on__lte=timezone.localdate(at)).order_by("pk")
    return one_by_one([hold for hold in waiting if not _heard(hold)], partial(_remind, at=at))


def _heard(hold: Hold) -> bool:
    return OutboxMessage.objects.filter(key__startswith=f"{_key(hold)}:").exists()


def _key(hold: Hold) -> str:
    return f"hold:{hold.pk}:{hold.review_on.isoformat()}"


@transaction.atomic
def _remind(hold: Hold, at: datetime) -> int:
    words = {"number": hold.label, "reason": hold.reason, "hold": hold.pk}
    for officer in User.objects.with_role(Role.DPO):
        key = f"{_key(hold)}:{officer.pk}"
        outbox.mail(to=officer, template="hold_due", context=words, at=at, key=key, urgent=False)
    return 1
