"""What a press does to people, in numbers, before an author presses."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from portal.access.roles import Role
from portal.people.models import User
from training.models import CourseKind, CourseVersion
from training.rules import training_state
from training.selectors.licences import ends_by_kind

DECIDERS = (Role.MANAGER, Role.DPO)


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """`closes`: there is no course of its kind to take then. `people` have no valid certificate and could not get one.
    `asked_by`: the day by which it asked everybody to certify again, which ends with it."""

    closes: bool
    people: int
    asked_by: date | None


def people_without(kind: str, *, today: date) -> int:
    """How many active people hold no valid certificate of a kind; of the licence to decide, those who decide."""
    people = list(User.objects.filter(is_active=True))
    ends = ends_by_kind([one.pk for one in people], today=today)
    asked = [one for one in people if kind != CourseKind.APPROVER or one.has_role(*DECIDERS)]
    return sum(training_state(ends[one.pk][kind], today) != "valid" for one in asked)


def stopped_by_publishing(version: CourseVersion, *, today: date) -> int | None:
    """How many people a licence stops that is asked for by nobody so far; None where it is, or where it is none."""
    kind = version.course.kind
    asking = CourseVersion.objects.exclude(state=CourseVersion.State.DRAFT)
    if kind == CourseKind.BASIC or asking.filter(course__kind=kind, course__retired_at__isnull=True).exists():
        return None
    return people_without(kind, today=today)


def of_withdrawing(version: CourseVersion, *, today: date) -> Withdrawal:
    """What withdrawing this version does; an older one than the current takes nothing from anybody."""
    others = CourseVersion.objects.current().filter(course__kind=version.course.kind).exclude(pk=version.pk)
    closes = version.state == CourseVersion.State.PUBLISHED and not others.exists()
    people = people_without(version.course.kind, today=today) if closes else 0
    return Withdrawal(closes, people, version.recertify_by)
