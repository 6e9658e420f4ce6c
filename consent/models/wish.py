"""What customers ask about the data that are held, in their own words."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class DataWish(models.Model):
    """A question from a customer's own page (Art. 15, 16, 17 GDPR). The words are kept here and nowhere else in the
    database, so that an erasure finds them."""

    class About(models.TextChoices):
        COPY = "copy", _("A copy of my data")
        CORRECTION = "correction", _("Something is wrong: please correct it")
        ERASURE = "erasure", _("Please erase my data")
        OTHER = "other", _("Another question")

    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="+")
    about = models.CharField(max_length=12, choices=About.choices)
    message = models.TextField(blank=True)
    asked_at = models.DateTimeField()
