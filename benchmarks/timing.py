"""How long something takes, and what a hundredth of many such times stays below."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from django.db import connection


def seconds(act: Callable[[], object]) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


def milliseconds(act: Callable[[], object]) -> float:
    return seconds(act) * 1000


def percentile(values: Sequence[float], hundredth: int) -> float:
    """What so many of a hundred values stay below; for at least two values."""
    return statistics.quantiles(values, n=100, method="inclusive")[hundredth - 1]


def in_turns(
    first: Callable[[str], float], second: Callable[[str], float], about: Sequence[str]
) -> tuple[list[float], list[float]]:
    """What two calls took, in turns: a slow moment of the machine meets both. A call takes what it is about and says
    its own time. In blocks of forty, as it once was, a moment of a tenth of a second met one of them alone."""
    times: tuple[list[float], list[float]] = ([], [])
    for one in about:
        for call, kept in zip((first, second), times, strict=True):
            kept.append(call(one))
    return times


def used() -> float:
    """Seconds of processor time so far, here and in the server's process for this connection."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (server,) = cursor.fetchone()
    return time.process_time() + _used_by(server)


def _used_by(process: int) -> float:
    """Seconds of a process of one thread: to the nanosecond where Linux counts them (its sched-stats.rst), else in
    steps of ten milliseconds; none where it runs on another machine."""
    exact, stat = Path(f"/proc/{process}/schedstat"), Path(f"/proc/{process}/stat")
    if exact.exists() and (nanoseconds := int(exact.read_text().split()[0])):
        return nanoseconds / 1e9
    ticks = stat.read_text().rpartition(")")[2].split()[11:13] if stat.exists() else []
    return sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")
