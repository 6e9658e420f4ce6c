"""Acting on many rows, each by itself: what every job of the clock does."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import TypeVar

logger = logging.getLogger(__name__)
Row = TypeVar("Row")


def one_by_one(rows: Iterable[Row], act: Callable[[Row], int]) -> int:
    """The sum of what the act gives for each row. A row that fails is logged, and the others do not wait for it."""
    total = 0
    for row in rows:
        try:
            total += act(row)
        except Exception:
            logger.exception("%s was left out", row)
    return total
