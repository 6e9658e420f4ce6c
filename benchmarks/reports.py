"""How much each report takes over 200,000 requests and 100,000 permits: processor time of PostgreSQL and Python
together, against a bare `SELECT count(*)` over the rows that the report is about, in the same run; at most 300 ms.

Processor time, because other work on the machine does not change it; for that everything runs in one process of the
server, though PostgreSQL could share it out to several.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from django.db import connection
from django.utils import timezone

from benchmarks import scratch, year
from benchmarks.table import Row
from benchmarks.timing import used
from contacts.reports.plots import KINDS, Kind
from contacts.reports.scope import Look, Scope, scope_of

BAR, TURNS = 300, 10
#: The rows that a report is about, in the weeks that were chosen.
FLOORS = {
    "in-force": "requests_permit WHERE valid_until > %(first)s",
    "ending": "requests_permit WHERE state = 'active' AND valid_until > %(at)s",
    "waiting": "requests_contactrequest WHERE state IN ('with_manager', 'with_dpo')",
    "decisions": "requests_review WHERE at >= %(first)s AND at < %(last)s",
    "outcomes": "requests_contactrequest WHERE closed_at >= %(first)s AND closed_at < %(last)s",
    "objections": "requests_contact WHERE logged_at >= %(first)s AND logged_at < %(last)s",
    "withdrawals": "consent_consentevent WHERE at >= %(first)s AND at < %(last)s",
    "teams": "people_user WHERE is_active",
    "questions": "training_itemsum",
}


def rows(*, quick: bool) -> list[Row]:
    """Each report of the officer over 13 and over 52 weeks and with a channel chosen, then the manager's. Quick: a
    tenth of the requests."""
    now = timezone.now()
    cast, _accounts = scratch.fill(10_000 if quick else 100_000)
    manager = year.fill(20_000 if quick else 200_000, now=now)
    with connection.cursor() as cursor:
        cursor.execute("SET max_parallel_workers_per_gather = 0")
    officer, own = scope_of(cast.dora), scope_of(manager)
    looks = {"13 weeks": Look(now), "52 weeks": Look(now, 52), "52 weeks, e-mail": Look(now, 52, "", "email")}
    found = [_row(kind, officer, look, name) for kind in KINDS for name, look in looks.items() if kind.filtered]
    found += [_row(kind, officer, looks["13 weeks"], "now") for kind in KINDS if not kind.filtered]
    found += [_row(kind, own, looks["52 weeks"], "52 weeks, a team") for kind in KINDS if kind.is_for(own)]
    return found


def _row(kind: Kind, scope: Scope, look: Look, name: str) -> Row:
    ours, floor = _both(partial(kind.draw, scope, look), partial(_counted, kind.key, look))
    return Row(f"report: {kind.key}, {name}", ours, "ms", floor=floor, itself=BAR)


def _both(ours: Callable[[], object], floor: Callable[[], object]) -> tuple[float, float]:
    """Milliseconds of ours and of the floor, the mean of ten turns after a first one that is not counted."""
    return _mean(ours), _mean(floor)


def _mean(act: Callable[[], object]) -> float:
    act()
    began = used()
    for _turn in range(TURNS):
        act()
    return (used() - began) / TURNS * 1000


def _counted(key: str, look: Look) -> None:
    edges = look.chosen.edges
    values = {"at": look.at, "first": edges[0], "last": edges[-1]}
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {FLOORS[key]}", values)
        cursor.fetchone()
