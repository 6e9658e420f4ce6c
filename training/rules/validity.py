"""How long a pass counts, and who may take the shorter way. Standard library only."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

#: A refresher is enough while the last certificate is valid and for three months after its end.
REFRESHER_DAYS_AFTER_END = 92


def add_months(day: date, months: int) -> date:
    """The same day so many months later, or the last day of that month where it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def valid_until(passed_on: date, *, kind: str, months: int, window_days: int, previous_end: date | None = None) -> date:
    """The last day on which a certificate counts.

    `rolling`: `months` after the pass; a pass within `window_days` before `previous_end` counts from that end, so
    nobody loses days by being early. `calendar`: until 31 December of the year that rolling validity ends in.
    """
    start = passed_on
    if previous_end is not None and passed_on <= previous_end <= passed_on + timedelta(days=window_days):
        start = previous_end
    if kind == "calendar":
        return date(add_months(passed_on, months).year, 12, 31)
    return add_months(start, months)


def may_refresh(last_end: date | None, today: date) -> bool:
    """Whether the refresher is enough: the last certificate is valid or ended at most three months ago."""
    return last_end is not None and today <= last_end + timedelta(days=REFRESHER_DAYS_AFTER_END)
