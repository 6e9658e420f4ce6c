"""How many people of each department hold a valid basic certificate, and for how many it ends soon. No names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from portal.people.models import User
from training.models import CourseKind
from training.rules import training_state
from training.selectors.licences import ends_by_kind

SOON = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Team:
    """A department (None: people without one): active people, those with a valid certificate, and those of them for
    whom the last one ends within thirty days."""

    department: str | None
    people: int
    valid: int
    soon: int


def teams(people: Collection[int] | None, *, today: date) -> list[Team]:
    """By the name of the department, of everybody or of those with these keys; three queries."""
    rows = User.objects.filter(is_active=True).order_by("department__name")
    rows = rows if people is None else rows.filter(pk__in=list(people))
    by_department: dict[str | None, list[int]] = defaultdict(list)
    for pk, department in rows.values_list("pk", "department__name"):
        by_department[department].append(pk)
    ends = ends_by_kind([pk for group in by_department.values() for pk in group], today=today)
    last = {pk: days[CourseKind.BASIC] for pk, days in ends.items()}
    return [_team(name, [last[pk] for pk in group], today) for name, group in by_department.items()]


def _team(name: str | None, ends: list[list[date]], today: date) -> Team:
    valid = [max(days) for days in ends if training_state(days, today) == "valid"]
    return Team(name, len(ends), len(valid), sum(day <= today + SOON for day in valid))
