"""The state of a person's training. Standard library only."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

REMIND_DAYS_BEFORE = (30, 14, 7, 1)
DUE_DAYS_BEFORE = max(REMIND_DAYS_BEFORE)


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


@dataclass(frozen=True, slots=True)
class Standing:
    """One word for people, `valid`, `due`, `overdue` or `none`, and the last day of the latest certificate."""

    word: str
    valid_until: date | None = None


def standing(valid_until: Iterable[date], today: date) -> Standing:
    """`due` from the first reminder on: still valid, but it is time to renew."""
    last = max(valid_until, default=None)
    if last is None:
        return Standing("none")
    left = (last - today).days
    if left < 0:
        return Standing("overdue", last)
    return Standing("due" if left <= DUE_DAYS_BEFORE else "valid", last)


def weeks_overdue(valid_until: date, today: date) -> int | None:
    """The number of the week since the end that has begun: 1 from the day after the last; None before."""
    past = (today - valid_until).days
    return (past + 6) // 7 if past > 0 else None
