"""Who decides, as versions of a table; and the stages that a request takes under the version of its submission."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from contacts.requests.routing.table import Conditions, Group, RoutingLine, Step
from portal.access.roles import Role
from portal.vocabulary import Channel, Outcome, Purpose

if TYPE_CHECKING:
    from portal.people.models import User

READERS = (Role.DPO, Role.ADMINISTRATOR, Role.AUDITOR)
GROUPS = (
    (Group.CONSUMER.value, _("Consumer")),
    (Group.BUSINESS.value, _("Business contact")),
    (Group.MINOR.value, _("Minor")),
)


class RoutingTableQuerySet(models.QuerySet["RoutingTable"]):
    def visible_to(self, user: User) -> RoutingTableQuerySet:
        return self if user.has_role(*READERS) else self.none()

    def in_force(self, at: datetime) -> RoutingTableQuerySet:
        """The version that counts at an instant comes first."""
        return self.filter(published_at__isnull=False, valid_from__lte=at).order_by("-valid_from", "-version")


class RoutingTable(models.Model):
    """One version; at most one is a draft (index). Drafts can be edited; from `published_at` on the database keeps it
    and its rules as they are."""

    version = models.PositiveIntegerField(_("version"), unique=True)
    reason = models.CharField(_("why"), max_length=300, blank=True)
    valid_from = models.DateTimeField(_("valid from"), null=True, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField()
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    published_at = models.DateTimeField(null=True, blank=True)

    objects = RoutingTableQuerySet.as_manager()

    class Meta:
        ordering = ["-version"]
        constraints = [
            models.CheckConstraint(
                condition=Q(published_at__isnull=True) | (Q(valid_from__isnull=False) & ~Q(reason="")),
                name="routing_published_whole",
            ),
        ]

    def __str__(self) -> str:
        return _("Routing table, version %(number)s") % {"number": self.version}

    def lines(self) -> tuple[RoutingLine, ...]:
        """The rules in their order, as the resolver reads them."""
        return tuple(rule.line() for rule in self.rules.order_by("position"))


class RoutingRule(models.Model):
    """One line of a version: conditions (empty = every one) and the steps. The first line that fits counts."""

    table = models.ForeignKey(RoutingTable, models.CASCADE, related_name="rules")
    position = models.PositiveSmallIntegerField()
    outcomes = ArrayField(models.CharField(max_length=25, choices=Outcome.choices), default=list, blank=True)
    departments = ArrayField(models.BigIntegerField(), default=list, blank=True)
    groups = ArrayField(models.CharField(max_length=10, choices=GROUPS), default=list, blank=True)
    purposes = ArrayField(models.CharField(max_length=30, choices=Purpose.choices), default=list, blank=True)
    channels = ArrayField(models.CharField(max_length=10, choices=Channel.choices), default=list, blank=True)
    steps = models.JSONField(default=list)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["table", "position"], name="routing_rule_place", deferrable=models.Deferrable.DEFERRED
            )
        ]

    def line(self) -> RoutingLine:
        conditions = Conditions(
            outcomes=frozenset(self.outcomes),
            departments=frozenset(self.departments),
            groups=frozenset(self.groups),
            purposes=frozenset(self.purposes),
            channels=frozenset(self.channels),
        )
        return RoutingLine(tuple(Step.from_json(step) for step in self.steps), conditions)


class ReviewStageQuerySet(models.QuerySet["ReviewStage"]):
    def open(self) -> ReviewStageQuerySet:
        """Those that have begun and not ended."""
        return self.filter(since__isnull=False, ended_at__isnull=True)


class ReviewStage(models.Model):
    """One stage of one submission: the step of the table as it was then, and its time. Who may decide in it is
    derived when somebody asks (`contacts.requests.reviewers`); a stage is open from `since` to `ended_at`."""

    request = models.ForeignKey("requests.ContactRequest", models.PROTECT, related_name="stages")
    round = models.PositiveSmallIntegerField()
    position = models.PositiveSmallIntegerField()
    table = models.ForeignKey(RoutingTable, models.PROTECT, null=True, related_name="+")
    step = models.JSONField()
    needed = models.PositiveSmallIntegerField(default=1)
    since = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    escalated_at = models.DateTimeField(null=True, blank=True)

    objects = ReviewStageQuerySet.as_manager()

    class Meta:
        ordering = ["request", "round", "position"]
        constraints = [
            models.UniqueConstraint(fields=["request", "round", "position"], name="stage_once"),
            models.UniqueConstraint(
                fields=["request"],
                condition=Q(since__isnull=False, ended_at__isnull=True),
                name="stage_one_open",
            ),
            models.CheckConstraint(condition=Q(needed__gte=1), name="stage_needs_somebody"),
            models.CheckConstraint(
                condition=Q(since__isnull=True) | Q(due_at__isnull=False), name="stage_begun_has_due_time"
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"], condition=Q(since__isnull=False, ended_at__isnull=True), name="stage_open_due"
            )
        ]

    def __str__(self) -> str:
        return f"{self.request_id}/{self.round}/{self.position}"

    @property
    def asked(self) -> Step:
        return Step.from_json(self.step)
