"""Questions about courses: what is offered, how far a person has come, which way is open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Q
from django.shortcuts import get_object_or_404

from training.models import Certificate, Course, CourseVersion, Lesson, LessonRead
from training.rules import Standing, counts_until, may_refresh, standing
from training.selectors.licences import demands, held

if TYPE_CHECKING:
    from portal.people.models import User


@dataclass(frozen=True, slots=True)
class Offer:
    """A course that can be taken, with how it stands with one person."""

    version: CourseVersion
    standing: Standing


@dataclass(frozen=True, slots=True)
class Step:
    """A lesson in its place on the way that the person takes."""

    lesson: Lesson
    number: int
    is_read: bool


def offers_for(user: User, ends: Mapping[str, list[date]], *, today: date) -> list[Offer]:
    """Everything that can be taken now, by the last days of the person's certificates (`ends_of`); one query."""
    current = CourseVersion.objects.visible_to(user).current().order_by("course_id")
    return [Offer(version, standing(ends[version.course.kind], today)) for version in current]


def get_current(user: User, slug: str) -> CourseVersion:
    """The one door to a course: its published version, or 404."""
    return get_object_or_404(CourseVersion.objects.visible_to(user).current(), course__slug=slug)


def steps_of(user: User, version: CourseVersion, *, refresher: bool) -> list[Step]:
    """The lessons of a version in order, or those of the shorter way, with what the person has read; two queries."""
    lessons = version.lessons.order_by("position").filter(**({"refresher": True} if refresher else {}))
    read = set(LessonRead.objects.filter(person=user, lesson__version=version).values_list("lesson_id", flat=True))
    return [Step(lesson, number, lesson.pk in read) for number, lesson in enumerate(lessons, start=1)]


def last_end(person_id: int, course: Course, *, today: date) -> date | None:
    """The last day of the person's certificates for a course; those by hand count for every course of their kind."""
    of_course = Q(version__course=course) | Q(version__isnull=True, kind=course.kind)
    rows = Certificate.objects.counting().filter(of_course, person_id=person_id, passed_on__lte=today)
    asked = demands()
    return max((counts_until(held(row), asked) for row in rows.select_related("version")), default=None)


def may_take_refresher(user: User, version: CourseVersion, *, today: date) -> bool:
    """A certificate that is valid or ended lately. No assignment stands in for it, or the short way would be the whole
    course for who has never passed it."""
    return bool(version.refresher_draw) and may_refresh(last_end(user.pk, version.course, today=today), today)
