"""Which reminders have gone out: each exists once for ever, whatever crashes in between."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Reminded(models.Model):
    """One step of one thing that is due has been told to one person, in the mail of the same transaction.

    `key` names thing and step: "certificate:17:30", "assignment:4:9:overdue:2" (assignment 4, person 9, second week).
    """

    key = models.CharField(max_length=100, unique=True)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.key
