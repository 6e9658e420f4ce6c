"""How the outbox is, for those who look after it: counts, ages and classes of errors, no content."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, F, Min, Q
from django.utils.translation import gettext as _

from portal.access.roles import Role
from portal.outbox.models import Heartbeat, OutboxMessage
from portal.people.models import User

LATE_AFTER = timedelta(minutes=5)
#: Topics beside "incident_*" whose receiver tells of something that went wrong.
CONFIDENTIAL = {"refresher_assigned"}


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


def receiver(message: OutboxMessage, viewer: User) -> str:
    """For whom a message is, in words. Who reported an incident, or was sent back to the course, is the officers' to
    know: the kind of message beside a name would tell."""
    if message.recipient is not None:
        told = message.topic in CONFIDENTIAL or message.topic.startswith("incident_")
        return _("A colleague") if told and not viewer.has_role(Role.DPO) else str(message.recipient)
    return _("Somebody outside") if message.kind == OutboxMessage.Kind.LETTER else _("The portal itself")


def error_class(message: OutboxMessage) -> str:
    """What kind of error it was, without the number that a mail server answered with."""
    return message.last_error.partition(":")[0]
