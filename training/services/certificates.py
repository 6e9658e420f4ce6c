"""Certificates: recorded by hand, or issued for a pass."""

from __future__ import annotations

import secrets
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from portal.access.roles import Role, require_role
from portal.audit.services import Job, record
from training import notices, rules
from training.models import Attempt, Certificate, CertificateRevocation, CourseKind, CourseVersion
from training.selectors.courses import last_end
from training.services.assigning import settle_refreshers
from training.services.common import NotNow

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
    """Record a passed course. Nobody certifies themselves; a date in the future is refused, and an end
    later than that of a pass."""
    require_role(acting_user, *RECORDERS)
    if acting_user.is_same_person_as(person):
        raise PermissionDenied(_("Nobody records a certificate for themselves. Ask a colleague."))
    if passed_on > timezone.localdate(at):
        raise ValidationError({"passed_on": _("The date lies in the future. Enter the day the course was passed.")})
    latest = _latest_end(kind, passed_on)
    if valid_until > latest:
        words = {"day": date_format(latest, "DATE_FORMAT")}
        raise ValidationError(
            {
                "valid_until": _(
                    "What was passed on that day counts until %(day)s at most. Enter that day or an earlier one."
                )
                % words
            }
        )
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


def _latest_end(kind: str, passed_on: date) -> date:
    """By hand nothing counts longer than a pass of the same day would here, or 24 months where no such course is."""
    offered = CourseVersion.objects.current().filter(course__kind=kind)
    ends = [
        rules.valid_until(passed_on, kind=one.validity_kind, months=one.validity_months, window_days=0)
        for one in offered
    ]
    return max(ends, default=rules.add_months(passed_on, rules.MOST_MONTHS_BY_HAND))


@transaction.atomic
def revoke_certificate(
    acting_user: User, *, certificate: Certificate, reason: str, at: datetime
) -> CertificateRevocation:
    """A certificate that was wrong counts no more; the row stays, and one more says why. The person is told.

    Permits that need it rest at once, because every question asks the certificates anew.
    """
    require_role(acting_user, *RECORDERS)
    locked = Certificate.objects.select_for_update(of=("self",)).select_related("person").get(pk=certificate.pk)
    if CertificateRevocation.objects.filter(certificate=locked).exists():
        raise NotNow(_("This certificate has been revoked already. Nothing was changed."))
    made = CertificateRevocation(certificate=locked, reason=reason.strip(), revoked_by=acting_user, revoked_at=at)
    made.full_clean()
    made.save(force_insert=True)
    notices.revoked(made, at=at)
    after = {"person": locked.person_id, "reason": made.reason}
    record(acting_user, "certificate.revoked", "certificate", locked.number, at=at, after=after)
    return made


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
