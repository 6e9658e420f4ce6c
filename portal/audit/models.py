"""The audit trail: one row for each change of state, written in the transaction of the change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Exists, Q
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from portal.access.roles import Role
from portal.people.models import User

if TYPE_CHECKING:
    from django.db.models import QuerySet


# Who reported an incident of their own is told to nobody but the officers: otherwise nobody would report. A refresher
# that a report led to would tell it just as well.
CONFIDENTIAL = ("incident", "refresher")
# What officers say about an incident: its reporter does not read it, an officer who reported one no more than others.
JUDGED = ("incident.assessed", "incident.decided", "incident.exported")


class AuditQuerySet(models.QuerySet["AuditEntry"]):
    def visible_to(self, user: User) -> AuditQuerySet:
        """The data protection officer and the auditor read the trail; nobody else does. What nobody but the officer
        and the person may know about (`CONFIDENTIAL`), only the officer reads; what was said about an incident of the
        officer's own (`JUDGED`), only another officer, where there is one."""
        if user.has_role(Role.DPO):
            return self.exclude(Exists(_others_judge(user)), verb__in=JUDGED, subject_id__in=_own_incidents(user))
        return self.exclude(subject_type__in=CONFIDENTIAL) if user.has_role(Role.AUDITOR) else self.none()


def _others_judge(user: User) -> QuerySet[User]:
    return User.objects.with_role(Role.DPO).apart_from(user)


def _own_incidents(user: User) -> QuerySet[AuditEntry, str]:
    """The incidents that this person reported, by whatever account, or that were opened with them as reporter."""
    accounts = User.objects.accounts_of(user)
    rows = AuditEntry.objects.alias(reporter=KeyTextTransform("person", "after"))
    opened = Q(verb="incident.opened", reporter__in=accounts.values(key=Cast("pk", models.TextField())))
    mine = Q(verb="incident.reported", actor__in=accounts.values("pk")) | opened
    return rows.filter(mine).values_list("subject_id", flat=True)


class AuditEntry(models.Model):
    """Who did what to which thing, and what changed. Append-only in the database (see migration 0001).

    `before` and `after` hold only the fields that the verb owns, as JSON. `customer_id` is a plain number, so the
    trail of a person survives the erasure of the person's row.
    """

    at = models.DateTimeField(_("when"))
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("who")
    )
    job = models.CharField(_("job"), max_length=60, blank=True)
    verb = models.CharField(_("what"), max_length=60)
    subject_type = models.CharField(_("kind of thing"), max_length=40)
    subject_id = models.CharField(_("number"), max_length=60)
    customer_id = models.BigIntegerField(_("customer"), null=True, blank=True)
    before = models.JSONField(_("before"), default=dict)
    after = models.JSONField(_("after"), default=dict)

    objects = AuditQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(actor__isnull=False, job="") | (Q(actor__isnull=True) & ~Q(job="")),
                name="audit_one_known_actor",
            )
        ]
        indexes = [
            models.Index(fields=["subject_type", "subject_id"], name="audit_subject"),
            models.Index(fields=["customer_id", "-id"], name="audit_customer"),
            models.Index(fields=["verb", "-id"], name="audit_verb"),
            models.Index(fields=["actor", "-id"], name="audit_actor"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.subject_type} {self.subject_id}"
