"""How many consents customers took back, week by week and by channel. Reading only; the front for reports."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection

# What was corrected away does not count, nor what took it away. `part` 0 is what was asked for; 1, 2 and 3 are what
# lies outside of the reason, of the channel and of both (contacts/reports/counting.py says what for).
COUNT = """
SELECT channel, place, part, count(*), count(DISTINCT customer_id)
FROM (SELECT c.channel, c.customer_id, width_bucket(e.at, %(edges)s::timestamptz[]) AS place,
             CASE WHEN %(purpose)s = '' OR c.purpose = %(purpose)s THEN 0 ELSE 1 END
             + CASE WHEN %(channel)s = '' OR c.channel = %(channel)s THEN 0 ELSE 2 END AS part
      FROM consent_consentevent e JOIN consent_consent c ON c.id = e.consent_id
      WHERE e.kind = 'withdrawn' AND e.at >= %(first)s AND e.at < %(last)s AND NOT e.annuls
        AND NOT EXISTS (SELECT FROM consent_consentevent n WHERE n.corrects_id = e.id AND n.annuls)) AS taken_back
GROUP BY GROUPING SETS ((channel, place, part), (place, part))
"""


def withdrawals(edges: Sequence[datetime], *, purpose: str = "", channel: str = "") -> list[tuple[Any, ...]]:
    """Rows (channel, or None for all; number of the week from 1 on; part; how many; of how many customers), for weeks
    that begin and end at the edges. One query."""
    values: dict[str, Any] = {
        "edges": list(edges),
        "first": edges[0],
        "last": edges[-1],
        "purpose": purpose,
        "channel": channel,
    }
    with connection.cursor() as cursor:
        cursor.execute(COUNT, values)
        return cursor.fetchall()
