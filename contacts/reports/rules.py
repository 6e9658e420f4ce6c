"""Over which weeks and months reports count, and into which classes an age falls. Standard library only.

Weeks are whole ones, from Monday to Sunday, the last of them over: so that nobody reads single events out of a number
that grew since yesterday.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

#: Over how many weeks one can look; each is a part of the next.
PERIODS = (13, 26, 52)
MONTHS = 12
WEEK = timedelta(days=7)
#: The upper ends, in days, of the classes of age of what waits; the last class has none.
AGES = (1, 2, 3, 5, 10)


@dataclass(frozen=True, slots=True)
class Weeks:
    """So many whole weeks: their first days, and the instants at which they begin, the end of the last one added."""

    days: tuple[date, ...]
    edges: tuple[datetime, ...]


def whole_weeks(at: datetime, zone: ZoneInfo, number: int) -> Weeks:
    """The last weeks that are over at an instant, in the calendar of a zone."""
    today = at.astimezone(zone).date()
    monday = today - timedelta(days=today.weekday())
    days = tuple(monday - WEEK * back for back in range(number, 0, -1))
    return Weeks(days, tuple(_midnight(day, zone) for day in (*days, monday)))


@dataclass(frozen=True, slots=True)
class Months:
    """The rest of this month and the twelve after it: first days, and the instants at which they begin and end."""

    days: tuple[date, ...]
    edges: tuple[datetime, ...]


def months_ahead(at: datetime, zone: ZoneInfo) -> Months:
    first = at.astimezone(zone).date().replace(day=1)
    days = tuple(_months_on(first, number) for number in range(MONTHS + 2))
    return Months(days[:-1], tuple(_midnight(day, zone) for day in days))


def _months_on(first: date, number: int) -> date:
    month = first.month - 1 + number
    return date(first.year + month // 12, month % 12 + 1, 1)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), tzinfo=zone)


def age_edges(at: datetime) -> tuple[datetime, ...]:
    """The instants between the classes of age, the oldest first: what waits since before the first is the oldest."""
    return tuple(at - timedelta(days=days) for days in reversed(AGES))


def percent(part: int, whole: int) -> int:
    """Rounded to the nearest, half up; nought of nothing is nought."""
    return (200 * part + whole) // (2 * whole) if whole else 0


def per_thousand(part: int, whole: int) -> float:
    """With one digit behind the point."""
    return round(1000 * part / whole, 1) if whole else 0.0


def most(numbers: Mapping[str, int | None]) -> str | None:
    """The one name with the largest number that is told; None where there is none, it is nought, or two share it."""
    told = {name: number for name, number in numbers.items() if number}
    top = max(told.values(), default=0)
    names = [name for name, number in told.items() if number == top]
    return names[0] if len(names) == 1 else None
