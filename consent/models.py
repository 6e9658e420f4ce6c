"""What a customer agreed to, for which purpose and channel, until when; and the events that prove it."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from consent.rules import ConsentDates, EventKind
from portal.vocabulary import Channel, ConsentState, Platform, Purpose


class Consent(models.Model):
    """The resolved dates for one customer, purpose and channel (and platform).

    Written only by `consent.services._append`, which folds the events; the state itself is derived on read
    (`consent.selectors`). `recorded_state` is bookkeeping: the last state whose passage was recorded and told.
    """

    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="consents")
    purpose = models.CharField(_("purpose"), max_length=30, choices=Purpose.choices)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices)
    platform = models.CharField(_("platform"), max_length=10, choices=Platform.choices, blank=True)
    requested_at = models.DateTimeField(null=True, blank=True)
    given_at = models.DateTimeField(_("given"), null=True, blank=True)
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True)
    ends_on = models.DateField(_("valid until"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    proof = models.BooleanField(_("can be proven"), default=False)
    recorded_state = models.CharField(
        max_length=12, choices=ConsentState.choices, default=ConsentState.NONE, editable=False
    )
    next_change_at = models.DateTimeField(
        null=True,
        blank=True,
        editable=False,
        help_text=_("When the passage of time changes the state next; for the jobs."),
    )

    class Meta:
        ordering = ["purpose", "channel", "platform"]
        constraints = [
            models.UniqueConstraint(fields=["customer", "purpose", "channel", "platform"], name="consent_once"),
            models.CheckConstraint(
                condition=(Q(channel__in=["messenger", "social_dm"]) & ~Q(platform=""))
                | (~Q(channel__in=["messenger", "social_dm"]) & Q(platform="")),
                name="consent_platform_fits",
            ),
            models.CheckConstraint(
                condition=Q(last_used_at__isnull=True) | Q(last_used_at__gte=F("given_at")),
                name="consent_used_after_given",
            ),
        ]
        indexes = [
            models.Index(fields=["next_change_at"], condition=Q(next_change_at__isnull=False), name="consent_due")
        ]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()} / {self.get_platform_display() or self.get_channel_display()}"

    @property
    def dates(self) -> ConsentDates:
        return ConsentDates(
            requested_at=self.requested_at,
            given_at=self.given_at,
            last_used_at=self.last_used_at,
            ends_on=self.ends_on,
            withdrawn_at=self.withdrawn_at,
            proof=self.proof,
        )

    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.customer.timezone)


EVENT_WORDS = {
    EventKind.REQUESTED: _("Asked for, waits for confirmation"),
    EventKind.CONFIRMED: _("Confirmed"),
    EventKind.GIVEN: _("Given"),
    EventKind.USED: _("Used for a contact"),
    EventKind.RENEWED: _("Renewed"),
    EventKind.WENT_STALE: _("Unused for so long that it is stale"),
    EventKind.EXPIRED: _("Expired"),
    EventKind.WITHDRAWN: _("Withdrawn"),
    EventKind.IMPORTED: _("Taken over from an earlier system"),
}


class ConsentEvent(models.Model):
    """One thing that happened to a consent, with its evidence. Append-only in the database."""

    class How(models.TextChoices):
        WEB_FORM = "web_form", _("Web form")
        DOUBLE_OPT_IN = "double_opt_in", _("Double opt-in")
        PAPER = "paper", _("On paper")
        SPOKEN = "spoken", _("Spoken")
        WRITTEN = "written", _("In writing")
        IMPORTED = "imported", _("From an earlier system")
        CLOCK = "clock", _("Passage of time")
        CONTACT = "contact", _("During a contact")

    consent = models.ForeignKey(Consent, models.PROTECT, related_name="events")
    kind = models.CharField(_("what"), max_length=12, choices=[(kind.value, kind.value) for kind in EventKind])
    at = models.DateTimeField(_("when"))
    local_date = models.DateField(_("the customer's date"))
    how = models.CharField(_("how"), max_length=15, choices=How.choices)
    evidence = models.CharField(_("evidence"), max_length=500, blank=True)
    proof = models.BooleanField(default=False)
    ends_on = models.DateField(_("valid until"), null=True, blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=[kind.value for kind in EventKind]), name="consent_event_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(proof=False) | ~Q(evidence=""), name="consent_event_proof_names_evidence"
            ),
        ]

    @property
    def word(self) -> str:
        return str(EVENT_WORDS[EventKind(self.kind)])
