"""Imminent danger: the contact is made at once, and somebody else looks at it afterwards."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from contacts.requests.models.permit import Permit
from contacts.requests.models.request import ContactRequest
from contacts.requests.routing.table import Step


class AfterReview(models.Model):
    """The review that follows an act in imminent danger. Decided once; then the database keeps it as it is."""

    class Verdict(models.TextChoices):
        OPEN = "", _("Not looked at yet")
        APPROVED = "approved", _("Approved afterwards")
        NOT_JUSTIFIED = "not_justified", _("Not justified")

    request = models.OneToOneField(ContactRequest, models.PROTECT, related_name="after_review")
    requester = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    permit = models.OneToOneField(Permit, models.PROTECT, related_name="after_review")
    step = models.JSONField()
    acted_at = models.DateTimeField()
    due_at = models.DateTimeField()
    verdict = models.CharField(max_length=15, choices=Verdict.choices, default=Verdict.OPEN, blank=True)
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    stands_for = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.TextField(_("reason"), blank=True)
    reviewed_at = models.DateTimeField(null=True, blank=True)
    alarmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["due_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(verdict="", reviewer__isnull=True, reviewed_at__isnull=True)
                | Q(verdict__in=["approved", "not_justified"], reviewer__isnull=False, reviewed_at__isnull=False),
                name="after_review_whole",
            ),
            models.CheckConstraint(
                condition=Q(reviewer__isnull=True) | ~Q(reviewer=F("requester")), name="after_review_four_eyes"
            ),
            models.CheckConstraint(
                condition=~Q(verdict="not_justified") | ~Q(reason=""), name="after_review_has_reason"
            ),
        ]
        indexes = [models.Index(fields=["due_at"], condition=Q(verdict=""), name="after_review_open")]

    @property
    def asked(self) -> Step:
        return Step.from_json(self.step)
