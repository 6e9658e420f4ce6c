"""When a customer may be called: contact hours in the customer's local time, with the state's public holidays."""

from __future__ import annotations

from datetime import date, datetime, time
from functools import cache
from zoneinfo import ZoneInfo

import holidays
from django.conf import settings

from contacts.policy import RULE_SET_1
from contacts.requests.rules import is_quiet


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


@cache
def _opening_hours() -> dict[int, tuple[time, time]]:
    hours = RULE_SET_1.thresholds.contact_hours
    return hours.by_weekday()
