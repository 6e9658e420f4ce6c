"""Certificates: who completed the data protection training, and until when that counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.access.roles import Role
from training.models.attempt import Attempt
from training.models.course import CourseKind, CourseVersion

if TYPE_CHECKING:
    from portal.people.models import User


class CertificateQuerySet(models.QuerySet["Certificate"]):
    def visible_to(self, user: User) -> CertificateQuerySet:
        """One's own; managers those of their reports (valid or not and the date, nothing else exists here);
        DPO, training author and auditor all."""
        if not user.is_active:
            return self.none()
        if user.has_role(Role.DPO, Role.TRAINING_AUTHOR, Role.AUDITOR):
            return self
        return self.filter(Q(person=user) | Q(person__manager=user))


class Certificate(models.Model):
    """A passed training. Append-only in the database: a new pass makes a new certificate.

    A certificate from a quiz names its attempt and version; one recorded by hand names who recorded it. `course` is
    the title on the day of the pass, in the person's language.
    """

    number = models.CharField(_("number"), max_length=20, unique=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="certificates", verbose_name=_("person")
    )
    course = models.CharField(_("course"), max_length=120)
    kind = models.CharField(_("kind"), max_length=10, choices=CourseKind.choices, default=CourseKind.BASIC)
    version = models.ForeignKey(
        CourseVersion, models.PROTECT, null=True, blank=True, related_name="certificates", verbose_name=_("version")
    )
    attempt = models.OneToOneField(
        Attempt, models.PROTECT, null=True, blank=True, related_name="certificate", editable=False
    )
    passed_on = models.DateField(_("passed on"))
    valid_until = models.DateField(_("valid until"))
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    recorded_at = models.DateTimeField()

    objects = CertificateQuerySet.as_manager()

    class Meta:
        ordering = ["-valid_until", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(valid_until__gte=F("passed_on")), name="certificate_ends_after_pass"),
            models.CheckConstraint(condition=Q(kind__in=CourseKind.values), name="certificate_kind_known"),
            models.CheckConstraint(
                condition=Q(attempt__isnull=False, version__isnull=False, recorded_by__isnull=True)
                | Q(attempt__isnull=True, recorded_by__isnull=False),
                name="certificate_by_quiz_or_by_hand",
            ),
        ]
        indexes = [models.Index(fields=["person", "-valid_until"], name="certificate_latest")]

    def __str__(self) -> str:
        return self.number
