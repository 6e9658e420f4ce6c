"""The outline of a draft: lessons, their texts and their order."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Max
from django.utils.text import slugify
from django.utils.translation import gettext as _

from training.models import CourseVersion, Lesson, LessonRead
from training.services.authoring.common import demand_as_seen, lock_draft, note
from training.services.common import NotNow

if TYPE_CHECKING:
    from portal.people.models import User

LESSON_FIELDS = ("title_de", "title_en", "body_de", "body_en", "refresher")


def shown_values(lesson: Lesson) -> dict[str, Any]:
    return {name: getattr(lesson, name) for name in LESSON_FIELDS}


@transaction.atomic
def add_lesson(acting_user: User, *, version: CourseVersion, at: datetime, **fields: Any) -> Lesson:
    """A lesson at the end of the outline; its short name comes from its title and stays."""
    locked = lock_draft(acting_user, version)
    last = locked.lessons.aggregate(last=Max("position"))["last"]
    lesson = Lesson(version=locked, position=(last or 0) + 1, slug=_free_slug(locked, fields))
    _write(lesson, fields)
    lesson.full_clean()
    lesson.save(force_insert=True)
    note(acting_user, locked, "lesson_added", at=at, lesson=lesson.slug)
    return lesson


def _free_slug(version: CourseVersion, fields: dict[str, Any]) -> str:
    wish = slugify(fields.get("title_en") or fields.get("title_de") or "")[:50].strip("-") or "lesson"
    taken = set(version.lessons.values_list("slug", flat=True))
    names = [wish, *(f"{wish}-{number}" for number in range(2, len(taken) + 3))]
    return next(name for name in names if name not in taken)


@transaction.atomic
def change_lesson(acting_user: User, *, lesson: Lesson, at: datetime, seen: str = "", **fields: Any) -> Lesson:
    """Change the texts of a lesson. `seen` is the fingerprint of what the form had shown; raises NotNow."""
    draft = lock_draft(acting_user, lesson.version)
    locked = _lock(draft, lesson)
    demand_as_seen(shown_values(locked), seen)
    _write(locked, fields)
    locked.full_clean()
    locked.save(update_fields=list(fields))
    note(acting_user, draft, "lesson_changed", at=at, lesson=locked.slug)
    return locked


@transaction.atomic
def move_lesson(acting_user: User, *, lesson: Lesson, up: bool, at: datetime) -> None:
    """Change places with the neighbour; at the end of the list nothing happens."""
    draft = lock_draft(acting_user, lesson.version)
    locked = _lock(draft, lesson)
    others = draft.lessons.select_for_update()
    if up:
        other = others.filter(position__lt=locked.position).order_by("-position").first()
    else:
        other = others.filter(position__gt=locked.position).order_by("position").first()
    if other is None:
        return
    locked.position, other.position = other.position, locked.position
    Lesson.objects.bulk_update([locked, other], ["position"])
    note(acting_user, draft, "lesson_moved", at=at, lesson=locked.slug, position=locked.position)


@transaction.atomic
def remove_lesson(acting_user: User, *, lesson: Lesson, at: datetime) -> None:
    draft = lock_draft(acting_user, lesson.version)
    locked = _lock(draft, lesson)
    LessonRead.objects.filter(lesson=locked).delete()
    locked.delete()
    note(acting_user, draft, "lesson_removed", at=at, lesson=lesson.slug)


def _lock(draft: CourseVersion, lesson: Lesson) -> Lesson:
    found = draft.lessons.select_for_update().filter(pk=lesson.pk).first()
    if found is None:
        raise NotNow(_("This lesson has been removed meanwhile. Nothing was changed."))
    return found


def _write(lesson: Lesson, fields: dict[str, Any]) -> None:
    unknown = set(fields) - set(LESSON_FIELDS)
    if unknown:
        raise TypeError(f"unknown fields of a lesson: {sorted(unknown)}")
    for name, value in fields.items():
        setattr(lesson, name, value.replace("\r\n", "\n").strip() if isinstance(value, str) else value)
