"""What was reported: who, what, when, about whom. What happened afterwards stands in the ledgers beside it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from contacts.incidents import rules
from contacts.incidents.rules import State
from portal.access.roles import Role
from portal.vocabulary import PLATFORM_CHANNELS, Channel, Platform

if TYPE_CHECKING:
    from portal.people.models import User


class Kind(models.TextChoices):
    PRIVATE_ACCOUNT = rules.Kind.PRIVATE_ACCOUNT.value, _("A private phone or account was used")
    WRONG_PERSON = rules.Kind.WRONG_PERSON.value, _("A message or call reached the wrong person")
    SEARCHED_PROFILE = rules.Kind.SEARCHED_PROFILE.value, _("A profile or number was searched out")
    OTHER = rules.Kind.OTHER.value, _("Something else")


class DataCategory(models.TextChoices):
    NAME = "name", _("Name and contact data")
    CONTRACT = "contract", _("Contract, order or appointment")
    PAYMENT = "payment", _("Amounts, invoices or bank details")
    CONTENT = "content", _("Content of messages or calls")
    IMAGES = "images", _("Photos or files")
    SPECIAL = "special", _("Health or other sensitive data")
    CHILD = "child", _("Data of a child")
    OTHER = "other", _("Other data")


class IncidentQuerySet(models.QuerySet["Incident"]):
    def visible_to(self, user: User) -> IncidentQuerySet:
        """The reporter and the data protection officers; nobody else, whatever their role."""
        if not user.is_active:
            return self.none()
        return self if user.has_role(Role.DPO) else self.filter(reporter=user)

    def open(self) -> IncidentQuerySet:
        return self.exclude(state=State.CLOSED)

    def most_urgent_first(self) -> IncidentQuerySet:
        """Those whose clock runs, by the time that is left; then those that only have to be finished."""
        return self.order_by(F("settled_at").asc(nulls_first=True), "due_at", "pk")


class Incident(models.Model):
    """A contact made outside the rules, reported by somebody or logged under a permit (`contact`).

    What was reported never changes (migration 0002); of the row only the state and its times move, by the table of
    `rules.TRANSITIONS`. `settled_at` is when the clock stopped: the authority was told, or need not be.
    """

    key = models.UUIDField(unique=True, editable=False, help_text=_("A form that is sent twice reports once."))
    kind = models.CharField(_("what happened"), max_length=20, choices=Kind.choices)
    channel = models.CharField(_("over what"), max_length=10, choices=Channel.choices, blank=True)
    platform = models.CharField(_("platform"), max_length=10, choices=Platform.choices, blank=True)
    happened_at = models.DateTimeField(_("when it happened"))
    noticed_at = models.DateTimeField(_("when it was noticed"))
    customer = models.ForeignKey(
        "customers.Customer",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="incidents",
        verbose_name=_("customer"),
    )
    person_note = models.CharField(_("who was reached or is concerned"), max_length=300, blank=True)
    data = ArrayField(
        models.CharField(max_length=10, choices=DataCategory.choices),
        default=list,
        blank=True,
        verbose_name=_("which data"),
    )
    description = models.TextField(_("in your own words"), max_length=5000)
    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="incidents", verbose_name=_("reported by")
    )
    reported_at = models.DateTimeField(_("reported"))
    due_at = models.DateTimeField(_("to be notified by"))
    request = models.ForeignKey(
        "requests.ContactRequest", models.PROTECT, null=True, blank=True, related_name="incidents"
    )
    permit = models.ForeignKey("requests.Permit", models.PROTECT, null=True, blank=True, related_name="incidents")
    contact = models.OneToOneField("requests.Contact", models.PROTECT, null=True, blank=True, related_name="incident")
    state = models.CharField(
        _("state"),
        max_length=10,
        choices=[(state.value, state.value) for state in State],
        default=State.REPORTED,
    )
    contained_at = models.DateTimeField(null=True, blank=True)
    assessed_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = IncidentQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=[s.value for s in State]), name="incident_state_known"),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="incident_kind_known"),
            models.CheckConstraint(condition=~Q(description=""), name="incident_described"),
            models.CheckConstraint(
                condition=Q(noticed_at__gte=F("happened_at")) & Q(reported_at__gte=F("noticed_at")),
                name="incident_happened_noticed_reported",
            ),
            models.CheckConstraint(condition=Q(due_at__gt=F("noticed_at")), name="incident_due_after_noticed"),
            models.CheckConstraint(
                condition=Q(platform="") | Q(channel__in=list(PLATFORM_CHANNELS)), name="incident_platform_fits"
            ),
            models.CheckConstraint(
                condition=~Q(state=State.CONTAINED) | Q(contained_at__isnull=False), name="incident_contained_when"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[State.ASSESSED, State.CLOSED]) | Q(assessed_at__isnull=False),
                name="incident_assessed_when",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.CLOSED) | Q(settled_at__isnull=False, closed_at__isnull=False),
                name="incident_closed_only_when_settled",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(settled_at__isnull=True), name="incident_running"),
            models.Index(fields=["reporter", "-id"], name="incident_of_person"),
            models.Index(fields=["customer", "-id"], name="incident_about_customer"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        return f"I-{1000 + self.pk}"

    @property
    def way(self) -> str:
        """The platform's name where there is one, else the channel's; empty where nobody said."""
        if self.platform:
            return str(self.get_platform_display())
        return str(self.get_channel_display()) if self.channel else ""

    @property
    def aware_at(self) -> datetime:
        return rules.aware_at(self.noticed_at, self.reported_at)

    def data_words(self) -> list[str]:
        return [str(DataCategory(one).label) for one in self.data]

    def clock(self, at: datetime) -> rules.Clock:
        return rules.clock(self.due_at, self.settled_at, at)
