"""What is kept about refused addresses: digests, their generation, and the lists they came from."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from contacts.customers.suppression.digests import newest_generation
from portal.access.roles import Role

if TYPE_CHECKING:
    from portal.people.models import User

READERS = (Role.DPO, Role.CONSENT_OFFICER, Role.AUDITOR)
KEEPERS = (Role.DPO, Role.CONSENT_OFFICER)


class Refusal(models.TextChoices):
    """How far a refusal goes."""

    MARKETING = "marketing_objection", _("No advertising")
    FULL = "full_block", _("No contact at all")


class SuppressionEntry(models.Model):
    """A keyed hash of an address that must never be contacted; survives erasure and catches re-imports.

    The database refuses every change but one: a later generation of the digest (migration `suppression_rings`).
    `twin` is 0; a later row of the same address carries its own id there: one that turns out to be the same after
    re-keying, or a refusal that is said again after its owner agreed to something.
    """

    digest = models.CharField(max_length=64)
    generation = models.PositiveSmallIntegerField(default=newest_generation)
    scope = models.CharField(max_length=20, choices=Refusal.choices)
    reason = models.CharField(max_length=200)
    created_at = models.DateTimeField()
    twin = models.PositiveBigIntegerField(default=0)

    class Meta:
        app_label = "customers"
        constraints = [
            models.UniqueConstraint(fields=["digest", "scope", "twin"], name="suppression_once"),
            models.CheckConstraint(condition=Q(generation__gte=1), name="suppression_generation_known"),
        ]
        indexes = [models.Index(fields=["generation"], name="suppression_generation")]


class SuppressionKey(models.Model):
    """A generation that this database has seen, with the fingerprint of its key: another key in its place would
    find none of the earlier refusals, and is noticed by this row."""

    generation = models.PositiveSmallIntegerField(primary_key=True)
    fingerprint = models.CharField(max_length=16)
    created_at = models.DateTimeField()

    class Meta:
        app_label = "customers"


class SuppressionListQuerySet(models.QuerySet["SuppressionList"]):
    def visible_to(self, user: User) -> SuppressionListQuerySet:
        """Those who keep the refusals, and the auditor."""
        return self if user.has_role(*READERS) else self.none()

    def overdue_at(self, at: datetime) -> list[SuppressionList]:
        """Lists that were not refreshed in time, the longest overdue first."""
        return overdue_among(self, at)


def overdue_among(lists: Iterable[SuppressionList], at: datetime) -> list[SuppressionList]:
    """Those that were not refreshed in time, the longest overdue first."""
    return sorted((one for one in lists if one.is_overdue(timezone.localdate(at))), key=lambda one: one.due_on)


class SuppressionList(models.Model):
    """A list of refused addresses from outside, kept as digests alone; the file itself is not kept."""

    class Kind(models.TextChoices):
        ROBINSON = "robinson", _("Robinson list")
        PARTNER = "partner", _("List of a partner or client")
        OWN = "own", _("Own list from another system")

    class Effect(models.TextChoices):
        ROBINSON = "robinson", _("Counts as “on a Robinson list”")
        MARKETING = "marketing_objection", _("No advertising")

    name = models.CharField(_("name"), max_length=100)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices, default=Kind.ROBINSON)
    effect = models.CharField(_("what it means"), max_length=20, choices=Effect.choices, default=Effect.ROBINSON)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("owner"))
    overdue_after_days = models.PositiveSmallIntegerField(
        _("to be refreshed every (days)"), default=30, help_text=_("After that many days the owner is reminded.")
    )
    refreshed_at = models.DateTimeField(_("refreshed"), null=True, blank=True)
    size = models.PositiveIntegerField(_("addresses"), default=0)
    created_at = models.DateTimeField()

    objects = SuppressionListQuerySet.as_manager()

    class Meta:
        app_label = "customers"
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(Upper("name"), name="suppression_list_name_once"),
            models.CheckConstraint(condition=~Q(name=""), name="suppression_list_has_name"),
            models.CheckConstraint(
                condition=Q(effect__in=["robinson", "marketing_objection"]), name="suppression_list_effect_known"
            ),
            models.CheckConstraint(
                condition=Q(overdue_after_days__gte=1, overdue_after_days__lte=366), name="suppression_list_days"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def due_on(self) -> date:
        """The last day on which the list is fresh. An overdue list goes on counting: a refusal has no end."""
        return timezone.localdate(self.refreshed_at or self.created_at) + timedelta(days=self.overdue_after_days)

    def is_overdue(self, today: date) -> bool:
        return today > self.due_on


class SuppressionListEntry(models.Model):
    """One address of a list. Rows come and go with the list's refreshes."""

    list = models.ForeignKey(SuppressionList, models.CASCADE, related_name="entries")
    digest = models.CharField(max_length=64)
    generation = models.PositiveSmallIntegerField(default=newest_generation)
    added_at = models.DateTimeField()

    class Meta:
        app_label = "customers"
        constraints = [models.UniqueConstraint(fields=["digest", "list"], name="suppression_list_entry_once")]
        indexes = [models.Index(fields=["list", "generation"], name="suppression_list_generation")]
