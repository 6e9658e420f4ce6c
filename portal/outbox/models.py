"""The outbox: what must happen after a commit, written inside it and carried out afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.access.roles import Role

if TYPE_CHECKING:
    from portal.people.models import User

#: What goes to whoever holds a role because of the role: it is no more theirs to read than the page that it leads to.
TOPICS_OF_ROLES: dict[Role, tuple[str, ...]] = {
    Role.DPO: (
        "wrong_person",
        "danger_not_justified",
        "danger_overdue",
        "incident_reported",
        "incident_deadline",
        "rules_released",
        "data_request_entered",
        "data_request_due",
        "erasure_proposed",
    ),
    Role.ADMINISTRATOR: ("outbox_parked", "webhook_stopped"),
    Role.TRAINING_AUTHOR: ("cases_flipped",),
}


class OutboxQuerySet(models.QuerySet["OutboxMessage"]):
    def waiting(self) -> OutboxQuerySet:
        """What the relay has still to do, now or later."""
        return self.filter(done_at__isnull=True, parked_at__isnull=True)

    def parked(self) -> OutboxQuerySet:
        """What waits for an administrator. Of a bundle only its first row, which stands for all."""
        heads = Q(leader__isnull=True) | Q(leader=F("pk"))
        return self.filter(heads, parked_at__isnull=False, given_up_at__isnull=True)

    def told(self, user: User) -> OutboxQuerySet:
        """The messages that this person reads in the portal: own ones and no others, whoever asks."""
        return self.readable().filter(recipient=user) if user.is_active else self.none()

    def readable(self) -> OutboxQuerySet:
        """Mails, without those that came to the holder of a role that the receiver does not hold any more."""
        rows = self.filter(kind=OutboxMessage.Kind.MAIL)
        for role, topics in TOPICS_OF_ROLES.items():
            rows = rows.filter(~Q(topic__in=topics) | Q(recipient__roles__contains=[role.value]))
        return rows


class OutboxMessage(models.Model):
    """One mail to one person who works here, one letter to somebody outside, or one event for the handlers that the
    roof registers. A mail is at the same time the message that its receiver reads in the portal.

    `key` makes a message unique for ever: a reminder about one thing for one day exists once, whatever crashes.
    A row is done when `done_at` is set, and parked (for a human to look at) when `parked_at` is set. What is not urgent
    goes out in the morning: all rows with the same `leader` are one mail, under the Message-ID of that row.
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
    urgent = models.BooleanField(_("goes out at once"), default=True)
    leader = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="bundle")
    gathered_on = models.DateField(_("bundled on"), null=True, blank=True)
    given_up_at = models.DateTimeField(null=True, blank=True)
    given_up_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    given_up_reason = models.TextField(_("reason"), blank=True)

    objects = OutboxQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(
                fields=["due_at", "id"],
                condition=Q(done_at__isnull=True, parked_at__isnull=True),
                name="outbox_waiting",
            ),
            models.Index(fields=["recipient", "-id"], condition=Q(kind="mail"), name="outbox_of_person"),
            models.Index(fields=["topic"], condition=Q(parked_at__isnull=False), name="outbox_parked"),
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
            models.CheckConstraint(
                condition=Q(given_up_at__isnull=True, given_up_by__isnull=True, given_up_reason="")
                | (
                    Q(given_up_at__isnull=False, given_up_by__isnull=False, parked_at__isnull=False)
                    & ~Q(given_up_reason="")
                ),
                name="outbox_given_up_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(leader__isnull=True, gathered_on__isnull=True)
                | Q(leader__isnull=False, gathered_on__isnull=False, urgent=False),
                name="outbox_only_the_not_urgent_is_bundled",
            ),
            models.CheckConstraint(condition=Q(urgent=True) | Q(kind="mail"), name="outbox_only_mails_wait"),
            models.UniqueConstraint(
                fields=["recipient", "gathered_on"], condition=Q(leader=F("id")), name="outbox_one_bundle_a_morning"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.topic} {self.key}"


class ReadMark(models.Model):
    """The receiver has read a message. A row of its own, so that reading never waits for the relay."""

    message = models.OneToOneField(OutboxMessage, models.CASCADE, primary_key=True, related_name="mark")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.message_id} {self.at}"


class Heartbeat(models.Model):
    """When a part of the machinery was last at work. Not kept in Redis, whose absence it has to tell of."""

    class Part(models.TextChoices):
        WORKER = "worker", _("Worker")
        BEAT = "beat", _("Clock")
        RELAY = "relay", _("Delivery")

    part = models.CharField(max_length=6, choices=Part.choices, primary_key=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(part__in=["worker", "beat", "relay"]), name="heartbeat_part_known")
        ]

    def __str__(self) -> str:
        return f"{self.part} {self.at}"
