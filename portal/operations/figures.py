"""How the portal is, in numbers that name nobody: one statement, so that asking costs the same however much there is.

The numbers come from the database and not from a process, so several web processes and nodes tell the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

#: Decisions of the last hour are counted among so many of the latest rows; a busier house reads "at least".
LATEST = 20_000
#: Mails that tell of something before it is too late.
REMINDERS = (
    "certificate_due",
    "certificate_overdue",
    "consents_ahead",
    "danger_overdue",
    "incident_deadline",
    "permit_ending",
    "review_reminder",
    "suppression_list_overdue",
    "team_overdue",
    "use_to_log",
)
_WAITS = "done_at IS NULL AND parked_at IS NULL"
_STATEMENT = f"""
SELECT 'decisions', 'request', outcome, count(*)::float FROM (
    SELECT outcome, at FROM requests_decisionrecord ORDER BY id DESC LIMIT {LATEST}
) latest WHERE at > %(hour)s GROUP BY outcome
UNION ALL SELECT 'decisions', 'system', outcome, count(*)::float FROM (
    SELECT outcome, made_at FROM requests_givendecision ORDER BY made_at DESC LIMIT {LATEST}
) latest WHERE made_at > %(hour)s GROUP BY outcome
UNION ALL SELECT 'outbox_waiting', '', '', count(*)::float FROM outbox_outboxmessage
    WHERE {_WAITS} AND due_at <= %(now)s
UNION ALL SELECT 'outbox_age', '', '', coalesce(extract(epoch FROM %(now)s - min(due_at)), 0)::float
    FROM outbox_outboxmessage WHERE {_WAITS} AND due_at <= %(now)s
UNION ALL SELECT 'outbox_parked', '', '', count(*)::float FROM outbox_outboxmessage
    WHERE parked_at IS NOT NULL AND given_up_at IS NULL
UNION ALL SELECT 'reminders_due', '', '', count(*)::float FROM outbox_outboxmessage
    WHERE {_WAITS} AND due_at <= %(now)s AND topic = ANY(%(reminders)s)
UNION ALL SELECT 'reminders_sent', '', '', count(*)::float FROM (
    SELECT topic, done_at FROM outbox_outboxmessage WHERE kind = 'mail' ORDER BY id DESC LIMIT {LATEST}
) latest WHERE done_at > %(day)s AND topic = ANY(%(reminders)s)
UNION ALL SELECT 'webhooks_waiting', '', '', count(*)::float FROM webhooks_delivery WHERE state = 'waiting'
UNION ALL SELECT 'sign_of_life', part, '', extract(epoch FROM %(now)s - at)::float FROM outbox_heartbeat
UNION ALL SELECT 'success', kind, '', extract(epoch FROM %(now)s - at)::float FROM operations_success
UNION ALL SELECT 'sessions', '', '', count(*)::float FROM people_signed_in WHERE expire_date > %(now)s
UNION ALL (SELECT 'audit_age', '', '', extract(epoch FROM %(now)s - at)::float
    FROM audit_auditentry ORDER BY id DESC LIMIT 1)
UNION ALL (SELECT 'audit_head', '', '', extract(epoch FROM %(now)s - at)::float
    FROM audit_signedhead ORDER BY id DESC LIMIT 1)
UNION ALL (SELECT 'audit_verified', '', '', extract(epoch FROM %(now)s - at)::float
    FROM audit_verification WHERE ok ORDER BY id DESC LIMIT 1)
"""


@dataclass(frozen=True, slots=True)
class Figure:
    """One number; `label` and `second` are empty where there is nothing to tell apart. Ages are seconds."""

    name: str
    label: str
    second: str
    value: float


def figures(*, at: datetime) -> list[Figure]:
    """One statement."""
    values: dict[str, Any] = {
        "now": at,
        "hour": at - timedelta(hours=1),
        "day": at - timedelta(days=1),
        "reminders": list(REMINDERS),
    }
    with connection.cursor() as cursor:
        cursor.execute(_STATEMENT, values)
        return [Figure(*row) for row in cursor.fetchall()]
