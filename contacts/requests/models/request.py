"""A request, the decisions taken about it, and the reviews."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from contacts.requests.numbers import request_number
from contacts.requests.rules import MOST_USES, WAITING, State
from portal.access.roles import Role
from portal.vocabulary import Outcome, Purpose

if TYPE_CHECKING:
    from datetime import datetime

    from contacts.customers.models import ContactPoint
    from contacts.requests.reviewers import Among
    from portal.people.models import User


class ContactRequestQuerySet(models.QuerySet["ContactRequest"]):
    def visible_to(self, user: User, *, among: Among = None) -> ContactRequestQuerySet:
        """Own ones; for the manager submitted ones of own reports and those that this person decides or has decided;
        submitted ones for DPO and auditor. `among`: the keys of those that are asked about; who decides about others
        need not be found out then."""
        rows = self if among is None else self.filter(pk__in=among)
        return rows._visible_to(user, among)

    def _visible_to(self, user: User, among: Among) -> ContactRequestQuerySet:
        if not user.is_active:
            return self.none()
        submitted = Q(submitted_at__isnull=False)
        mine = Q(requester=user)
        if user.has_role(Role.DPO, Role.AUDITOR):
            return self.filter(mine | submitted)
        if user.has_role(Role.MANAGER):
            decided = Q(pk__in=Review.objects.filter(reviewer=user).values("request"))
            return self.filter(
                mine | (submitted & Q(requester__manager=user)) | decided | Q(pk__in=_routed_to(user, among))
            )
        return self.filter(mine)

    def to_review_by(self, user: User, at: datetime | None = None) -> ContactRequestQuerySet:
        """What waits for this person's verdict: never a request of the same person (what always holds, 2), nor the
        second verdict of one who has given the first."""
        # Who decides is derived from the way, the people and their absences; that reading stands above the models.
        from contacts.requests.reviewers import waiting_for

        return self.filter(pk__in=waiting_for(user, at=at or timezone.now()))


def _routed_to(user: User, among: Among) -> list[int]:
    """What this person decides, or looks at afterwards."""
    from contacts.requests.reviewers import after_reviews_for, waiting_for

    now = timezone.now()
    afterwards = (row.request_id for row in after_reviews_for(user, at=now, requests=among))
    return [*waiting_for(user, at=now, requests=among), *afterwards]


class ContactRequest(models.Model):
    """An employee's question, and, once submitted, the request that goes through the workflow."""

    class Urgency(models.TextChoices):
        NORMAL = "normal", _("Normal")
        IMMINENT_DANGER = "imminent_danger", _("Imminent danger")

    requester = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="requests", verbose_name=_("asked by")
    )
    customer = models.ForeignKey(
        "customers.Customer", models.PROTECT, related_name="requests", verbose_name=_("customer")
    )
    contact_point = models.ForeignKey(
        "customers.ContactPoint", models.PROTECT, related_name="requests", verbose_name=_("address")
    )
    account = models.ForeignKey(
        "requests.CompanyAccount",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="requests",
        verbose_name=_("account"),
    )
    private_account = models.BooleanField(_("from my private account or phone"), default=False)
    purpose = models.CharField(_("reason"), max_length=30, choices=Purpose.choices)
    draft_text = models.TextField(_("what you want to say"), blank=True, max_length=5000)
    contains_promotion = models.BooleanField(_("also promotes something"), default=False)
    special_category = models.BooleanField(_("contains health or other sensitive data"), default=False)
    automated_call = models.BooleanField(_("automatic call"), default=False)
    sender_clear = models.BooleanField(_("company and own name are visible"), default=True)
    caller_id_shown = models.BooleanField(_("number is shown"), default=True)
    opt_out_included = models.BooleanField(_("says how to opt out"), default=False)
    own_similar_products = models.BooleanField(_("own, similar products"), default=False)
    presumed_consent = models.CharField(_("why the company will welcome the call"), max_length=500, blank=True)
    urgency = models.CharField(_("urgency"), max_length=15, choices=Urgency.choices, default=Urgency.NORMAL)
    uses_wanted = models.PositiveSmallIntegerField(_("number of contacts"), default=1)
    planned_at = models.DateTimeField(_("planned for"), null=True, blank=True, help_text=_("Empty: now."))
    once = models.UUIDField(
        null=True, blank=True, editable=False, help_text="A page that is sent twice asks once about each customer."
    )
    state = models.CharField(
        _("state"),
        max_length=15,
        choices=[(state.value, state.value) for state in State],
        default=State.DRAFT,
    )
    outcome = models.CharField(_("answer of the rules"), max_length=25, choices=Outcome.choices, blank=True)
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    refusal_reason = models.TextField(_("reason"), blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    waiting_since = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = ContactRequestQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=[s.value for s in State]), name="request_state_known"),
            models.CheckConstraint(
                condition=Q(state__in=[State.DRAFT, State.CANCELLED]) | Q(submitted_at__isnull=False),
                name="request_submitted_before_more",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=sorted(WAITING)) | Q(waiting_since__isnull=False),
                name="request_waiting_has_since",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.REFUSED) | ~Q(refusal_reason=""), name="request_refusal_has_reason"
            ),
            models.CheckConstraint(
                condition=Q(private_account=False) | Q(account__isnull=True), name="request_private_or_company"
            ),
            models.CheckConstraint(condition=Q(uses_wanted__range=(1, MOST_USES)), name="request_uses_in_range"),
            # The target of the composite foreign keys in migration 0002: a review names the true requester.
            models.UniqueConstraint(fields=["id", "requester"], name="request_and_requester"),
            models.UniqueConstraint(
                fields=["requester", "once", "customer"], condition=Q(once__isnull=False), name="request_once"
            ),
        ]
        indexes = [
            models.Index(fields=["requester", "-id"], name="request_of_person"),
            models.Index(fields=["customer", "-id"], name="request_about_customer"),
            models.Index(fields=["waiting_since"], condition=Q(state__in=sorted(WAITING)), name="request_waiting"),
            models.Index(fields=["closed_at"], condition=Q(closed_at__isnull=False), name="request_closed"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        return request_number(self.pk)

    @property
    def point(self) -> ContactPoint:
        """The address, by the name it has in a question."""
        return self.contact_point

    @property
    def round(self) -> int:
        """How often it was submitted: a review belongs to the text of one submission."""
        return self.decisions.filter(stage=DecisionRecord.Stage.SUBMIT).count()


class DecisionRecord(models.Model):
    """A decision with the facts and the rule set it rests on, so it can be replayed. Append-only."""

    class Stage(models.TextChoices):
        ASK = "ask", _("Question")
        SUBMIT = "submit", _("Submission")
        REVIEW = "review", _("Review")
        REDEEM = "redeem", _("Use")
        RECHECK = "recheck", _("Checked again after an event")

    request = models.ForeignKey(ContactRequest, models.PROTECT, related_name="decisions")
    stage = models.CharField(max_length=10, choices=Stage.choices)
    at = models.DateTimeField()
    facts = models.JSONField()
    rule_set = models.PositiveIntegerField()
    rule_set_hash = models.CharField(max_length=64)
    outcome = models.CharField(max_length=25, choices=Outcome.choices)
    deciding_rules = models.JSONField(default=list)
    fired_rules = models.JSONField(default=list)
    obligations = models.JSONField(default=list)
    legal_basis = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["request", "-id"], name="decision_latest")]


class Review(models.Model):
    """One approver's verdict. Append-only; one per person and round, and no more in a stage than it needs (trigger).
    `stands_for` is the absent person whose deputy decided."""

    class Stage(models.TextChoices):
        MANAGER = "manager", _("Manager")
        DPO = "dpo", _("Data protection officer")

    class Verdict(models.TextChoices):
        APPROVED = "approved", _("Approved")
        REFUSED = "refused", _("Refused")
        CHANGES_ASKED = "changes_asked", _("Changes asked for")

    request = models.ForeignKey(ContactRequest, models.PROTECT, related_name="reviews")
    requester = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="reviews")
    stage = models.CharField(max_length=10, choices=Stage.choices)
    round = models.PositiveSmallIntegerField(default=1, help_text=_("Counts submissions."))
    verdict = models.CharField(max_length=15, choices=Verdict.choices)
    reason = models.TextField(blank=True)
    decision = models.ForeignKey(DecisionRecord, models.PROTECT, related_name="reviews")
    step = models.ForeignKey("requests.ReviewStage", models.PROTECT, null=True, blank=True, related_name="reviews")
    stands_for = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    sha256 = models.CharField(max_length=64, blank=True, help_text=_("What the reviewer saw."))
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["request", "round", "reviewer"], name="review_once_per_person"),
            models.CheckConstraint(condition=~Q(reviewer=F("requester")), name="review_four_eyes"),
            models.CheckConstraint(condition=Q(verdict="approved") | ~Q(reason=""), name="review_refusal_has_reason"),
        ]
        indexes = [models.Index(fields=["at"], name="review_at")]
