"""What follows from an instant and a calendar: contact hours and completed months. Pure."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo


def is_quiet(at: datetime, zone: ZoneInfo, is_holiday: bool, hours: dict[int, tuple[time, time]]) -> bool:
    """Whether an instant lies outside contact hours in the customer's local time.

    `hours` maps weekday (0 = Monday) to opening and closing time, half-open; a missing weekday is quiet all day.
    """
    local = at.astimezone(zone)
    opening = hours.get(local.weekday())
    if is_holiday or opening is None:
        return True
    return not opening[0] <= local.time() < opening[1]


def months_between(earlier: date, later: date) -> int:
    """Completed months from one day to a later one; 0 where the order is reversed."""
    months = (later.year - earlier.year) * 12 + later.month - earlier.month
    return max(0, months - (1 if later.day < earlier.day else 0))
