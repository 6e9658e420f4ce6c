"""What a reviewer adds to a verdict: conditions of an approval, or what to change, ready to be taken over. Both are
kept as they were said (append-only), and belong to the submission that the verdict was about."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from contacts.requests.models.request import Review
from contacts.requests.routing.terms import Terms
from portal.vocabulary import Outcome


class Condition(models.Model):
    """An approval under conditions: stricter than the rules, never laxer. The permit keeps to them (trigger)."""

    review = models.OneToOneField(Review, models.PROTECT, related_name="condition")
    last_day = models.DateField(_("last day"), null=True, blank=True)
    most_uses = models.PositiveSmallIntegerField(_("at most so many contacts"), null=True, blank=True)
    words = models.TextField(_("condition in words"), blank=True, max_length=1000)

    class Meta:
        ordering = ["review"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_day__isnull=False) | Q(most_uses__isnull=False) | Q(words__regex=r"\S"),
                name="condition_says_something",
            ),
            models.CheckConstraint(
                condition=Q(most_uses__isnull=True) | Q(most_uses__gte=1), name="condition_leaves_a_use"
            ),
        ]

    def terms(self) -> Terms:
        return Terms(self.last_day, self.most_uses, (self.words,) if self.words else ())


class Proposal(models.Model):
    """Another address, account or text that the reviewer would agree to: with “changes asked for” and nothing else,
    because an approval is for what was read. The requester takes it over, and it is decided anew."""

    review = models.OneToOneField(Review, models.PROTECT, related_name="proposal")
    contact_point = models.ForeignKey("customers.ContactPoint", models.PROTECT, related_name="+")
    account = models.ForeignKey("requests.CompanyAccount", models.PROTECT, null=True, blank=True, related_name="+")
    draft_text = models.TextField(blank=True, max_length=5000)
    changes = models.JSONField(help_text=_("Which of address, account and text are different."))
    outcome = models.CharField(max_length=25, choices=Outcome.choices, help_text=_("What the rules said about it."))

    class Meta:
        ordering = ["review"]
        constraints = [
            models.CheckConstraint(condition=~Q(changes=[]), name="proposal_changes_something"),
            models.CheckConstraint(condition=~Q(outcome=Outcome.FORBIDDEN), name="proposal_never_forbidden"),
        ]
