"""The outbox: what must happen after a commit, written inside it and carried out afterwards."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class OutboxMessage(models.Model):
    """One mail to one person who works here, one letter to somebody outside, or one event for the handlers that the
    roof registers.

    `key` makes a message unique for ever: a reminder about one thing for one day exists once, whatever crashes.
    A row is done when `done_at` is set, and parked (for a human to look at) when `parked_at` is set.
    """

    class Kind(models.TextChoices):
        MAIL = "mail", _("Mail")
        LETTER = "letter", _("Mail to somebody outside")
        EVENT = "event", _("Event")

    kind = models.CharField(max_length=6, choices=Kind.choices)
    key = models.CharField(max_length=200, unique=True)
    topic = models.CharField(_("template or event"), max_length=80)
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    payload = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)
    due_at = models.DateTimeField(_("not before"))
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.TextField(blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    parked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(
                fields=["due_at", "id"],
                condition=Q(done_at__isnull=True, parked_at__isnull=True),
                name="outbox_waiting",
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["event", "letter"], recipient__isnull=True)
                | Q(kind="mail", recipient__isnull=False),
                name="outbox_mail_has_recipient",
            ),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True) | Q(parked_at__isnull=True), name="outbox_done_or_parked"
            ),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True) | Q(done_at__gte=F("created_at")), name="outbox_done_after"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.topic} {self.key}"
