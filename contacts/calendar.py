"""When a customer may be called: contact hours in the customer's local time, with the state's public holidays."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import holidays
from django.conf import settings

from contacts.policy import RULE_SET_1
from contacts.policy.moments import is_quiet


@cache
def _holidays_of(year: int) -> frozenset[date]:
    calendar = holidays.country_holidays(settings.HOLIDAY_COUNTRY, subdiv=settings.HOLIDAY_STATE or None, years=year)
    return frozenset(calendar)


def is_holiday(day: date) -> bool:
    """Whether a day is a public holiday where the company is."""
    return day in _holidays_of(day.year)


def quiet_hours(at: datetime, zone: ZoneInfo) -> bool:
    """The fact `quiet_hours` for a planned instant."""
    day = at.astimezone(zone).date()
    return is_quiet(at, zone, day in _holidays_of(day.year), _opening_hours())


def next_contact_hours(after: datetime, zone: ZoneInfo) -> datetime | None:
    """When contact hours next begin, after an instant, for somebody in a zone; None where they do not within a year."""
    first = after.astimezone(zone).date()
    for number in range(366):
        day = first + timedelta(days=number)
        hours = _opening_hours().get(day.weekday())
        if hours is None or is_holiday(day):
            continue
        opening = datetime.combine(day, hours[0], tzinfo=zone)
        if opening > after:
            return opening.astimezone(UTC)
    return None


def contact_hours_of(day: date, zone: ZoneInfo) -> tuple[datetime, datetime] | None:
    """When contact hours begin and end on a local day; None where there are none."""
    hours = _opening_hours().get(day.weekday())
    if hours is None or is_holiday(day):
        return None
    opening, closing = (datetime.combine(day, clock, tzinfo=zone).astimezone(UTC) for clock in hours)
    return opening, closing


@cache
def _opening_hours() -> dict[int, tuple[time, time]]:
    hours = RULE_SET_1.thresholds.contact_hours
    return hours.by_weekday()
