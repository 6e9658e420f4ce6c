"""Sealing and verifying the audit trail: a million entries, a fifth of them with private values about 50,000 people.

The bar: verifying a million entries, everything computed anew, takes less than a minute on one core.
"""

from __future__ import annotations

import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone

from benchmarks.timing import used

BAR_SECONDS = 60.0
FILL = """
COPY audit_auditentry (at, actor_id, job, verb, subject_type, subject_id, customer_id, before, after) FROM STDIN
"""
PEOPLE = 50_000


def figures(*, quick: bool) -> dict[str, dict[str, Any]]:
    from portal.audit.anchoring import anchor
    from portal.audit.sealing import seal
    from portal.audit.verifying import verify

    rows = 100_000 if quick else 1_000_000
    now = timezone.now()
    with tempfile.TemporaryDirectory() as folder:
        settings.AUDIT_HEADS_FILE = str(Path(folder) / "heads.jsonl")
        filling = _fill(rows, now)
        sealing, count = _timed(lambda: seal(at=now, limit=rows, everything=True))
        again, _none = _timed(lambda: seal(at=now + timedelta(hours=3)))
        anchor(at=now)
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
        verifying, found = _timed(verify)
    assert found.ok, found
    assert count == found.tree_size == rows
    return {
        f"audit trail of {rows:,} entries": {
            "seconds to copy them in": filling,
            "seconds to seal them": sealing[0],
            "processor seconds of sealing": sealing[1],
            "entries sealed per second": rows / sealing[0],
            "seconds of a turn that finds nothing": again[0],
            f"seconds to verify them (bar: {BAR_SECONDS * rows / 1_000_000:.0f})": verifying[0],
            "processor seconds of verifying": verifying[1],
            "entries verified per second": rows / verifying[0],
        }
    }


def _fill(rows: int, now: Any) -> float:
    began = time.perf_counter()
    with connection.cursor() as cursor, cursor.copy(FILL) as copy:
        for number in range(rows):
            copy.write_row(_row(number, now))
    return time.perf_counter() - began


def _row(number: int, now: Any) -> tuple[Any, ...]:
    at, customer = now + timedelta(microseconds=number), number % PEOPLE + 1
    if number % 5 == 0:
        before, after = '{"last_name": "Beispiel"}', f'{{"last_name": "Muster-{number}", "relationship": "prospect"}}'
        return at, None, "import_customers", "customer.changed", "customer", f"K-{customer}", customer, before, after
    if number % 5 == 1:
        after = f'{{"use": {number % 3}, "state": "used", "conditions_read": true}}'
        return at, None, "demo", "permit.used", "permit", f"P-{number}", customer, '{"state": "active"}', after
    after = '{"outcome": "allowed", "purpose": "service", "channel": "email"}'
    return at, None, "api:shop", "decision.given", "decision", f"{number:032x}", customer, "{}", after


def _timed(act: Any) -> tuple[tuple[float, float], Any]:
    """Seconds on the clock, and of processor time here and in the server's process for this connection: on a machine
    that others share only the second says what the work costs."""
    began, before = time.perf_counter(), used()
    done = act()
    return (time.perf_counter() - began, used() - before), done
