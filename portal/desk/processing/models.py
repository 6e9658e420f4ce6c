"""The versions of each processing activity. There is no other table: an activity is its newest version."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.access.roles import Role
from portal.desk.processing import rules

if TYPE_CHECKING:
    from portal.people.models import User

READERS = (Role.DPO, Role.AUDITOR)
_OWN = Q(activity__startswith=rules.OWN)


class ActivityVersionQuerySet(models.QuerySet["ActivityVersion"]):
    def visible_to(self, user: User) -> ActivityVersionQuerySet:
        """The officer, who keeps the record, and the auditor, who reads it."""
        return self if user.has_role(*READERS) else self.none()

    def newest(self) -> ActivityVersionQuerySet:
        """Of each activity the version that counts."""
        return self.order_by("activity", "-number").distinct("activity")


class ActivityVersion(models.Model):
    """What the record said about one activity from an instant on. Append-only; the numbers of an activity have no gap.

    The columns of the parts hold what a person wrote. `drawn` keeps, by language and part, what the portal said beside
    it at that instant, so that a former version can be read whole. Of an activity that the portal describes the name
    and the parts that are drawn are empty in the columns.
    """

    class Kind(models.TextChoices):
        WRITTEN = "written", _("Written")
        REVIEWED = "reviewed", _("Looked at, nothing to change")
        ENDED = "ended", _("Ended")

    activity = models.CharField(max_length=20)
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=8, choices=Kind.choices)
    name = models.CharField(max_length=rules.LONGEST_NAME, blank=True)
    purposes = models.TextField(max_length=rules.LONGEST_PART, blank=True)
    legal_basis = models.TextField(max_length=rules.LONGEST_PART, blank=True)
    persons = models.TextField(max_length=rules.LONGEST_PART, blank=True)
    data = models.TextField(max_length=rules.LONGEST_PART, blank=True)
    recipients = models.TextField(max_length=rules.LONGEST_PART, blank=True)
    third_countries = models.TextField(max_length=rules.LONGEST_PART, blank=True)
    time_limits = models.TextField(max_length=rules.LONGEST_PART, blank=True)
    measures = models.TextField(max_length=rules.LONGEST_PART, blank=True)
    remarks = models.TextField(max_length=rules.LONGEST_PART, blank=True)
    reason = models.TextField(max_length=rules.LONGEST_REASON, blank=True)
    drawn = models.JSONField(default=dict)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    objects = ActivityVersionQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["activity", "number"], name="activity_version_once"),
            models.CheckConstraint(
                condition=(_OWN & ~Q(name=""))
                | (~_OWN & Q(name="", purposes="", legal_basis="", persons="", data="", time_limits="")),
                name="activity_drawn_is_not_written",
            ),
            models.CheckConstraint(
                condition=(Q(kind="ended") & _OWN & ~Q(reason="")) | (~Q(kind="ended") & Q(reason="")),
                name="activity_ends_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.activity} {self.number}"

    @property
    def said(self) -> dict[str, str]:
        """What people wrote, by part."""
        return {part: getattr(self, part) for part in rules.PARTS}

    @property
    def day(self) -> date:
        """The day on which somebody looked, in the portal's zone."""
        return timezone.localdate(self.made_at)

    @property
    def is_ended(self) -> bool:
        return self.kind == self.Kind.ENDED
