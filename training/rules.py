"""The state of a person's training. Standard library only."""

from collections.abc import Iterable
from datetime import date

REMIND_DAYS_BEFORE = (30, 14, 7, 1)


def training_state(valid_until: Iterable[date], today: date) -> str:
    """`valid`, `expired` or `none` from the last valid days of all certificates; the last day counts."""
    days = list(valid_until)
    if not days:
        return "none"
    return "valid" if max(days) >= today else "expired"


def reminder_step(valid_until: date, today: date) -> int | None:
    """Which step of 30/14/7/1 days before the end is due: the smallest reached; None before and after."""
    left = (valid_until - today).days
    reached = [step for step in REMIND_DAYS_BEFORE if 0 <= left <= step]
    return min(reached) if reached else None
