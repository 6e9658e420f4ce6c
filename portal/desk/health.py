"""How the portal is: the process, its database, its messages, its broker. Words only, no details for strangers."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from datetime import datetime
from functools import cache

import redis
from django.conf import settings
from django.db import Error, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Count, Q

from contacts.customers.suppression.standing import KeysMissing, demand_keys
from portal.outbox import heartbeats
from portal.outbox.models import OutboxMessage
from portal.outbox.standing import LATE_AFTER

BROKER_PATIENCE_SECONDS = 1
#: Redis is asked at most this often, so that strangers who ask for the page cannot hold the threads of the web server.
REDIS_ASKED_EVERY_SECONDS = 3.0
TRIES_IN_VAIN = 3


@dataclass(frozen=True, slots=True)
class Readiness:
    """One word for each part: `ok`, or `away`, `behind`, `late`, `failing`, `silent`, `keys_missing`, `unknown`."""

    database: str
    migrations: str
    outbox: str
    redis: str
    suppression: str
    worker: str = "unknown"
    beat: str = "unknown"
    relay: str = "unknown"

    @property
    def status(self) -> str:
        """`ready`; `degraded` while Redis is away, because no answer waits for it, and while refusals cannot be looked
        up for want of their keys, because questions are refused then but everything else works, and while messages
        fail, because the portal works on and no restart helps; else `unready`."""
        jobs = {self.outbox, self.worker, self.beat, self.relay} - {"failing"}
        own = {self.database, self.migrations} | (set() if self.redis == "away" else jobs)
        if own != {"ok"}:
            return "unready"
        return "ready" if {self.redis, self.suppression, self.outbox} == {"ok"} else "degraded"

    def words(self) -> dict[str, str]:
        return {
            "status": self.status,
            "database": self.database,
            "migrations": self.migrations,
            "outbox": self.outbox,
            "redis": self.redis,
            "suppression": self.suppression,
            "worker": self.worker,
            "beat": self.beat,
            "relay": self.relay,
        }


def readiness(*, at: datetime) -> Readiness:
    """Ask every part once. Without a database nothing about its content is known."""
    try:
        migrations, outbox = _migrations(), _outbox(at)
        suppression = _suppression() if migrations == "ok" else "unknown"
        silent = heartbeats.silent(at=at)
    except Error:
        return Readiness("away", "unknown", "unknown", _redis(), "unknown")
    signs = {part: "silent" if part in silent else "ok" for part in heartbeats.Part.values}
    return Readiness("ok", migrations, outbox, _redis(), suppression, **signs)


@cache
def _newest() -> frozenset[tuple[str, str]]:
    """The last migration of each app. The files do not change under a running process, so they are read once."""
    return frozenset(MigrationLoader(None).graph.leaf_nodes())


def _migrations() -> str:
    return "ok" if _newest() <= set(MigrationRecorder(connection).applied_migrations()) else "behind"


def _outbox(at: datetime) -> str:
    """`late` when a message that was due more than five minutes ago still waits; `failing` when one was tried three
    times in vain, or is parked and nobody has settled it: the mail server may be away."""
    waits = Q(done_at__isnull=True, parked_at__isnull=True)
    late = waits & Q(due_at__lte=at - LATE_AFTER)
    failing = Q(parked_at__isnull=False, given_up_at__isnull=True) | waits & Q(attempts__gte=TRIES_IN_VAIN)
    # The filter says again what the counts say, so that the two partial indexes answer for the few rows in question.
    rows = OutboxMessage.objects.filter(late | failing)
    found = rows.aggregate(late=Count("pk", filter=late), failing=Count("pk", filter=failing))
    return "late" if found["late"] else "failing" if found["failing"] else "ok"


def _suppression() -> str:
    """`keys_missing` while the settings lack a key that refusals are kept under."""
    try:
        demand_keys()
    except KeysMissing:
        return "keys_missing"
    return "ok"


def _redis() -> str:
    """Whether the broker is there, as of a few seconds ago. One asks; others are told what was known."""
    url = settings.REDIS_URL
    known = _known.get(url)
    if known is not None and (time.monotonic() < known[0] or not _asking.acquire(blocking=False)):
        return known[1]
    if known is None:
        _asking.acquire()
    try:
        word = _ask_redis(url)
        _known[url] = time.monotonic() + REDIS_ASKED_EVERY_SECONDS, word
    finally:
        _asking.release()
    return word


_known: dict[str, tuple[float, str]] = {}
_asking = threading.Lock()


def _ask_redis(url: str) -> str:
    client = redis.Redis.from_url(
        url.replace("redis+socket://", "unix://"),
        socket_connect_timeout=BROKER_PATIENCE_SECONDS,
        socket_timeout=BROKER_PATIENCE_SECONDS,
    )
    try:
        client.ping()
    except redis.RedisError:
        return "away"
    finally:
        client.close()
    return "ok"
