"""Which consents the officers have been warned about: bookkeeping of the forecast's mails."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from consent.models.consent import Consent


class ForecastWarning(models.Model):
    """One consent, one date (going stale or ending at `due_at`), one step (days before): told once for ever.

    A date that moves is another date. Rows go when the date is past (docs/decisions/0006).
    """

    class What(models.TextChoices):
        STALE = "stale", "stale"
        END = "end", "end"

    consent = models.ForeignKey(Consent, models.CASCADE, related_name="+")
    what = models.CharField(max_length=5, choices=What.choices)
    step = models.PositiveSmallIntegerField()
    due_at = models.DateTimeField()
    told_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["consent", "what", "step", "due_at"], name="forecast_warning_once"),
            models.CheckConstraint(condition=Q(step__in=[60, 30, 7]), name="forecast_warning_step"),
        ]
        indexes = [models.Index(fields=["due_at"], name="forecast_warning_due")]
