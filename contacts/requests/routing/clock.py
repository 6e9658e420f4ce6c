"""Until when somebody decides: working days between public holidays, in the zone of the company."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

MANAGER_DAYS, OFFICER_DAYS, AFTERWARDS_DAYS = 1, 2, 1
START_OF_DAY = time(8)
REMIND_BEFORE = timedelta(hours=4)


def is_working_day(day: date, is_holiday: Callable[[date], bool]) -> bool:
    return day.weekday() < 5 and not is_holiday(day)


def next_working_day(day: date, is_holiday: Callable[[date], bool]) -> date:
    """The first working day after a day."""
    day += timedelta(days=1)
    while not is_working_day(day, is_holiday):
        day += timedelta(days=1)
    return day


def due(since: datetime, days: int, zone: ZoneInfo, is_holiday: Callable[[date], bool]) -> datetime:
    """So many working days later at the same time of day. What comes in on a day off counts from the morning of the
    next working day. Zero days: at once."""
    local = since.astimezone(zone)
    if days == 0:
        return since
    day, clock = local.date(), local.timetz().replace(tzinfo=None)
    if not is_working_day(day, is_holiday):
        day, clock = next_working_day(day, is_holiday), START_OF_DAY
    for _each in range(days):
        day = next_working_day(day, is_holiday)
    return datetime.combine(day, clock, tzinfo=zone)


def days_for(*, officers: bool, danger: bool) -> int:
    """The time to decide by risk: what is dangerous at once, the manager a day, the officer two."""
    if danger:
        return 0
    return OFFICER_DAYS if officers else MANAGER_DAYS
