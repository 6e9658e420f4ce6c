"""What was handed in, frozen; what people say about it; and whom it was handed on to. All append-only."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from contacts.requests.models.request import ContactRequest
from contacts.requests.models.routing import ReviewStage


class Snapshot(models.Model):
    """The text, the facts and the decision of one submission, as its reviewers see them."""

    request = models.ForeignKey(ContactRequest, models.PROTECT, related_name="snapshots")
    round = models.PositiveSmallIntegerField()
    content = models.JSONField()
    sha256 = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        ordering = ["request", "round"]
        constraints = [models.UniqueConstraint(fields=["request", "round"], name="snapshot_once")]


class Comment(models.Model):
    """A word between those who have to do with a request; it decides nothing."""

    request = models.ForeignKey(ContactRequest, models.PROTECT, related_name="comments")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    text = models.TextField(_("comment"), max_length=2000)
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="comment_says_something")]


class Reassignment(models.Model):
    """One reviewer's part of a stage handed to another one. `origin` is who was meant in the first place; it may be
    handed back."""

    stage = models.ForeignKey(ReviewStage, models.PROTECT, related_name="reassignments")
    origin = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    to = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reason = models.CharField(_("why"), max_length=500)
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="reassignment_has_reason"),
        ]
