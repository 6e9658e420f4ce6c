"""One instant turned round: which dates make a consent stale, ended or waiting at it.

For whole lists: the database compares columns with these, and so finds the state that `timing.state_at` finds.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from consent.rules.timing import UTC, Thresholds, add_months, start_of_day


@dataclass(frozen=True, slots=True)
class Cuts:
    """At the instant: last used before `stale_before` is stale, before `expired_before` has ended, as has what was
    valid until `ended_on` or earlier; a sign-up from after `waiting_after` still waits."""

    stale_before: datetime
    expired_before: datetime
    ended_on: date
    waiting_after: datetime


def cuts_at(at: datetime, zone: ZoneInfo, thresholds: Thresholds) -> Cuts:
    """The cuts of an instant (aware) for customers of a zone; pure."""
    at = at.astimezone(UTC)
    today = at.astimezone(zone).date()

    def silent_before(months: int) -> datetime:
        """The first instant of the earliest day of last use whose silence is still shorter."""
        guess = add_months(today, -months)
        last = latest_day(lambda day: start_of_day(add_months(day, months), zone) <= at, guess)
        return start_of_day(last + timedelta(days=1), zone)

    return Cuts(
        stale_before=silent_before(thresholds.stale_after_months_unused),
        expired_before=silent_before(thresholds.expired_after_months_unused),
        ended_on=latest_day(lambda day: start_of_day(day + timedelta(days=1), zone) <= at, today),
        waiting_after=at - timedelta(days=thresholds.doi_ttl_days),
    )


def latest_day(holds: Callable[[date], bool], near: date) -> date:
    """The last day for which something holds that holds for every day before it; `near` is a guess."""
    day = near
    while not holds(day):
        day -= timedelta(days=1)
    while holds(day + timedelta(days=1)):
        day += timedelta(days=1)
    return day
