"""Telling other systems that something happened. Call inside the transaction of what did.

Webhooks have an outbox of their own (docs/decisions/0027). Where nobody listens to a kind of event nothing is written.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection

from portal.webhooks.models import Endpoint, EventType

_TELL = """
INSERT INTO webhooks_event (uid, type, customer_id, data, happened_at)
SELECT gen_random_uuid(), told.type, told.customer_id, told.data, told.happened_at
FROM ROWS FROM (
    jsonb_to_recordset(%(told)s::jsonb) AS (type text, customer_id bigint, data jsonb, happened_at timestamptz)
) WITH ORDINALITY AS told (type, customer_id, data, happened_at, place)
WHERE EXISTS (
    SELECT FROM webhooks_endpoint e WHERE e.state IN ('on', 'failing') AND told.type = ANY (e.events)
)
ORDER BY told.place
"""


@dataclass(frozen=True, slots=True)
class Told:
    """One event. `data` is JSON of numbers and states: a receiver that wants names asks the API, with its key."""

    type: EventType
    customer_id: int | None
    data: dict[str, Any]


def is_heard(type: EventType) -> bool:
    """Whether anybody listens, for who would have to gather much to tell it."""
    return Endpoint.objects.filter(state__in=["on", "failing"], events__contains=[type.value]).exists()


def tell(type: EventType, data: dict[str, Any], *, customer_id: int | None, at: datetime) -> None:
    """One event; the caller holds the customer's lock, so that events of one customer have an order."""
    tell_all([Told(type, customer_id, data)], at=at)


def tell_all(events: Sequence[Told], *, at: datetime) -> None:
    """Many events in one statement, in their order."""
    if not connection.in_atomic_block:
        raise RuntimeError("An event belongs into the transaction of what caused it.")
    if not events:
        return
    told = [
        {"type": one.type.value, "customer_id": one.customer_id, "data": one.data, "happened_at": at} for one in events
    ]
    with connection.cursor() as cursor:
        cursor.execute(_TELL, {"told": json.dumps(told, cls=DjangoJSONEncoder)})
