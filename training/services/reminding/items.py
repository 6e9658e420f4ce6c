"""What people are reminded of: certificates that end as they count today, and courses to pass by a day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import translation

from portal.access.roles import Role
from portal.people.models import User
from training.models import Certificate, CourseKind, CourseVersion
from training.rules import DUE_DAYS_BEFORE, Held, counts_until, reminder_step, weeks_overdue
from training.selectors.duties import Duty, duties_of
from training.selectors.licences import demands

REVIEWERS = (Role.MANAGER, Role.DPO)


@dataclass(frozen=True, slots=True)
class Item:
    """One thing a person is reminded of. `thing` names it in keys; `assigned`: to be passed by `day`, else valid until.

    `for_team`: a manager hears of it once it is overdue.
    """

    person: User
    thing: str
    title: str
    day: date
    assigned: bool = False
    for_team: bool = True

    def step_key(self, today: date) -> str | None:
        """The key of the step that has been reached: 30/14/7/1 days before, then each week; None before."""
        week = weeks_overdue(self.day, today)
        if week is not None:
            return f"{self.thing}:overdue:{week}"
        step = reminder_step(self.day, today)
        return None if step is None else f"{self.thing}:{step}"

    def team_key(self, today: date) -> str | None:
        manager = self.person.manager
        if not self.for_team or manager is None or not manager.is_active or self.day >= today:
            return None
        # A manager who comes later has heard of nothing yet.
        return f"{self.thing}:overdue:team:{manager.pk}"


def items_due(today: date, *, of: User | None = None) -> list[Item]:
    """Everything that ends within DUE_DAYS_BEFORE days or has ended, the most pressing first; active people only, or
    one of them."""
    active = User.objects.filter(is_active=True).select_related("manager")
    people = {one.pk: one for one in (active if of is None else active.filter(pk=of.pk))}
    offered: dict[str, CourseVersion] = {}
    for version in CourseVersion.objects.current().order_by("course_id"):
        offered.setdefault(version.course.kind, version)
    ending = list(_ending(people, offered, today))
    named = {(item.person.pk, kind) for item, kind in ending}
    duties = duties_of(people.values(), today=today)
    assigned = [
        _of_duty(people[person], duty)
        for person, theirs in duties.items()
        for duty in theirs
        if duty.is_remedial or (person, duty.version.course.kind) not in named
    ]
    soon = today + timedelta(days=DUE_DAYS_BEFORE)
    found = [item for item in (*(item for item, _kind in ending), *assigned) if item.day <= soon]
    return sorted(found, key=lambda item: (item.person.pk, item.day, item.thing))


def _ending(people: dict[int, User], offered: dict[str, CourseVersion], today: date) -> Iterator[tuple[Item, str]]:
    """Of each person and each kind the certificate that counts longest, where anybody asks for that kind."""
    asked = demands()
    latest: dict[tuple[int, str], tuple[date, int, str]] = {}
    rows = Certificate.objects.counting().filter(person__is_active=True, passed_on__lte=today).order_by()
    if len(people) == 1:
        rows = rows.filter(person__in=people)
    names = ("pk", "course", "person_id", "kind", "passed_on", "valid_until", "version__course_id", "version__number")
    for pk, title, person, *told in rows.values_list(*names):
        held = Held(*told)
        found = (counts_until(held, asked), pk, title)
        latest[person, held.kind] = max(latest.get((person, held.kind), found), found)
    for (person, kind), (day, pk, title) in latest.items():
        if person in people and _is_asked_for(kind, people[person], offered):
            title = _title(people[person], offered[kind]) if kind in offered else title
            yield Item(people[person], f"certificate:{pk}", title, day), kind


def _is_asked_for(kind: str, person: User, offered: dict[str, CourseVersion]) -> bool:
    """The basic training always; a licence while its course is offered, that to decide for those who decide."""
    if kind == CourseKind.BASIC:
        return True
    return kind in offered and (kind != CourseKind.APPROVER or person.has_role(*REVIEWERS))


def _of_duty(person: User, duty: Duty) -> Item:
    thing = f"assignment:{duty.assignment.pk}:{person.pk}"
    title = _title(person, duty.version)
    return Item(person, thing, title, duty.due_on, assigned=True, for_team=not duty.is_remedial)


def _title(person: User, version: CourseVersion) -> str:
    with translation.override(person.language):
        return version.title
