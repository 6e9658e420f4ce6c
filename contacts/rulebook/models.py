"""The versions of the company's rule set."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings as project
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from contacts import policy
from portal.access.roles import Role

if TYPE_CHECKING:
    from portal.people.models import User

#: Who may prepare a version, and who may read drafts and who wrote them.
WRITERS = (Role.DPO, Role.ADMINISTRATOR)
READERS = (*WRITERS, Role.AUDITOR)
#: The rule set that comes with the software is no row: it is there without a database, and nobody can take it away.
SHIPPED = policy.RULE_SET_1.number


class RuleSetQuerySet(models.QuerySet["RuleSetVersion"]):
    def visible_to(self, user: User) -> RuleSetQuerySet:
        return self if user.has_role(*READERS) else self.none()

    def released(self) -> RuleSetQuerySet:
        return self.filter(state=RuleSetVersion.State.RELEASED)

    def in_force(self, at: datetime) -> RuleSetQuerySet:
        """At most one: the newest of those whose day has come. Where there is none, the shipped rule set counts."""
        return self.released().filter(effective_from__lte=at).order_by("-number")[:1]


class RuleSetVersion(models.Model):
    """One version: the shipped rules under the settings of the company.

    A draft can be edited. From its release on the database keeps every column (trigger). Each released version follows
    another one, and only one can follow it (constraint): so the versions are a chain, and at every instant exactly one
    is in force. A later version can begin before an earlier one that has not come into force yet; that never does then.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        RELEASED = "released", _("Released")
        DISCARDED = "discarded", _("Discarded")

    number = models.PositiveIntegerField(_("number"), unique=True)
    based_on = models.PositiveIntegerField(_("based on version"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT)
    settings = models.JSONField(_("settings"), default=dict)
    #: The company's own golden cases; one with the id of a shipped case replaces it.
    cases = models.JSONField(_("golden cases"), default=list, blank=True)
    drafted_by = models.ForeignKey(project.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField()
    writers = ArrayField(models.BigIntegerField(), help_text=_("Everybody who changed the draft."))
    reason = models.CharField(_("why"), max_length=300, blank=True)
    #: What is milder than the shipped default, and the data protection officer's word for it.
    laxer = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    laxer_reason = models.CharField(_("why it may be milder"), max_length=500, blank=True)
    effective_from = models.DateTimeField(_("in force from"), null=True, blank=True)
    released_by = models.ForeignKey(project.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    released_at = models.DateTimeField(null=True, blank=True)
    sha256 = models.CharField(max_length=64, blank=True, help_text=_("The hash of the rule set when it was released."))

    objects = RuleSetQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.CheckConstraint(condition=Q(number__gt=F("based_on")) & Q(based_on__gte=1), name="rules_follow"),
            models.UniqueConstraint(fields=["based_on"], condition=Q(state="released"), name="rules_in_a_chain"),
            models.CheckConstraint(
                condition=~Q(state="released")
                | (
                    Q(effective_from__isnull=False, released_by__isnull=False, released_at__isnull=False)
                    & ~Q(reason="")
                    & Q(sha256__regex=r"^[0-9a-f]{64}$")
                ),
                name="rules_released_whole",
            ),
            models.CheckConstraint(
                condition=Q(effective_from__isnull=True) | Q(effective_from__gte=F("released_at")),
                name="rules_never_backdated",
            ),
            models.CheckConstraint(
                condition=~Q(state="released") | Q(laxer=[]) | ~Q(laxer_reason=""), name="rules_milder_with_reason"
            ),
        ]

    def __str__(self) -> str:
        return _("Rule set %(number)s") % {"number": self.number}

    @property
    def is_draft(self) -> bool:
        return self.state == self.State.DRAFT
