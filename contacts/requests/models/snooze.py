"""Not now: a reviewer puts a request out of sight for a while."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from datetime import datetime

    from portal.people.models import User


class SnoozeQuerySet(models.QuerySet["Snooze"]):
    def visible_to(self, user: User) -> SnoozeQuerySet:
        """One's own; what somebody puts off is nobody else's business."""
        return self.filter(person=user) if user.is_active else self.none()

    def asleep(self, at: datetime) -> SnoozeQuerySet:
        """What is out of sight at an instant; nothing has to be done for it to come back."""
        return self.filter(until__gt=at)


class Snooze(models.Model):
    """One person's "later" about one stage of a request. It ends by itself: with its time, with the stage, or when
    somebody else decides. Due time, reminders and the other reviewers are not touched. `due_at` is the stage's own, so
    that the database can hold a snooze to it."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="snoozes")
    stage = models.ForeignKey("requests.ReviewStage", models.CASCADE, related_name="snoozes")
    until = models.DateTimeField(_("until"))
    due_at = models.DateTimeField()
    at = models.DateTimeField()

    objects = SnoozeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "stage"], name="snooze_once"),
            models.CheckConstraint(
                condition=Q(until__gt=F("at"), until__lte=F("due_at")), name="snooze_ends_before_due_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id}/{self.stage_id} {self.until}"
