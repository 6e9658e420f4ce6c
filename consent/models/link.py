"""Links to a customer's own page, and for the unsubscribe button of mail programs."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from portal.vocabulary import Purpose


class PreferenceLink(models.Model):
    """A link that stands for one customer. The token is derived from `nonce` and the server's secret; only its hash
    is kept. `purpose` is set for an unsubscribe link, which can take back that purpose by e-mail and nothing else.
    """

    class Kind(models.TextChoices):
        PAGE = "page", "page"
        UNSUBSCRIBE = "unsubscribe", "unsubscribe"

    kind = models.CharField(max_length=12, choices=Kind.choices)
    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="+")
    contact_point = models.ForeignKey("customers.ContactPoint", models.PROTECT, null=True, blank=True, related_name="+")
    purpose = models.CharField(max_length=30, choices=Purpose.choices, blank=True)
    nonce = models.BinaryField(max_length=32)
    token_digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(expires_at__gt=F("created_at")), name="preference_link_period"),
            models.CheckConstraint(
                condition=Q(kind="page", purpose="") | (Q(kind="unsubscribe") & ~Q(purpose="")),
                name="preference_link_purpose_fits",
            ),
        ]
