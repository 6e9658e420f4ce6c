"""Certificates: recorded by hand, or issued for a pass."""

from __future__ import annotations

import secrets
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from portal.access.roles import Role, require_role
from portal.audit.services import Job, record
from training import notices, rules
from training.models import Attempt, Certificate, CourseKind
from training.selectors.courses import last_end
from training.services.assigning import settle_refreshers

if TYPE_CHECKING:
    from portal.people.models import User

RECORDERS = (Role.TRAINING_AUTHOR, Role.DPO)


@transaction.atomic
def record_certificate(
    acting_user: User,
    *,
    person: User,
    course: str,
    passed_on: date,
    valid_until: date,
    at: datetime,
    kind: str = CourseKind.BASIC,
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
        kind=kind,
        passed_on=passed_on,
        valid_until=valid_until,
        recorded_by=acting_user,
        recorded_at=at,
    )
    certificate.full_clean()
    certificate.save(force_insert=True)
    settle_refreshers(certificate, at=at)
    after = {"person": person.pk, "course": course, "kind": kind, "valid_until": valid_until}
    record(acting_user, "certificate.recorded", "certificate", certificate.number, at=at, after=after)
    return certificate


def issue_certificate(actor: User | Job, *, attempt: Attempt, at: datetime) -> Certificate:
    """The certificate of a passed attempt, with its audit entry and its mail. Call in the pass's transaction."""
    version, passed_on = attempt.version, timezone.localdate(attempt.submitted_at)
    with translation.override(attempt.person.language):
        title = version.title
    certificate = Certificate.objects.create(
        number=_free_number(passed_on),
        person=attempt.person,
        course=title,
        kind=version.course.kind,
        version=version,
        attempt=attempt,
        passed_on=passed_on,
        valid_until=rules.valid_until(
            passed_on,
            kind=version.validity_kind,
            months=version.validity_months,
            window_days=version.recert_window_days,
            previous_end=last_end(attempt.person_id, version.course, today=passed_on),
        ),
        recorded_at=at,
    )
    settle_refreshers(certificate, at=at)
    after = {"person": attempt.person_id, "course": version.course.slug, "version": version.number}
    after |= {"kind": certificate.kind, "valid_until": certificate.valid_until}
    record(actor, "certificate.issued", "certificate", certificate.number, at=at, after=after)
    notices.issued(certificate, at=at)
    return certificate


def _free_number(day: date) -> str:
    """Drawn by chance, so that nobody counts through the numbers; the unique column stands behind it."""
    while True:
        number = rules.certificate_number(day.year, secrets.randbelow(10**8))
        if not Certificate.objects.filter(number=number).exists():
            return number
