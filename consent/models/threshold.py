"""When consents go stale and end: settings with history, per purpose and channel."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from consent.rules import ThresholdRow, Thresholds
from portal.vocabulary import Channel, Purpose


class ThresholdSetting(models.Model):
    """One row per change, in force from `valid_from`; empty purpose or channel = every one. Rows are never changed
    or deleted (trigger), except that the job notes in `applied_at` that it has recomputed what is due."""

    purpose = models.CharField(_("purpose"), max_length=30, choices=Purpose.choices, blank=True)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices, blank=True)
    stale_after_months_unused = models.PositiveSmallIntegerField(_("months unused until stale"))
    expired_after_months_unused = models.PositiveSmallIntegerField(_("months unused until expired"))
    doi_ttl_days = models.PositiveSmallIntegerField(_("days that a sign-up waits for its confirmation"))
    valid_from = models.DateTimeField(_("valid from"))
    reason = models.CharField(_("why"), max_length=300)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    set_at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["-valid_from", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["purpose", "channel", "valid_from"], name="threshold_once"),
            models.CheckConstraint(
                condition=Q(stale_after_months_unused__gte=1)
                & Q(expired_after_months_unused__gte=F("stale_after_months_unused"))
                & Q(doi_ttl_days__gte=1),
                name="threshold_order",
            ),
        ]

    def row(self) -> ThresholdRow:
        thresholds = Thresholds(
            stale_after_months_unused=self.stale_after_months_unused,
            expired_after_months_unused=self.expired_after_months_unused,
            doi_ttl_days=self.doi_ttl_days,
        )
        return ThresholdRow(self.purpose, self.channel, self.valid_from, thresholds)
