"""Acting on many rows, each by itself: what every job of the clock does."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable
from typing import TypeVar

logger = logging.getLogger(__name__)
Row = TypeVar("Row")
#: Of one call. A job makes at most four, and must be through before the soft limit of four minutes: that comes as an
#: exception in the middle of a row, looks like that row's failure, and the hard limit kills the process.
BUDGET_SECONDS = 45.0


def one_by_one(rows: Iterable[Row], act: Callable[[Row], int]) -> int:
    """The sum of what the act gives for each row. A row that fails is logged, and the others do not wait for it. When
    the time is over the rest is left to the next turn, which looks for what is due by itself."""
    total, deadline = 0, time.monotonic() + BUDGET_SECONDS
    for row in rows:
        if time.monotonic() >= deadline:
            logger.warning("the time of this turn is over: the next goes on at %s", row)
            break
        try:
            total += act(row)
        except Exception:
            logger.exception("%s was left out", row)
    return total
