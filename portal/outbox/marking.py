"""Read or not: the receiver's own business, so the trail does not keep it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from portal.outbox.models import OutboxMessage, ReadMark

if TYPE_CHECKING:
    from portal.people.models import User


def mark_read(acting_user: User, *, message: OutboxMessage, at: datetime) -> None:
    """Once read it stays so, whoever presses twice."""
    _mark(acting_user, [message.pk], at)


def mark_unread(acting_user: User, *, message: OutboxMessage) -> None:
    ReadMark.objects.filter(message__in=OutboxMessage.objects.told(acting_user), message=message).delete()


def mark_all_read(acting_user: User, *, until: int, at: datetime) -> None:
    """Everything up to the newest message that the person has seen on the page."""
    unread = OutboxMessage.objects.told(acting_user).filter(mark__isnull=True, pk__lte=until)
    _mark(acting_user, list(unread.values_list("pk", flat=True)), at)


def _mark(acting_user: User, ids: list[int], at: datetime) -> None:
    own = OutboxMessage.objects.told(acting_user).filter(pk__in=ids).values_list("pk", flat=True)
    ReadMark.objects.bulk_create([ReadMark(message_id=pk, at=at) for pk in own], ignore_conflicts=True)
