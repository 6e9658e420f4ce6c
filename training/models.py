"""Certificates: who completed the data protection training, and until when that counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.access.roles import Role

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
    """A passed training. Append-only in the database: a new pass makes a new certificate."""

    number = models.CharField(_("number"), max_length=20, unique=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="certificates", verbose_name=_("person")
    )
    course = models.CharField(_("course"), max_length=120)
    passed_on = models.DateField(_("passed on"))
    valid_until = models.DateField(_("valid until"))
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    objects = CertificateQuerySet.as_manager()

    class Meta:
        ordering = ["-valid_until", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(valid_until__gte=F("passed_on")), name="certificate_ends_after_pass")
        ]
        indexes = [models.Index(fields=["person", "-valid_until"], name="certificate_latest")]

    def __str__(self) -> str:
        return self.number
