"""Whose figures somebody may see, and what they chose to look at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from django.utils import timezone

from contacts.reports.rules import PERIODS, Months, Weeks, months_ahead, whole_weeks
from portal.access.roles import Role
from portal.people.groups import may_be_told
from portal.people.models import User

#: Over everybody; over the own team; the questions of courses alone.
OVER_ALL = (Role.DPO, Role.AUDITOR)
OVER_TEAM = (Role.MANAGER,)
OVER_ITEMS = (Role.TRAINING_AUTHOR,)
READERS = (*OVER_ALL, *OVER_TEAM, *OVER_ITEMS)


@dataclass(frozen=True)
class Scope:
    """`everybody`, or the keys of the `people` whose manager the reader is. `active` of them work here at present: of
    fewer than five nothing is told."""

    reader: User
    everybody: bool
    people: tuple[int, ...]
    active: int

    @property
    def is_told(self) -> bool:
        return may_be_told(self.active)

    @property
    def has_requests(self) -> bool:
        """Whether this reader sees figures about requests at all: authors do not."""
        return self.everybody or self.reader.has_role(*OVER_TEAM)

    @property
    def has_customers(self) -> bool:
        """What customers took back belongs to no team."""
        return self.everybody

    @property
    def has_items(self) -> bool:
        return self.reader.has_role(*OVER_ALL, *OVER_ITEMS)

    @property
    def ids(self) -> list[int] | None:
        """For the statements: None is everybody."""
        return None if self.everybody else list(self.people)


def scope_of(user: User) -> Scope:
    """One query. The data protection officer and the auditor see everybody's, a manager those of the own reports."""
    everybody = user.has_role(*OVER_ALL)
    rows = User.objects.all() if everybody else User.objects.filter(manager=user)
    if everybody:
        return Scope(user, True, (), rows.filter(is_active=True).count())
    found = list(rows.values_list("pk", "is_active")) if user.has_role(*OVER_TEAM) else []
    return Scope(user, False, tuple(pk for pk, _active in found), sum(active for _pk, active in found))


@dataclass(frozen=True)
class Look:
    """What was chosen: how many weeks, and a reason and a channel or "" for all; and the instant of looking."""

    at: datetime
    weeks: int = PERIODS[0]
    purpose: str = ""
    channel: str = ""

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(timezone.get_default_timezone_name())

    @cached_property
    def chosen(self) -> Weeks:
        return whole_weeks(self.at, self.zone, self.weeks)

    @cached_property
    def longest(self) -> Weeks:
        return whole_weeks(self.at, self.zone, PERIODS[-1])

    @cached_property
    def months(self) -> Months:
        return months_ahead(self.at, self.zone)

    @cached_property
    def rings(self) -> list[datetime]:
        """Where the periods begin that reach further back than the chosen one, the furthest first, and the chosen."""
        periods = [weeks for weeks in reversed(PERIODS) if weeks >= self.weeks]
        return [whole_weeks(self.at, self.zone, weeks).edges[0] for weeks in periods]
