"""When a customer may be called: contact hours in the customer's local time, with the state's public holidays.

The hours are those of the rule set that decides; whoever asks passes them in.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import holidays
from django.conf import settings

from contacts.policy import ContactHours
from contacts.policy.moments import is_quiet


@cache
def _holidays_of(year: int) -> frozenset[date]:
    calendar = holidays.country_holidays(settings.HOLIDAY_COUNTRY, subdiv=settings.HOLIDAY_STATE or None, years=year)
    return frozenset(calendar)


def is_holiday(day: date) -> bool:
    """Whether a day is a public holiday where the company is."""
    return day in _holidays_of(day.year)


def quiet_hours(at: datetime, zone: ZoneInfo, hours: ContactHours) -> bool:
    """The fact `quiet_hours` for a planned instant."""
    day = at.astimezone(zone).date()
    return is_quiet(at, zone, day in _holidays_of(day.year), hours.by_weekday())


def next_contact_hours(after: datetime, zone: ZoneInfo, hours: ContactHours) -> datetime | None:
    """When contact hours next begin, after an instant, for somebody in a zone; None where they do not within a year."""
    first, by_weekday = after.astimezone(zone).date(), hours.by_weekday()
    for number in range(366):
        day = first + timedelta(days=number)
        opens = by_weekday.get(day.weekday())
        if opens is None or is_holiday(day):
            continue
        opening = datetime.combine(day, opens[0], tzinfo=zone)
        if opening > after:
            return opening.astimezone(UTC)
    return None


def contact_hours_of(day: date, zone: ZoneInfo, hours: ContactHours) -> tuple[datetime, datetime] | None:
    """When contact hours begin and end on a local day; None where there are none."""
    of_day = hours.by_weekday().get(day.weekday())
    if of_day is None or is_holiday(day):
        return None
    opening, closing = (datetime.combine(day, clock, tzinfo=zone).astimezone(UTC) for clock in of_day)
    return opening, closing
