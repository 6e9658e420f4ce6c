"""Verbs of the training room. In this version certificates are recorded by hand."""

from __future__ import annotations

import secrets
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from portal.access.roles import Role, require_role
from portal.audit.services import record
from training.models import Certificate

if TYPE_CHECKING:
    from portal.people.models import User

RECORDERS = (Role.TRAINING_AUTHOR, Role.DPO)


@transaction.atomic
def record_certificate(
    acting_user: User, *, person: User, course: str, passed_on: date, valid_until: date, at: datetime
) -> Certificate:
    """Record a passed course. Nobody certifies themselves; a date in the future is refused."""
    require_role(acting_user, *RECORDERS)
    if acting_user.is_same_person_as(person):
        raise PermissionDenied(_("Nobody records a certificate for themselves. Ask a colleague."))
    if passed_on > at.date():
        raise ValidationError({"passed_on": _("The date lies in the future. Enter the day the course was passed.")})
    certificate = Certificate(
        number=_free_number(passed_on),
        person=person,
        course=course.strip(),
        passed_on=passed_on,
        valid_until=valid_until,
        recorded_by=acting_user,
        recorded_at=at,
    )
    certificate.full_clean()
    certificate.save(force_insert=True)
    after = {"person": person.pk, "course": course, "valid_until": valid_until}
    record(acting_user, "certificate.recorded", "certificate", certificate.number, at=at, after=after)
    return certificate


def _free_number(day: date) -> str:
    return f"Z-{day:%Y}-{secrets.randbelow(10**6):06d}"
