"""What a customer agreed to, for which purpose and channel, until when."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from consent.rules import ADVERTISING, ConsentDates
from portal.vocabulary import Channel, ConsentState, CustomerKind, Platform, Purpose, way_in_words, word_of


def platform_fits() -> Q:
    """Messengers and networks have a platform, the other channels have none."""
    on_platform = Q(channel__in=[Channel.MESSENGER, Channel.SOCIAL_DM])
    return (on_platform & ~Q(platform="")) | (~on_platform & Q(platform=""))


class Consent(models.Model):
    """The resolved dates for one customer, purpose and channel (and platform).

    Written only by `consent.services.ledger.append`, which folds the events; the state itself is derived on read
    (`consent.selectors`). `own_act_at` is when the customer last agreed in a way that lifts an earlier refusal;
    `contact_point` is the address that was confirmed. Bookkeeping for the jobs: `recorded_state` is the last state
    whose passage was recorded and told; `stale_at`, `expires_at` and `ends_at` are the instants that follow from the
    dates and the thresholds in force, `next_change_at` is the first of them that lies ahead of the recorded state.
    """

    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="consents")
    purpose = models.CharField(_("purpose"), max_length=30, choices=Purpose.choices)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices)
    platform = models.CharField(_("platform"), max_length=10, choices=Platform.choices, blank=True)
    text = models.ForeignKey("consent.ConsentText", models.PROTECT, null=True, blank=True, related_name="consents")
    requested_at = models.DateTimeField(null=True, blank=True)
    given_at = models.DateTimeField(_("given"), null=True, blank=True)
    given_how = models.CharField(max_length=15, blank=True)
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True)
    ends_on = models.DateField(_("valid until"), null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True, editable=False)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    proof = models.BooleanField(_("can be proven"), default=False)
    own_act_at = models.DateTimeField(null=True, blank=True, editable=False)
    contact_point = models.ForeignKey(
        "customers.ContactPoint", models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    keep_until = models.DateField(_("proof is kept until"), null=True, blank=True, editable=False)
    recorded_state = models.CharField(
        max_length=12, choices=ConsentState.choices, default=ConsentState.NONE, editable=False
    )
    stale_at = models.DateTimeField(null=True, blank=True, editable=False)
    expires_at = models.DateTimeField(null=True, blank=True, editable=False)
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
            models.CheckConstraint(condition=platform_fits(), name="consent_platform_fits"),
            models.CheckConstraint(
                condition=Q(last_used_at__isnull=True) | Q(last_used_at__gte=F("given_at")),
                name="consent_used_after_given",
            ),
            models.CheckConstraint(
                condition=Q(proof=False) | Q(given_at__isnull=False, text__isnull=False),
                name="consent_proof_names_wording",
            ),
        ]
        indexes = [
            # With the key: thousands fall due at one midnight, and each batch of the sweep takes the first of them.
            models.Index(
                fields=["next_change_at", "id"], condition=Q(next_change_at__isnull=False), name="consent_due_in_order"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()} / {self.get_way_display()}"

    def get_way_display(self) -> str:
        return way_in_words(self.channel, self.platform)

    def get_purpose_display(self) -> str:  # type: ignore[no-redef]
        return word_of(Purpose, self.purpose)

    @property
    def dates(self) -> ConsentDates:
        return ConsentDates(
            requested_at=self.requested_at,
            given_at=self.given_at,
            last_used_at=self.last_used_at,
            ends_on=self.ends_on,
            withdrawn_at=self.withdrawn_at,
            proof=self.proof,
            text_id=self.text_id,
            how=self.given_how,
            own_act_at=self.own_act_at,
            point_id=self.contact_point_id,
        )

    @property
    def is_consumer_call(self) -> bool:
        """Whether section 7a UWG asks for a record: a consumer's consent to advertising calls."""
        advertising_call = self.channel == Channel.PHONE and self.purpose in ADVERTISING
        return advertising_call and self.customer.kind == CustomerKind.CONSUMER

    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.customer.timezone)
