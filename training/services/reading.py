"""Reading lessons."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from training.models import Lesson, LessonRead

if TYPE_CHECKING:
    from portal.people.models import User


def mark_read(acting_user: User, *, lesson: Lesson, at: datetime) -> None:
    """The person went on from a lesson; a second time changes nothing.

    No audit entry: who reads how fast is nobody's business (law.md section 6, no learning analytics by person).
    """
    LessonRead.objects.bulk_create([LessonRead(person=acting_user, lesson=lesson, read_at=at)], ignore_conflicts=True)
