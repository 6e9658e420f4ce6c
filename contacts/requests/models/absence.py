"""Who is away, and who decides instead."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.access.roles import Role

if TYPE_CHECKING:
    from portal.people.models import User

#: Who decides about requests, and therefore needs somebody who stands in.
REVIEWERS = (Role.MANAGER, Role.DPO)


class DateRange(Func):
    function = "DATERANGE"
    output_field = DateRangeField()


class AbsenceQuerySet(models.QuerySet["Absence"]):
    def visible_to(self, user: User) -> AbsenceQuerySet:
        """Own absences, those in which one stands in for somebody, and all of them for DPO and auditor."""
        if user.has_role(Role.DPO, Role.AUDITOR):
            return self
        return self.filter(Q(person=user) | Q(deputy=user)) if user.is_active else self.none()

    def on(self, day: date) -> AbsenceQuerySet:
        """Absences in force on a day."""
        return self.filter(starts__lte=day, ends__gte=day, back_at__isnull=True)


class Absence(models.Model):
    """From a day to a day, both included, somebody is away. Without a deputy the line above decides. `back_at` ends
    it early; nothing else of it is ever changed (trigger)."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="absences")
    deputy = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="standing_in",
        verbose_name=_("deputy"),
    )
    starts = models.DateField(_("first day"))
    ends = models.DateField(_("last day"))
    recorded_at = models.DateTimeField()
    back_at = models.DateTimeField(null=True, blank=True)

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        ordering = ["-starts", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(ends__gte=F("starts")), name="absence_period"),
            models.CheckConstraint(
                condition=Q(deputy__isnull=True) | ~Q(deputy=F("person")), name="absence_not_own_deputy"
            ),
            ExclusionConstraint(
                name="absence_once_at_a_time",
                expressions=[
                    ("person", RangeOperators.EQUAL),
                    (
                        DateRange("starts", "ends", RangeBoundary(inclusive_lower=True, inclusive_upper=True)),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(back_at__isnull=True),
            ),
        ]
        indexes = [models.Index(fields=["ends"], name="absence_ending")]

    def __str__(self) -> str:
        return f"{self.person}: {self.starts} - {self.ends}"

    @property
    def last_day(self) -> date:
        """The day on which it really ended, or will."""
        return min(self.ends, timezone.localdate(self.back_at)) if self.back_at else self.ends
