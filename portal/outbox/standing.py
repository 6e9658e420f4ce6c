"""How the outbox is, for those who look after it: counts, ages and classes of errors, no content."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, F, Min, Q

from portal.outbox.models import Heartbeat, OutboxMessage

LATE_AFTER = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Standing:
    """How many wait, since when the oldest is due, how many are parked, and the last signs of life."""

    waiting: int
    oldest_due: datetime | None
    parked: int
    heartbeats: dict[str, datetime]

    def is_late(self, at: datetime) -> bool:
        return self.oldest_due is not None and self.oldest_due <= at - LATE_AFTER


def standing(*, at: datetime) -> Standing:
    """Two queries."""
    heads = Q(leader__isnull=True) | Q(leader=F("pk"))
    due = Q(parked_at__isnull=True, due_at__lte=at)
    found = OutboxMessage.objects.filter(heads, done_at__isnull=True, given_up_at__isnull=True).aggregate(
        waiting=Count("pk", filter=due),
        oldest=Min("due_at", filter=due),
        parked=Count("pk", filter=Q(parked_at__isnull=False)),
    )
    signs = dict(Heartbeat.objects.values_list("part", "at"))
    return Standing(found["waiting"], found["oldest"], found["parked"], signs)


def troubled(*, at: datetime):
    """What is parked, late, or was put off after a failure; the newest first."""
    heads = Q(leader__isnull=True) | Q(leader=F("pk"))
    open_rows = OutboxMessage.objects.filter(heads, done_at__isnull=True, given_up_at__isnull=True)
    trouble = Q(parked_at__isnull=False) | Q(due_at__lte=at - LATE_AFTER) | Q(attempts__gt=0)
    return open_rows.filter(trouble).select_related("recipient").defer("payload")


def error_class(message: OutboxMessage) -> str:
    """What kind of error it was. The sentence behind it may hold an address, so it stays in the database."""
    return message.last_error.partition(":")[0]
