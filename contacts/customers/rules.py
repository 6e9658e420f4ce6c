"""Pure questions about customers and their addresses. Standard library only; time comes in as an argument."""

from datetime import date
from functools import cache
from zoneinfo import available_timezones

ADULT_AGE = 18


def age_on(birth_date: date, day: date) -> int:
    """Completed years of life on a day (BGB § 187 (2): the day of birth counts as the first day)."""
    had_birthday = (day.month, day.day) >= (birth_date.month, birth_date.day)
    return day.year - birth_date.year - (0 if had_birthday else 1)


def minor_on(birth_date: date | None, day: date, child_age: int) -> str:
    """`no`, `under_16` or `age_16_17`: the values of the fact `minor`. `child_age` is the rule set's threshold.

    Without a birth date: `no` (docs/decisions/0006).
    """
    if birth_date is None:
        return "no"
    age = age_on(birth_date, day)
    if age < child_age:
        return "under_16"
    return "age_16_17" if age < ADULT_AGE else "no"


@cache
def _time_zones() -> frozenset[str]:
    return frozenset(available_timezones())


def is_time_zone(name: str) -> bool:
    """Whether this is the name of a zone of the IANA time zone database, written as there."""
    return name in _time_zones()


def address_family(channel: str, platform: str | None) -> str:
    """Channels that share one address share one family: a number suppressed for calls is suppressed for SMS."""
    if channel in ("phone", "sms") or platform in ("whatsapp", "signal", "telegram"):
        return "number"
    return platform or channel
