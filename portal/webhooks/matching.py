"""Who gets which event: one row for each endpoint that listens, in the order of the events."""

from __future__ import annotations

from datetime import datetime

from django.db import connection, transaction

from portal.database import lock_name

BATCH = 5_000
# An endpoint that is being switched off is waited for: the statement below would still see it on, and leave rows that
# nobody dropped. Ordered, so that nobody's locks cross.
HOLD = "SELECT id FROM webhooks_endpoint ORDER BY id FOR SHARE"
# One at a time, and no row is passed over: what is matched later is never older for the same customer.
_MATCH = """
WITH fresh AS MATERIALIZED (
    SELECT id, type, customer_id FROM webhooks_event WHERE matched_at IS NULL ORDER BY id LIMIT %(limit)s
), made AS (
    INSERT INTO webhooks_delivery (endpoint_id, event_id, customer_id, state, due_at, tries)
    SELECT e.id, f.id, f.customer_id, 'waiting', %(at)s, 0
    FROM fresh f JOIN webhooks_endpoint e ON e.state IN ('on', 'failing') AND f.type = ANY (e.events)
    ORDER BY f.id
    ON CONFLICT (endpoint_id, event_id) DO NOTHING
), marked AS (
    UPDATE webhooks_event SET matched_at = %(at)s FROM fresh WHERE webhooks_event.id = fresh.id
)
SELECT count(*) FROM fresh
"""


def match(*, at: datetime, batch: int = BATCH) -> int:
    """Write the deliveries of all events that have none yet; returns how many events."""
    done = 0
    while True:
        count = _match(at, batch)
        done += count
        if count < batch:
            return done


@transaction.atomic
def _match(at: datetime, batch: int) -> int:
    lock_name("webhooks.match")
    with connection.cursor() as cursor:
        cursor.execute(HOLD)
        cursor.execute(_MATCH, {"at": at, "limit": batch})
        return int(cursor.fetchone()[0])
