"""Receivers of events in other systems, the events, and what was delivered to whom."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import uuid4

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from portal.access.roles import Role

if TYPE_CHECKING:
    from portal.people.models import User


class EventType(models.TextChoices):
    """What other systems can be told (docs/webhooks.md)."""

    CONSENT_CHANGED = "consent.changed", _("A consent was given, confirmed, withdrawn, or ended")
    OBJECTION_RECORDED = "objection.recorded", _("A customer objects")
    PERMIT_GRANTED = "permit.granted", _("A permit was granted")
    PERMIT_REVOKED = "permit.revoked", _("A permit was revoked")
    INCIDENT_OPENED = "incident.opened", _("An incident was reported")


class EndpointQuerySet(models.QuerySet["Endpoint"]):
    def visible_to(self, user: User) -> EndpointQuerySet:
        """Administrators look after the machines."""
        return self if user.has_role(Role.ADMINISTRATOR) else self.none()

    def ready(self, at: datetime) -> EndpointQuerySet:
        """Those that may be called now."""
        return self.filter(Q(rest_until__isnull=True) | Q(rest_until__lte=at), state=Endpoint.State.ON)


class Endpoint(models.Model):
    """One address of another system. Its name stands in the trail for ever, so it is given only once.

    The secret itself is kept nowhere (`signing`). `failures` counts failed tries in a row, since `failing_since`; until
    `rest_until` the receiver is left alone. A failing endpoint goes on collecting, and waits for an administrator.
    """

    class State(models.TextChoices):
        ON = "on", _("On")
        OFF = "off", _("Switched off")
        GONE = "gone", _("Switched off by the receiver")
        FAILING = "failing", _("Not reached")

    name = models.SlugField(_("name"), max_length=30)
    url = models.CharField(_("address"), max_length=500)
    events = ArrayField(models.CharField(max_length=30, choices=EventType.choices), verbose_name=_("events"))
    state = models.CharField(max_length=7, choices=State.choices, default=State.ON)
    salt = models.CharField(max_length=64, editable=False)
    fingerprint = models.CharField(max_length=64, editable=False)
    old_salt = models.CharField(max_length=64, blank=True, editable=False)
    old_fingerprint = models.CharField(max_length=64, blank=True, editable=False)
    old_until = models.DateTimeField(null=True, blank=True, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    created_at = models.DateTimeField(_("made"))
    failures = models.PositiveIntegerField(default=0, editable=False)
    failing_since = models.DateTimeField(null=True, blank=True, editable=False)
    rest_until = models.DateTimeField(null=True, blank=True, editable=False)
    last_success_at = models.DateTimeField(_("last reached"), null=True, blank=True, editable=False)

    objects = EndpointQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(Lower("name"), name="webhook_endpoint_name_once"),
            models.CheckConstraint(
                condition=Q(events__contained_by=EventType.values) & ~Q(events=[]), name="webhook_endpoint_events_known"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["on", "off", "gone", "failing"]), name="webhook_endpoint_state_known"
            ),
            models.CheckConstraint(
                condition=Q(old_salt="", old_fingerprint="", old_until__isnull=True)
                | (~Q(old_salt="") & ~Q(old_fingerprint="") & Q(old_until__isnull=False)),
                name="webhook_endpoint_old_secret_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def host(self) -> str:
        """Where it is, without the path, which may be a secret of the receiver's."""
        return self.url.partition("://")[2].partition("/")[0].partition("?")[0]

    @property
    def event_words(self) -> list[str]:
        return [str(EventType(one).label) for one in self.events]


class Event(models.Model):
    """Something that happened, written in the transaction in which it did. Numbers and states, nobody's name.

    Events of one customer have keys in the order in which they happened, because each is written under the customer's
    lock. `customer_id` is a key of a room that this one does not know.
    """

    uid = models.UUIDField(unique=True, default=uuid4, editable=False)
    type = models.CharField(max_length=30, choices=EventType.choices)
    customer_id = models.BigIntegerField(null=True, blank=True)
    data = models.JSONField(default=dict)
    happened_at = models.DateTimeField()
    matched_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["id"], condition=Q(matched_at__isnull=True), name="webhook_event_unmatched"),
            models.Index(fields=["happened_at"], name="webhook_event_age"),
        ]
        constraints = [models.CheckConstraint(condition=Q(type__in=EventType.values), name="webhook_event_type_known")]

    def __str__(self) -> str:
        return f"{self.type} {self.message_id}"

    @property
    def message_id(self) -> str:
        """The same over all tries and all receivers."""
        return f"msg_{self.uid.hex}"


class Delivery(models.Model):
    """One event for one endpoint."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waits")
        DELIVERED = "delivered", _("Delivered")
        GIVEN_UP = "given_up", _("Given up after ten tries")
        DROPPED = "dropped", _("Not wanted any more")

    endpoint = models.ForeignKey(Endpoint, models.PROTECT, related_name="deliveries")
    event = models.ForeignKey(Event, models.CASCADE, related_name="deliveries")
    customer_id = models.BigIntegerField(null=True, blank=True)
    state = models.CharField(max_length=9, choices=State.choices, default=State.WAITING)
    due_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["endpoint", "event"], condition=Q(state="waiting"), name="webhook_delivery_waiting"),
            models.Index(
                fields=["endpoint", "customer_id", "event"],
                condition=Q(state="waiting"),
                name="webhook_delivery_in_order",
            ),
            models.Index(fields=["endpoint", "-id"], name="webhook_delivery_of"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["endpoint", "event"], name="webhook_delivery_once"),
            models.CheckConstraint(
                condition=Q(state="waiting", done_at__isnull=True)
                | Q(state__in=["delivered", "given_up", "dropped"], done_at__isnull=False),
                name="webhook_delivery_done_or_waiting",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event_id} for {self.endpoint_id}"


class Attempt(models.Model):
    """One try, and what came of it. Of the receiver's answer only the number is kept."""

    class Problem(models.TextChoices):
        TIMEOUT = "timeout", _("The answer took too long")
        NO_CONNECTION = "no_connection", _("No connection")
        TLS = "tls", _("The certificate or the encryption does not fit")
        UNRESOLVED = "unresolved", _("No such host")
        UNSAFE = "unsafe_address", _("The address is not one of the open Internet")
        GARBAGE = "garbage", _("The answer is not HTTP")
        SECRET_LOST = "secret_lost", _("The secret is lost; make a new one")

    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="attempts")
    at = models.DateTimeField()
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    problem = models.CharField(max_length=20, choices=Problem.choices, blank=True)
    milliseconds = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__isnull=False, problem="") | (Q(status__isnull=True) & ~Q(problem="")),
                name="webhook_attempt_answer_or_problem",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.delivery_id}: {self.status or self.problem}"
