"""The order that forbids further private use: a letter of the company to one person who works here."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from contacts.incidents.letters import order_body, order_title
from contacts.incidents.models.incident import Incident

#: Stands where words about somebody were who is erased by now.
GONE = "[…]"


class Order(models.Model):
    """One for each incident; its words never change. The receiver acknowledges it once (migration 0002)."""

    incident = models.OneToOneField(Incident, models.PROTECT, related_name="order")
    receiver = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    language = models.CharField(max_length=2, choices=[("de", _("German")), ("en", _("English"))])
    title = models.CharField(max_length=200)
    body = models.TextField(_("text"), max_length=5000)
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    acknowledged_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(title="") & ~Q(body=""), name="incident_order_has_words"),
            models.CheckConstraint(
                condition=Q(acknowledged_at__isnull=True) | Q(acknowledged_at__gte=F("issued_at")),
                name="incident_order_acknowledged_after",
            ),
        ]

    @property
    def shown_title(self) -> str:
        return order_title(self.language) if self.title == GONE else self.title

    @property
    def shown_body(self) -> str:
        """As it was issued; the standard words once the customer of the incident is erased."""
        if self.body != GONE:
            return self.body
        return order_body(self.language, name=self.receiver.get_full_name(), number=self.incident.number)
