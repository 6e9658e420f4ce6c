"""Who says that promotional wording is no advertising, and who has agreed."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from contacts.requests.models.request import ContactRequest, Review

# Something that can be read, not only spaces.
SAYS_SOMETHING = Q(reason__regex=r"\S")


class PromotionDispute(models.Model):
    """The requester's word that what was found in the draft is no advertising. Append-only.

    It is about one text, by its fingerprint, and about the places that were shown: in another text, or where more is
    found, it says nothing.
    """

    request = models.ForeignKey(ContactRequest, models.PROTECT, related_name="promotion_disputes")
    said_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    text_sha256 = models.CharField(max_length=64)
    hits = models.JSONField()
    reason = models.TextField(max_length=1000)
    at = models.DateTimeField()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=SAYS_SOMETHING, name="promotion_dispute_has_reason"),
            models.CheckConstraint(condition=Q(text_sha256__regex=r"^[0-9a-f]{64}$"), name="promotion_dispute_of_text"),
            models.CheckConstraint(condition=~Q(hits=[]), name="promotion_dispute_of_hits"),
        ]


class PromotionOverride(models.Model):
    """A reviewer's agreement, with a reason of their own, given with the approval. Append-only."""

    dispute = models.ForeignKey(PromotionDispute, models.PROTECT, related_name="overrides")
    review = models.OneToOneField(Review, models.PROTECT, related_name="promotion_override")
    reason = models.TextField(max_length=1000)

    class Meta:
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=SAYS_SOMETHING, name="promotion_override_has_reason")]
