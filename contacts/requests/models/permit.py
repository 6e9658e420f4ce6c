"""A permit, its uses, and what happened in the contact."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from contacts.requests.numbers import permit_number
from contacts.requests.rules import MOST_USES, PermitState
from portal.access.roles import Role
from portal.vocabulary import Outcome, Purpose

if TYPE_CHECKING:
    from datetime import datetime

    from portal.people.models import User


class TstzRange(Func):
    function = "TSTZRANGE"
    output_field = DateTimeRangeField()


class PermitQuerySet(models.QuerySet["Permit"]):
    def visible_to(self, user: User) -> PermitQuerySet:
        """The holder; the holder's manager; DPO and auditor."""
        if not user.is_active:
            return self.none()
        if user.has_role(Role.DPO, Role.AUDITOR):
            return self
        if user.has_role(Role.MANAGER):
            return self.filter(Q(holder=user) | Q(holder__manager=user))
        return self.filter(holder=user)

    def active(self, at: datetime) -> PermitQuerySet:
        """Customer by customer: who locks the customers of many permits does so in one order."""
        return self.filter(state=PermitState.ACTIVE, valid_until__gt=at).order_by("customer_id", "pk")


class Permit(models.Model):
    """The time- and use-limited permission that a granted request yields.

    What it is bound to (holder, customer, address, account, reason, text, period, uses) never changes: a trigger.
    Usable only if deciding again under the customer's lock still grants it (`services.permits.redeem`): the stored
    state is bookkeeping for people, the answer is derived.
    """

    request = models.OneToOneField("requests.ContactRequest", models.PROTECT, related_name="permit")
    holder = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="permits", verbose_name=_("holder")
    )
    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="permits")
    contact_point = models.ForeignKey("customers.ContactPoint", models.PROTECT, related_name="permits")
    account = models.ForeignKey(
        "requests.CompanyAccount", models.PROTECT, null=True, blank=True, related_name="permits"
    )
    purpose = models.CharField(_("reason"), max_length=30, choices=Purpose.choices)
    released = models.CharField(
        max_length=25,
        choices=Outcome.choices,
        help_text=_("How far the release goes: rules, manager or DPO."),
    )
    accepted_rules = models.JSONField(
        default=list, blank=True, help_text=_("The rules that asked for a release when it was granted.")
    )
    rests_on_consent = models.BooleanField(
        default=False, help_text=_("A consent carried the contact; without it the permit ends.")
    )
    legal_basis = models.CharField(
        max_length=200,
        blank=True,
        default="",
        db_default="",
        help_text=_("What the decision that granted it rests on; empty where that names nothing."),
    )
    valid_from = models.DateTimeField(_("valid from"))
    valid_until = models.DateTimeField(_("valid until"))
    rules_until = models.DateTimeField(
        null=True, blank=True, editable=False, help_text=_("The longest that the rules gave; reviewers give less.")
    )
    uses_allowed = models.PositiveSmallIntegerField(_("uses"), default=1)
    text_sha256 = models.CharField(
        max_length=64, help_text=_("The fingerprint of the text that was approved; another text is another request.")
    )
    state = models.CharField(
        max_length=10,
        choices=[(state.value, state.value) for state in PermitState],
        default=PermitState.ACTIVE,
    )
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_reason = models.TextField(_("why it ended"), blank=True)

    objects = PermitQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(valid_until__gt=F("valid_from")), name="permit_period"),
            models.CheckConstraint(
                condition=Q(rules_until__isnull=True) | Q(valid_until__lte=F("rules_until")), name="permit_never_laxer"
            ),
            models.CheckConstraint(condition=~Q(released=Outcome.FORBIDDEN), name="permit_never_forbidden"),
            models.CheckConstraint(condition=Q(uses_allowed__range=(1, MOST_USES)), name="permit_uses_in_range"),
            models.CheckConstraint(
                condition=~Q(state=PermitState.REVOKED) | (Q(revoked_at__isnull=False) & ~Q(revoked_reason="")),
                name="permit_revocation_has_reason",
            ),
            ExclusionConstraint(
                name="permit_active_once",
                expressions=[
                    ("holder", RangeOperators.EQUAL),
                    ("contact_point", RangeOperators.EQUAL),
                    ("purpose", RangeOperators.EQUAL),
                    (TstzRange("valid_from", "valid_until", RangeBoundary()), RangeOperators.OVERLAPS),
                ],
                condition=Q(state=PermitState.ACTIVE),
            ),
        ]
        indexes = [
            models.Index(fields=["valid_until"], condition=Q(state="active"), name="permit_ending"),
            models.Index(fields=["customer"], condition=Q(state="active"), name="permit_active_of_customer"),
            models.Index(fields=["holder", "-id"], name="permit_of_person"),
            models.Index(fields=["valid_until"], name="permit_until"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        return permit_number(self.pk)


class PermitUse(models.Model):
    """One use of a permit, with the decision that still granted it. Append-only."""

    permit = models.ForeignKey(Permit, models.PROTECT, related_name="uses")
    use_number = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    used_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    decision = models.ForeignKey("requests.DecisionRecord", models.PROTECT, related_name="+")

    class Meta:
        ordering = ["use_number"]
        constraints = [models.UniqueConstraint(fields=["permit", "use_number"], name="permit_use_once")]


class Contact(models.Model):
    """What actually happened under a permit. Append-only."""

    class Result(models.TextChoices):
        REACHED = "reached", _("Reached")
        NOT_REACHED = "not_reached", _("Not reached")
        SENT = "sent", _("Sent")
        OBJECTED = "objected", _("Objects to advertising")
        WITHDREW = "withdrew", _("Takes the consent back")
        FULL_BLOCK = "full_block", _("Wants no contact at all")
        OTHER_WAY = "other_way", _("Wants to be contacted another way")
        WRONG_PERSON = "wrong_person", _("Wrong person")

    use = models.OneToOneField(PermitUse, models.PROTECT, related_name="contact")
    result = models.CharField(_("outcome"), max_length=15, choices=Result.choices)
    note = models.CharField(_("note"), max_length=500, blank=True)
    logged_at = models.DateTimeField()
    logged_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["logged_at"], name="contact_logged")]
