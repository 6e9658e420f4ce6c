"""Events are no archive: the trail is. What was sent, is not wanted any more, or was kept for a receiver that nobody
has switched on for so long, goes after thirty days."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection, transaction

from portal.webhooks.matching import HOLD

KEPT = timedelta(days=30)
BATCH = 5_000
_FORGET = """
WITH old AS MATERIALIZED (
    SELECT id FROM webhooks_event e
    WHERE happened_at < %(before)s AND matched_at IS NOT NULL
          AND NOT EXISTS (
              SELECT FROM webhooks_delivery d JOIN webhooks_endpoint p ON p.id = d.endpoint_id
              WHERE d.event_id = e.id AND d.state = 'waiting' AND p.state = 'on'
          )
    ORDER BY happened_at LIMIT %(limit)s
)
SELECT array_agg(id) FROM old
"""
_DELETE = (
    "DELETE FROM webhooks_attempt USING webhooks_delivery d WHERE delivery_id = d.id AND d.event_id = ANY (%s)",
    "DELETE FROM webhooks_delivery WHERE event_id = ANY (%s)",
    "DELETE FROM webhooks_event WHERE id = ANY (%s)",
)


def forget(*, at: datetime, batch: int = BATCH) -> int:
    """Delete what is older, with its tries; returns how many events. What waits for a receiver that is on stays."""
    done = 0
    while True:
        count = _forget(at, batch)
        done += count
        if count < batch:
            return done


@transaction.atomic
def _forget(at: datetime, batch: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(HOLD)  # whoever is just being switched on gets either all of it or nothing
        cursor.execute(_FORGET, {"before": at - KEPT, "limit": batch})
        ids = cursor.fetchone()[0] or []
        for statement in _DELETE:
            cursor.execute(statement, [ids])
    return len(ids)
