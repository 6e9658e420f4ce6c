"""Sign-ups that wait for their confirmation. Not a ledger: unconfirmed ones are deleted (law.md section 7)."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.access.roles import Role
from portal.vocabulary import Channel, Purpose

if TYPE_CHECKING:
    from portal.people.models import User


class OptInQuerySet(models.QuerySet["OptIn"]):
    def visible_to(self, user: User) -> OptInQuerySet:
        """Those who keep consents, and the auditor."""
        return self if user.has_role(Role.CONSENT_OFFICER, Role.DPO, Role.AUDITOR) else self.none()

    def waiting(self) -> OptInQuerySet:
        """Not confirmed. Whether their time is over, the thresholds say."""
        return self.filter(confirmed_at__isnull=True)

    def waiting_at(self, at: datetime) -> OptInQuerySet:
        """Those that waited at an instant in the past, as far as they are still there: `drop_unconfirmed` deletes what
        nobody confirmed in time."""
        return self.filter(Q(confirmed_at__isnull=True) | Q(confirmed_at__gt=at), requested_at__lte=at)


class OptIn(models.Model):
    """Somebody entered an e-mail address; whether that was its owner, only the confirmation shows (BGH I ZR 164/09).

    The link in the mail carries a token that is derived from `nonce` and the server's secret; only its hash is kept
    here. Only e-mail: a click in a mail proves nothing about a telephone.
    """

    class Via(models.TextChoices):
        WEB_FORM = "web_form", _("Web form")
        OFFICER = "officer", _("Entered by the company")
        PREFERENCES = "preferences", _("On the customer's own page")
        API = "api", _("Through another system")

    customer = models.ForeignKey(
        "customers.Customer", models.PROTECT, null=True, blank=True, related_name="opt_ins", verbose_name=_("customer")
    )
    address = models.CharField(_("e-mail address"), max_length=254)
    normalised = models.CharField(max_length=254)
    purpose = models.CharField(_("purpose"), max_length=30, choices=Purpose.choices)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices, default=Channel.EMAIL)
    text = models.ForeignKey("consent.ConsentText", models.PROTECT, related_name="+")
    first_name = models.CharField(_("first name"), max_length=100, blank=True)
    last_name = models.CharField(_("last name"), max_length=100, blank=True)
    via = models.CharField(max_length=12, choices=Via.choices)
    origin = models.CharField(max_length=100, blank=True)
    requested_at = models.DateTimeField()
    #: The first instant at which the link counts no more, as the mail says; later thresholds do not move it.
    ends_at = models.DateTimeField()
    request_ip = models.CharField(max_length=43, blank=True)
    request_agent = models.CharField(max_length=300, blank=True)
    nonce = models.BinaryField(max_length=32)
    token_digest = models.CharField(max_length=64, unique=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)

    objects = OptInQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(channel=Channel.EMAIL), name="opt_in_only_by_email"),
            models.UniqueConstraint(fields=["origin"], condition=~Q(origin=""), name="opt_in_origin_once"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("requested_at")), name="opt_in_period"),
        ]
        indexes = [
            models.Index(fields=["requested_at"], condition=Q(confirmed_at__isnull=True), name="opt_in_waiting"),
            models.Index(fields=["normalised"], name="opt_in_address"),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.requested_at:%Y-%m-%d}"
