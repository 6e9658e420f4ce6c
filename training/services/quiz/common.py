"""What the verbs of a quiz share."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db import connection

from portal.people.models import User
from training.models import Attempt, CourseVersion


def lock_attempt(attempt: Attempt, acting_user: User | None = None) -> Attempt:
    """The attempt's row, locked: saving and submitting stand in one line. PermissionDenied for somebody else's."""
    if acting_user is not None and attempt.person_id != acting_user.pk:
        raise PermissionDenied
    locked = Attempt.objects.select_for_update(of=("self",)).select_related("person", "version__course")
    return locked.get(pk=attempt.pk)


def version_now(version: CourseVersion) -> CourseVersion:
    """The version read anew and kept from changing until the commit; others may read it at the same time."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM training_courseversion WHERE id = %s FOR SHARE", [version.pk])
    return CourseVersion.objects.select_related("course").get(pk=version.pk)
