"""Answers that other systems were given, kept as evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q

from portal.access.roles import Role
from portal.vocabulary import Outcome, Purpose

if TYPE_CHECKING:
    from portal.people.models import User


class GivenDecisionQuerySet(models.QuerySet["GivenDecision"]):
    def visible_to(self, user: User) -> GivenDecisionQuerySet:
        """DPO and auditor, also after an erasure: it is evidence. The person in whose place a system asked, as long as
        the customer is there and this person may still ask."""
        if user.has_role(Role.DPO, Role.AUDITOR):
            return self
        if not user.has_role(Role.EMPLOYEE, Role.MANAGER, Role.CONSENT_OFFICER):
            return self.none()
        return self.filter(acts_for=user, customer__anonymised_at__isnull=True)


class GivenDecision(models.Model):
    """A decision that a system asked for through the API: there is no request behind it, so it stands by itself with
    its facts and can be replayed. Append-only.

    Of a draft only the fingerprint is kept, and no words about the person: after an erasure nothing has to go.
    `key` is the caller's Idempotency-Key; the row with its `answer` is what a repeated call gets.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    #: Found by `given_decision_once`, which begins with it.
    token = models.ForeignKey("machines.ApiToken", models.PROTECT, related_name="+", db_index=False)
    acts_for = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    key = models.CharField(max_length=255, null=True, blank=True)
    body_digest = models.CharField(max_length=64)
    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="+")
    contact_point = models.ForeignKey("customers.ContactPoint", models.PROTECT, related_name="+")
    account = models.ForeignKey("requests.CompanyAccount", models.PROTECT, null=True, blank=True, related_name="+")
    purpose = models.CharField(max_length=30, choices=Purpose.choices)
    draft_sha256 = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField(help_text="The instant that was asked about.")
    made_at = models.DateTimeField()
    facts = models.JSONField()
    rule_set = models.PositiveIntegerField()
    rule_set_hash = models.CharField(max_length=64)
    outcome = models.CharField(max_length=25, choices=Outcome.choices)
    answer = models.JSONField()

    objects = GivenDecisionQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["-made_at"], name="given_decision_latest")]
        constraints = [
            models.UniqueConstraint(fields=["token", "key"], name="given_decision_once"),
            models.CheckConstraint(condition=Q(key__isnull=True) | ~Q(key=""), name="given_decision_key"),
            models.CheckConstraint(condition=Q(outcome__in=Outcome.values), name="given_decision_outcome_known"),
        ]

    def __str__(self) -> str:
        return str(self.pk)
