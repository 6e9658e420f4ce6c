"""What stops a deletion, how long the company keeps what no statute dates, and who may see behind a figure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.access.roles import Role

if TYPE_CHECKING:
    from datetime import datetime

    from portal.people.models import User


class HoldQuerySet(models.QuerySet["Hold"]):
    def visible_to(self, user: User) -> HoldQuerySet:
        """The officer, who keeps them; the auditor reads; the administrator takes the second look at an end."""
        return self if user.has_role(Role.DPO, Role.AUDITOR, Role.ADMINISTRATOR) else self.none()

    def standing(self) -> HoldQuerySet:
        return self.filter(ended_at__isnull=True)


class Hold(models.Model):
    """A legal hold: nothing about this customer, or this one request, is deleted or erased while it stands.

    Plain numbers, as in the trail, because the floor knows no room; `customer_id` is also given where only one request
    is held. It ends by two people: one asks, another one looks and ends it.
    """

    customer_id = models.BigIntegerField(_("customer"))
    request_id = models.BigIntegerField(_("request"), null=True, blank=True)
    label = models.CharField(_("number"), max_length=60)
    reason = models.TextField(_("reason"), max_length=2000)
    review_on = models.DateField(_("to be looked at again on"))
    placed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    placed_at = models.DateTimeField()
    end_reason = models.TextField(_("reason for the end"), max_length=2000, blank=True)
    end_asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    end_asked_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = HoldQuerySet.as_manager()

    class Meta:
        ordering = ["review_on", "pk"]
        indexes = [models.Index(fields=["customer_id"], condition=Q(ended_at__isnull=True), name="hold_standing")]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="hold_with_reason"),
            models.CheckConstraint(
                condition=Q(end_asked_at__isnull=True, end_asked_by__isnull=True, end_reason="")
                | (Q(end_asked_at__isnull=False, end_asked_by__isnull=False) & ~Q(end_reason="")),
                name="hold_end_asked_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by__isnull=True)
                | (
                    Q(ended_at__isnull=False, ended_by__isnull=False, end_asked_by__isnull=False)
                    & ~Q(ended_by=F("end_asked_by"))
                ),
                name="hold_ended_by_a_second_person",
            ),
        ]

    def __str__(self) -> str:
        return self.label


class PeriodSetting(models.Model):
    """How long the company keeps one kind of data, from an instant on; the latest row of a rule counts. Append-only."""

    rule = models.CharField(_("rule"), max_length=60)
    length = models.PositiveSmallIntegerField(_("length"))
    reason = models.TextField(_("reason"), max_length=2000)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    set_at = models.DateTimeField()

    class Meta:
        ordering = ["-pk"]
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="period_set_with_reason")]

    def __str__(self) -> str:
        return f"{self.rule} {self.length}"


class UnmaskingQuerySet(models.QuerySet["Unmasking"]):
    def visible_to(self, user: User) -> UnmaskingQuerySet:
        """The officer, who asks, and the works council or auditor, who agrees; nobody else."""
        return self if user.has_role(Role.DPO, Role.AUDITOR) else self.none()

    def open_at(self, at: datetime) -> UnmaskingQuerySet:
        return self.filter(agreed_at__lte=at, ends_at__gt=at)


class Unmasking(models.Model):
    """Seeing names behind a figure or a pseudonym, or the request log of one person: asked for by the officer with a
    reason, agreed to by the works council or auditor, and over after some hours."""

    class Scope(models.TextChoices):
        LOG = "log", _("Request log of one person")
        TRAIL = "trail", _("Names of employees in the audit trail")

    scope = models.CharField(_("what is shown"), max_length=5, choices=Scope.choices)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.TextField(_("reason"), max_length=2000)
    hours = models.PositiveSmallIntegerField(_("hours"))
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    agreed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    agreed_at = models.DateTimeField(null=True, blank=True)
    refused_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    refused_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)

    objects = UnmaskingQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="unmasking_with_reason"),
            models.CheckConstraint(condition=Q(hours__gte=1, hours__lte=72), name="unmasking_at_most_three_days"),
            models.CheckConstraint(
                condition=Q(scope="log", person__isnull=False) | Q(scope="trail", person__isnull=True),
                name="unmasking_of_whom",
            ),
            models.CheckConstraint(
                condition=Q(agreed_at__isnull=True, agreed_by__isnull=True, ends_at__isnull=True)
                | (
                    Q(agreed_at__isnull=False, agreed_by__isnull=False, ends_at__gt=F("agreed_at"))
                    & ~Q(agreed_by=F("asked_by"))
                ),
                name="unmasking_agreed_by_a_second_person",
            ),
            models.CheckConstraint(
                condition=Q(refused_at__isnull=True, refused_by__isnull=True)
                | Q(refused_at__isnull=False, refused_by__isnull=False, agreed_at__isnull=True),
                name="unmasking_refused_or_agreed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scope} {self.pk}"
