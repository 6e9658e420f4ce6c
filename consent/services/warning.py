"""The officers hear of consents that go stale or end 60, 30 and 7 days ahead: one bundled mail a day, no name in it.

What was told is kept for each consent, date and step, in the transaction of the mail. So a killed run loses nothing and
repeats nothing, a missed day is made up for on the next, and what comes in late is told at the step it has reached.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.utils import timezone

from consent.models import ForecastWarning
from portal.access.roles import Role
from portal.database import lock_name
from portal.outbox import services as outbox
from portal.outbox.models import OutboxMessage
from portal.people.models import User

STEPS = (60, 30, 7)
#: No mail goes out before this hour of the portal's day.
MORNING = 6
TEMPLATE = "consents_ahead"

# The smallest step that is reached counts: after a missed day nobody hears of 60 and of 30 days in one mail.
TELL = """
WITH ahead AS (
    SELECT id, 'stale' AS what, stale_at AS due_at FROM consent_consent
    WHERE withdrawn_at IS NULL AND stale_at > %(at)s AND stale_at <= %(in_60)s AND stale_at < expires_at
    UNION ALL
    SELECT id, 'end' AS what, expires_at AS due_at FROM consent_consent
    WHERE withdrawn_at IS NULL AND expires_at > %(at)s AND expires_at <= %(in_60)s
), told AS (
    INSERT INTO consent_forecastwarning (consent_id, what, step, due_at, told_at)
    SELECT id, what, CASE WHEN due_at <= %(in_7)s THEN 7 WHEN due_at <= %(in_30)s THEN 30 ELSE 60 END, due_at, %(at)s
    FROM ahead
    ON CONFLICT (consent_id, what, step, due_at) DO NOTHING
    RETURNING consent_id, what, step
)
SELECT step, purpose, channel, count(*) FILTER (WHERE what = 'stale'), count(*) FILTER (WHERE what = 'end')
FROM told JOIN consent_consent ON consent_consent.id = told.consent_id
GROUP BY step, purpose, channel
ORDER BY step, purpose, channel
"""

Count = tuple[int, str, str, int, int]


@transaction.atomic
def warn_ahead(*, at: datetime) -> int:
    """Put today's mails into the outbox, one for each officer; returns how many. None where nothing is new, before six
    in the morning, after today's mail, or where nobody could be told: then it waits for whoever comes."""
    local = at.astimezone(ZoneInfo(timezone.get_default_timezone_name()))
    if local.hour < MORNING:
        return 0
    lock_name("consent.warn_ahead")
    officers = _officers()
    if not officers or _is_told(local.date()):
        return 0
    counts = _tell(at)
    if not counts:
        return 0
    for officer in officers:
        key = f"{_prefix(local.date())}{officer.pk}"
        outbox.mail(to=officer, template=TEMPLATE, context=_context(counts), at=at, key=key)
    return len(officers)


def _officers() -> list[User]:
    """The consent officers; without one, the data protection officers."""
    for role in (Role.CONSENT_OFFICER, Role.DPO):
        found = list(User.objects.with_role(role).order_by("pk"))
        if found:
            return found
    return []


def _prefix(day: date) -> str:
    return f"{TEMPLATE}:{day:%Y-%m-%d}:"


def _is_told(day: date) -> bool:
    return OutboxMessage.objects.filter(key__startswith=_prefix(day)).exists()


def _tell(at: datetime) -> list[Count]:
    """Note what is new and count it; forget the dates that are past."""
    ends = {f"in_{step}": at + timedelta(days=step) for step in STEPS}
    ForecastWarning.objects.filter(due_at__lte=at).delete()
    with connection.cursor() as cursor:
        cursor.execute(TELL, {"at": at, **ends})
        return cursor.fetchall()


def _context(counts: list[Count]) -> dict[str, Any]:
    steps = [_step(step, list(rows)) for step, rows in groupby(counts, key=lambda row: row[0])]
    return {"total": sum(step["total"] for step in steps), "days": counts[-1][0], "steps": steps}


def _step(step: int, rows: list[Count]) -> dict[str, Any]:
    nearer = max((smaller for smaller in STEPS if smaller < step), default=0)
    return {
        "days": step,
        "first": nearer + 1,
        "total": sum(stale + end for *_key, stale, end in rows),
        "rows": [
            {"purpose": purpose, "channel": channel, "stale": stale, "end": end}
            for _step, purpose, channel, stale, end in rows
        ],
    }
