"""How long something takes, and what a hundredth of many such times stays below."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence


def seconds(act: Callable[[], object]) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


def milliseconds(act: Callable[[], object]) -> float:
    return seconds(act) * 1000


def percentile(values: Sequence[float], hundredth: int) -> float:
    """What so many of a hundred values stay below; for at least two values."""
    return statistics.quantiles(values, n=100, method="inclusive")[hundredth - 1]
