"""A stepped race: each actor stops at named places of its transaction, and one seed decides who goes on.

The places are the statements themselves, seen through Django's execute wrapper, so that nothing in the product knows of
it: before and after the customer's lock, and before each entry of the trail, which is the last thing a verb writes. Who
waits for a lock of PostgreSQL is found in `pg_stat_activity`; then another one is moved.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.utils import translation

#: How long nobody may move before the race counts as hanging, in seconds.
HANGS = 30.0
GLANCE = 0.005


def place_of(sql: str) -> str:
    """The name of the place at which this statement stands, or ""."""
    if "FOR UPDATE" in sql and 'FROM "customers_customer"' in sql:
        return "lock"
    return "record" if sql.startswith('INSERT INTO "audit_auditentry"') else ""


@dataclass
class Actor:
    """One side of a race: what it does, where it stands, and how it ended."""

    name: str
    act: Callable[[], Any]
    result: Any = None
    error: Exception | None = None
    place: str = ""
    pid: int = 0
    over: bool = False
    _go: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    _here: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        try:
            connection.ensure_connection()
            self.pid = connection.connection.info.backend_pid
            self._stop("start")
            with translation.override("en"), connection.execute_wrapper(self._watch):
                self.result = self.act()
        except Exception as error:
            self.error = error
        finally:
            self.over = True
            self._here.set()

    def _watch(self, execute, sql, params, many, context):
        place = place_of(sql)
        if place:
            self._stop(f"before {place}")
        done = execute(sql, params, many, context)
        if place == "lock":
            self._stop("after lock")
        return done

    def _stop(self, place: str) -> None:
        self.place = place
        self._here.set()
        assert self._go.acquire(timeout=HANGS), f"{self.name} was left at {place}"

    @property
    def waits(self) -> bool:
        """Stands at a place, or is through."""
        return self._here.is_set()

    def go(self) -> None:
        self._here.clear()
        self._go.release()


def play(actors: list[Actor], pool: ThreadPoolExecutor, chance: random.Random) -> list[str]:
    """Run them to the end in an order of chance; returns the order, as "name@place"."""
    futures = [pool.submit(actor.run) for actor in actors]
    order, since = [], time.monotonic()
    while True:
        ready = [actor for actor in actors if actor.waits and not actor.over]
        if ready:
            actor = chance.choice(ready)
            order.append(f"{actor.name}@{actor.place}")
            actor.go()
            _until_it_rests(actor)
            since = time.monotonic()
        elif all(actor.over for actor in actors):
            break
        else:
            time.sleep(GLANCE)
            assert time.monotonic() - since < HANGS, f"nobody moves: {order}"
    for future in futures:
        future.result(timeout=HANGS)
    return order


def _until_it_rests(actor: Actor) -> None:
    """Until it stands at its next place, is through, or waits for a lock that another one holds."""
    deadline = time.monotonic() + HANGS
    while not actor._here.wait(GLANCE):
        if _waits_for_a_lock(actor.pid):
            return
        assert time.monotonic() < deadline, f"{actor.name} hangs after {actor.place}"


def _waits_for_a_lock(pid: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT wait_event_type = 'Lock' FROM pg_stat_activity WHERE pid = %s", [pid])
        found = cursor.fetchone()
    return bool(found and found[0])


@contextmanager
def pool_of(size: int) -> Iterator[ThreadPoolExecutor]:
    """Threads whose connections stay open over many races, and are closed in the end."""
    with ThreadPoolExecutor(size) as pool:
        try:
            yield pool
        finally:
            barrier = threading.Barrier(size)
            for closing in [pool.submit(_close, barrier) for _ in range(size)]:
                closing.result(timeout=HANGS)


def _close(barrier: threading.Barrier) -> None:
    barrier.wait(timeout=HANGS)
    connection.close()
