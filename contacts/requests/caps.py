"""How often one person is contacted at most: caps over rolling windows. Standard library only; time is passed in.

Why advertising is held back and what is counted: docs/decisions/0017.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

#: Never held back and never counted: what the person asked for, and what the law makes us say.
NEVER_COUNTED = frozenset({"inquiry_reply", "legal_obligation"})
LONGEST_DAYS = 366


@dataclass(frozen=True, slots=True)
class Cap:
    """At most `most` contacts in any `days` days."""

    days: int
    most: int

    @classmethod
    def read(cls, words: str) -> Cap:
        """From “30:4”: four contacts in thirty days. Raises ValueError for anything else."""
        days, colon, most = words.partition(":")
        if not (colon and days.isascii() and days.isdigit() and most.isascii() and most.isdigit()):
            raise ValueError(f"{words!r} is no cap")
        cap = cls(int(days), int(most))
        if not (1 <= cap.days <= LONGEST_DAYS and cap.most >= 1):
            raise ValueError(f"{words!r} is no cap")
        return cap

    @property
    def window(self) -> timedelta:
        return timedelta(days=self.days)


@dataclass(frozen=True, slots=True)
class Level:
    """How full one window is. `next_at`: from when on there is room again; None where there is room now."""

    cap: Cap
    made: int
    next_at: datetime | None = None

    @property
    def is_full(self) -> bool:
        return self.next_at is not None


def levels(caps: Iterable[Cap], made: Iterable[datetime], at: datetime) -> list[Level]:
    """Each window at an instant, the fullest first. A contact counts for exactly its window: not at its end any more.

    What lies after `at` counts as well: another server's clock may be ahead.
    """
    times = sorted(made)
    found = [_level(cap, [time for time in times if time > at - cap.window]) for cap in caps]
    return sorted(found, key=lambda level: (-_until(level), level.cap.most - level.made, level.cap.days))


def _level(cap: Cap, counted: Sequence[datetime]) -> Level:
    if len(counted) < cap.most:
        return Level(cap, len(counted))
    return Level(cap, len(counted), next_at=counted[len(counted) - cap.most] + cap.window)


def _until(level: Level) -> float:
    return level.next_at.timestamp() if level.next_at is not None else 0.0


def longest(caps: Iterable[Cap]) -> timedelta:
    """How far back a reading must go."""
    return max((cap.window for cap in caps), default=timedelta())
