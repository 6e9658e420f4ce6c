"""Everything not urgent for one receiver in one mail a morning.

What belongs together is written down before it is sent. So a relay that is killed in the middle leaves the same bundle
to the next one, under the same Message-ID, and each row is done by exactly one mail.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Value
from django.db.models.functions import Greatest

from portal.outbox.models import OutboxMessage
from portal.outbox.mornings import morning_begun, next_morning

_DUE = "done_at IS NULL AND parked_at IS NULL AND NOT urgent AND leader_id IS NULL AND due_at <= %(at)s"
_HAD_IT = """EXISTS (
    SELECT FROM outbox_outboxmessage lead
    WHERE lead.recipient_id = late.recipient_id AND lead.gathered_on = %(day)s AND lead.leader_id = lead.id)"""
# Whoever has had the mail of this morning gets the rest tomorrow: a row may have been committed after its due time, and
# one that is committed between the two statements waits for the next turn.
_LATECOMERS = f"UPDATE outbox_outboxmessage late SET due_at = %(next)s WHERE {_DUE} AND {_HAD_IT}"
_GATHER = f"""
UPDATE outbox_outboxmessage SET leader_id = due.first, gathered_on = %(day)s
FROM (
    SELECT id AS row, min(id) OVER (PARTITION BY recipient_id) AS first FROM outbox_outboxmessage late
    WHERE {_DUE} AND NOT {_HAD_IT}
) due
WHERE id = due.row
"""


def gather(*, at: datetime) -> None:
    """Write down which rows go out together. One relay does it; the others go on without waiting."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended('outbox.gather', 0))")
        if not cursor.fetchone()[0]:
            return
        values = {"at": at, "day": morning_begun(at), "next": next_morning(at)}
        cursor.execute(_LATECOMERS, values)
        cursor.execute(_GATHER, values)


def rows_of(message: OutboxMessage) -> list[OutboxMessage]:
    """The rows that go out with this one, itself included."""
    if message.leader_id is None:
        return [message]
    return list(OutboxMessage.objects.filter(leader=message.leader_id).select_related("recipient").order_by("pk"))


def part_with(row: OutboxMessage) -> None:
    """What cannot be said goes on by itself and is parked alone. The others stay together; where it led them, the next
    of them does. Only a row whose words fail comes here, so nothing of this bundle was ever sent under the old name."""
    OutboxMessage.objects.filter(pk=row.pk).update(leader=None, gathered_on=None, urgent=True)
    if row.leader_id == row.pk:
        others = OutboxMessage.objects.filter(leader=row.pk)
        others.update(leader=others.order_by("pk").values_list("pk", flat=True).first())


def end(message: OutboxMessage, *, at: datetime) -> None:
    """Sent: the row and everything in its bundle is done."""
    together(message).update(done_at=Greatest(Value(at), F("created_at")))


def together(message: OutboxMessage) -> Any:
    """The rows of the bundle, or the one row, for a change of all of them."""
    if message.leader_id is None:
        return OutboxMessage.objects.filter(pk=message.pk)
    return OutboxMessage.objects.filter(leader=message.leader_id)
