"""The bookkeeping of consents whose time has come, against bare SQL that makes the same rows in the same run.

Two sets of equal size lie in the same tables: one is swept by the product, the other by the floor, in turns, a batch
each, so that both meet the same table sizes and the same moods of the machine. The floor is three plain statements a
batch: insert the events, update the consents, insert the audit entries; it is told which rows are due and takes no
lock beyond its writes. The product finds what is due, locks customer and consent, skips whoever is busy, tells the
outbox, and does the same writes.
"""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

BATCH = 5_000

FILL = """
INSERT INTO customers_customer (number, kind, relationship, salutation, first_name, last_name, company,
                                parental_consent, robinson_listed, language, timezone, created_at)
SELECT %(set)s || n, 'consumer', 'active_customer', '', 'Vor', 'Nach' || n, '', false, false, 'de', 'Europe/Berlin',
       now()
FROM generate_series(1, %(rows)s) n;
INSERT INTO consent_consent (customer_id, purpose, channel, platform, text_id, given_at, given_how, proof,
                             recorded_state, stale_at, expires_at, next_change_at)
SELECT id, 'marketing', 'email', '', %(text)s, %(given)s, 'paper', true, 'active', %(due)s, %(end)s, %(due)s
FROM customers_customer WHERE number LIKE %(set)s || '%%';
"""

EVENTS = """
INSERT INTO consent_consentevent (consent_id, kind, at, local_date, how, evidence, ip, user_agent, origin, proof,
                                  annuls, job, recorded_at)
SELECT id, 'went_stale', stale_at, stale_at::date, 'clock', '', '', '', '', false, false, 'floor', %(at)s
FROM consent_consent WHERE id BETWEEN %(first)s AND %(last)s
"""
STATES = """
UPDATE consent_consent SET recorded_state = 'stale', next_change_at = expires_at
WHERE id BETWEEN %(first)s AND %(last)s
"""
AUDIT = """
INSERT INTO audit_auditentry (at, actor_id, job, verb, subject_type, subject_id, customer_id, before, after)
SELECT %(at)s, NULL, 'floor', 'consent.went_stale', 'consent', id::text, customer_id, '{"state": "active"}',
       jsonb_build_object('state', 'stale', 'purpose', purpose, 'channel', channel, 'event', id)
FROM consent_consent WHERE id BETWEEN %(first)s AND %(last)s
"""


def figures(*, quick: bool) -> dict[str, dict[str, Any]]:
    rows = 50_000 if quick else 1_000_000
    now = timezone.now()
    prepare(rows, now)
    ours, floor = _race(rows, now)
    return {
        f"sweep of {rows:,} due consents (state, event, audit entry each), batches of {BATCH:,}": {
            "bare SQL rows per second": rows / floor,
            "ours rows per second": rows / ours,
            "ratio to bare SQL (bar: 0.6)": floor / ours,
        }
    }


def prepare(rows: int, now: datetime) -> None:
    """`rows` due consents for the product (S...) and as many for the floor (F...), whose time the clock ignores."""
    from tests.cast import make_cast, wording

    make_cast(now)
    shared = {"rows": rows, "text": wording("marketing", "email").pk, "given": now - timedelta(days=800)}
    due = now - timedelta(days=60)
    with connection.cursor() as cursor:
        for name, at in (("S", due), ("F", now + timedelta(days=30))):
            cursor.execute(FILL, shared | {"set": name, "due": at, "end": at + timedelta(days=700)})
        cursor.execute("ANALYZE customers_customer, consent_consent")


def _race(rows: int, now: datetime) -> tuple[float, float]:
    """Seconds that the product and the floor take for all their rows, batch by batch in turns."""
    from consent.services import record_passage

    with connection.cursor() as cursor:
        cursor.execute("SELECT min(c.id) FROM consent_consent c WHERE next_change_at > %s", [now])
        first = cursor.fetchone()[0]
    ours = floor = 0.0
    for number in range(0, rows, BATCH):
        started = time.perf_counter()
        if record_passage(at=now, limit=BATCH) != min(BATCH, rows - number):
            raise RuntimeError("The sweep did not find what was due.")
        ours += time.perf_counter() - started
        started = time.perf_counter()
        _floor(first + number, min(first + number + BATCH, first + rows) - 1, now)
        floor += time.perf_counter() - started
    return ours, floor


@transaction.atomic
def _floor(first: int, last: int, now: datetime) -> None:
    with connection.cursor() as cursor:
        for statement in (EVENTS, STATES, AUDIT):
            cursor.execute(statement, {"first": first, "last": last, "at": now})
