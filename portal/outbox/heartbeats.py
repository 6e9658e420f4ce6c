"""Signs of life: when worker, clock and relay were last at work, one row each."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection

from portal.outbox.models import Heartbeat

Part = Heartbeat.Part
#: A relay runs every few seconds; its row is written less often.
FRESH_SECONDS = 5
_NOTE = """
INSERT INTO outbox_heartbeat (part, at) VALUES (%s, %s)
ON CONFLICT (part) DO UPDATE SET at = EXCLUDED.at
WHERE abs(extract(epoch FROM EXCLUDED.at - outbox_heartbeat.at)) >= %s
"""


def note(part: Heartbeat.Part, *, at: datetime) -> None:
    """This part is at work. One statement, written at most every five seconds."""
    with connection.cursor() as cursor:
        cursor.execute(_NOTE, [part.value, at, FRESH_SECONDS])


def silent(*, at: datetime) -> set[str]:
    """The parts without a sign of life within HEARTBEAT_LATE_SECONDS, those never heard of included. One query."""
    since = at - timedelta(seconds=settings.HEARTBEAT_LATE_SECONDS)
    return set(Part.values) - set(Heartbeat.objects.filter(at__gte=since).values_list("part", flat=True))
