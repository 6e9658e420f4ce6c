"""What people still have to pass, for any number of people in four queries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import QuerySet
from django.utils import timezone

from portal.people.groups import may_be_told
from portal.people.models import User
from training.models import Assignment, Certificate, CourseVersion
from training.rules import Held, Somebody, Standing, Target, counts_until, due_on, may_refresh
from training.selectors.licences import demands

#: The last day on which certificates of a person count: those of a course, and those by hand of its kind.
CourseEnds = dict[tuple[int, int], date]


@dataclass(frozen=True, slots=True)
class Duty:
    """A course that one person has to pass by a day: that of the assignment, or the last day of a certificate which ran
    out later."""

    person_id: int
    assignment: Assignment
    version: CourseVersion
    due_on: date
    may_refresh: bool = False

    @property
    def refresher(self) -> bool:
        """The shorter way, where it is open to this person: an assignment to a department or a role cannot know."""
        return self.assignment.refresher and self.may_refresh and bool(self.version.refresher_draw)

    @property
    def is_remedial(self) -> bool:
        """Assigned because of something that happened: between the person and the portal, not for managers."""
        return bool(self.assignment.cause and self.assignment.because)

    def standing(self, today: date) -> Standing:
        return Standing("overdue" if self.due_on < today else "due", self.due_on)


def duties_of(people: Iterable[User], *, today: date) -> dict[int, list[Duty]]:
    """The open duties of each person, the most pressing first, one per course.

    What followed an incident is a duty of its own, so that nothing else disappears behind it.
    """
    return duties_under(list(assignments_in_force()), people, today=today)


def duties_under(assignments: Sequence[Assignment], people: Iterable[User], *, today: date) -> dict[int, list[Duty]]:
    """`duties_of`, the assignments in force having been read by whomever."""
    somebodies = [_somebody(one) for one in people]
    if not assignments:
        return {one.id: [] for one in somebodies}
    versions = {one.course_id: one for one in CourseVersion.objects.current()}
    ends = course_ends([one.id for one in somebodies], today=today, versions=list(versions.values()))
    return {one.id: _open(one, assignments, versions, ends, today) for one in somebodies}


def assignments_in_force() -> QuerySet[Assignment]:
    return Assignment.objects.filter(ended_at__isnull=True, course__retired_at__isnull=True).order_by("pk")


def _somebody(user: User) -> Somebody:
    return Somebody(user.pk, user.department_id, tuple(user.roles), user.joined_on)


def target_of(assignment: Assignment) -> Target:
    return Target(
        created_on=timezone.localdate(assignment.created_at),
        due_days=assignment.due_days,
        person=assignment.person_id,
        department=assignment.department_id,
        role=assignment.role,
        rule=assignment.rule,
    )


def _open(
    somebody: Somebody,
    assignments: Sequence[Assignment],
    versions: dict[int, CourseVersion],
    ends: CourseEnds,
    today: date,
) -> list[Duty]:
    found: dict[tuple[int, bool], Duty] = {}
    for assignment in assignments:
        version, day = versions.get(assignment.course_id), due_on(target_of(assignment), somebody)
        if version is None or day is None:
            continue
        end = ends.get((somebody.id, assignment.course_id))
        duty = Duty(somebody.id, assignment, version, day, may_refresh(end, today))
        if end is not None and not duty.is_remedial:
            if end >= today:
                continue
            duty = replace(duty, due_on=max(day, end))
        place = assignment.course_id, duty.is_remedial
        if place not in found or duty.due_on < found[place].due_on:
            found[place] = duty
    return sorted(found.values(), key=lambda duty: (duty.due_on, duty.version.pk))


def course_ends(people: Sequence[int], *, today: date, versions: Sequence[CourseVersion]) -> CourseEnds:
    """For each person and course the last day on which a certificate counts; two queries."""
    asked = demands()
    of_kind: dict[str, list[int]] = {}
    for version in versions:
        of_kind.setdefault(version.course.kind, []).append(version.course_id)
    found: CourseEnds = {}
    rows = Certificate.objects.counting().filter(person_id__in=list(people), passed_on__lte=today).order_by()
    names = ("person_id", "kind", "passed_on", "valid_until", "version__course_id", "version__number")
    for person, kind, passed_on, last_day, course, number in rows.values_list(*names):
        end = counts_until(Held(kind, passed_on, last_day, course, number), asked)
        for one in [course] if course is not None else of_kind.get(kind, []):
            found[person, one] = max(found.get((person, one), end), end)
    return found


@dataclass(frozen=True, slots=True)
class AssignmentRow:
    """An assignment that an author made, in force, with how many people it concerns and how many have it to do.

    Of few people nothing is told: the number would tell of single ones.
    """

    assignment: Assignment
    title: str
    people: int
    open: int

    @property
    def is_told(self) -> bool:
        return may_be_told(self.people)


def visible_assignments() -> QuerySet[Assignment]:
    """What authors and the DPO have assigned; what followed an incident or a wish of somebody is not theirs to see."""
    return Assignment.objects.filter(cause="")


def assignment_rows(*, today: date) -> list[AssignmentRow]:
    """What is assigned and in force. A fixed number of queries."""
    somebodies = [_somebody(one) for one in User.objects.filter(is_active=True)]
    rows = (
        (assignments_in_force() & visible_assignments())
        .select_related("person", "department", "course")
        .order_by("-pk")
    )
    versions = {one.course_id: one for one in CourseVersion.objects.current()}
    ends = course_ends([one.id for one in somebodies], today=today, versions=list(versions.values()))
    return [_row(assignment, somebodies, versions, ends, today) for assignment in rows]


def _row(
    assignment: Assignment,
    somebodies: Sequence[Somebody],
    versions: dict[int, CourseVersion],
    ends: CourseEnds,
    today: date,
) -> AssignmentRow:
    concerned = [one.id for one in somebodies if due_on(target_of(assignment), one) is not None]
    done = [one for one in concerned if ends.get((one, assignment.course_id), date.min) >= today]
    version = versions.get(assignment.course_id)
    title = version.title if version else assignment.course.slug
    return AssignmentRow(assignment, title, len(concerned), len(concerned) - len(done))
