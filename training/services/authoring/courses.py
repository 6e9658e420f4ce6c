"""Courses and their drafts."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from portal.access.roles import Role, require_role
from portal.audit.services import record
from training.models import Course, CourseVersion, Lesson, Question
from training.services.authoring.common import lock_draft, note
from training.services.common import NotNow

if TYPE_CHECKING:
    from portal.people.models import User

#: What an author sets on a draft; everything else about a version comes from publishing it.
VERSION_FIELDS = (
    "title_de",
    "title_en",
    "summary_de",
    "summary_en",
    "minutes",
    "pass_mark",
    "validity_kind",
    "validity_months",
    "recert_window_days",
    "attempts_allowed",
    "waiting_hours",
    "time_limit_minutes",
    "draw",
    "refresher_draw",
)
_LESSON_FIELDS = ("position", "slug", "title_de", "title_en", "body_de", "body_en", "refresher")
_QUESTION_FIELDS = ("position", "key", "category", "kind", "body")


@transaction.atomic
def create_course(
    acting_user: User, *, slug: str, kind: str, title_de: str, title_en: str, at: datetime
) -> CourseVersion:
    """A new course with an empty draft of version 1. Raises ValidationError for a short name that is taken."""
    require_role(acting_user, Role.TRAINING_AUTHOR)
    course = Course(slug=slug, kind=kind)
    course.full_clean()
    course.save(force_insert=True)
    version = CourseVersion(course=course, number=1, title_de=title_de.strip(), title_en=title_en.strip())
    version.full_clean()
    version.save(force_insert=True)
    record(acting_user, "course.created", "course", slug, at=at, after={"kind": kind})
    return version


@transaction.atomic
def new_draft(acting_user: User, *, course: Course, at: datetime) -> CourseVersion:
    """A draft that begins as a copy of the newest version; what is published stays as it is.

    Raises NotNow when the course has a draft already or has been retired.
    """
    require_role(acting_user, Role.TRAINING_AUTHOR)
    locked = Course.objects.select_for_update().get(pk=course.pk)
    if locked.retired_at is not None:
        raise NotNow(_("This course has been retired, so it gets no new version. Create a new course."))
    newest = locked.versions.order_by("-number").first()
    assert newest is not None, "a course is created with its first version"
    if newest.state == CourseVersion.State.DRAFT:
        raise NotNow(_("This course has a draft already. Go on with that one."))
    draft = CourseVersion(course=locked, number=newest.number + 1)
    for name in VERSION_FIELDS:
        setattr(draft, name, getattr(newest, name))
    draft.save(force_insert=True)
    Lesson.objects.bulk_create(
        Lesson(version=draft, **{name: getattr(row, name) for name in _LESSON_FIELDS}) for row in newest.lessons.all()
    )
    Question.objects.bulk_create(
        Question(version=draft, **{name: getattr(row, name) for name in _QUESTION_FIELDS})
        for row in newest.questions.all()
    )
    after = {"version": draft.number, "copied_from": newest.number}
    record(acting_user, "course.draft_created", "course", locked.slug, at=at, after=after)
    return draft


@transaction.atomic
def discard_draft(acting_user: User, *, version: CourseVersion, at: datetime) -> None:
    """Throw a draft away; a course that was never published goes with it. Published versions stay untouched."""
    locked = lock_draft(acting_user, version)
    course, number = locked.course, locked.number
    if not course.versions.exclude(pk=locked.pk).exists() and course.assignments.exists():
        raise NotNow(_("People are assigned to this course. End the assignments first."))
    Lesson.objects.filter(version=locked).delete()
    Question.objects.filter(version=locked).delete()
    locked.delete()
    if not course.versions.exists():
        course.delete()
    record(acting_user, "course.draft_discarded", "course", course.slug, at=at, after={"version": number})


@transaction.atomic
def change_version(acting_user: User, *, version: CourseVersion, at: datetime, **fields: Any) -> CourseVersion:
    """Change titles and the rules of the quiz of a draft. `fields` are those of VERSION_FIELDS."""
    unknown = set(fields) - set(VERSION_FIELDS)
    if unknown:
        raise TypeError(f"unknown fields of a version: {sorted(unknown)}")
    locked = lock_draft(acting_user, version)
    for name, value in fields.items():
        setattr(locked, name, value)
    locked.full_clean()
    locked.save(update_fields=list(fields))
    note(acting_user, locked, "settings", at=at)
    return locked
