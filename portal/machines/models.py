"""Other systems of the company that act through the API: their tokens, and what they have called."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower, Upper
from django.utils.translation import gettext_lazy as _

from portal.access.roles import Role

if TYPE_CHECKING:
    from portal.people.models import User


class Scope(models.TextChoices):
    """What a token may do; a machine can do nothing that is not named."""

    OPT_INS_WRITE = "opt-ins:write", _("Enter sign-ups, which the customer confirms by mail")
    WITHDRAWALS_WRITE = "withdrawals:write", _("Pass on that a customer takes a consent back")
    OBJECTIONS_WRITE = "objections:write", _("Pass on that a customer objects")
    DECISIONS_WRITE = "decisions:write", _("Ask whether a customer may be contacted")
    DECISIONS_READ = "decisions:read", _("Read the answers it got")
    REQUESTS_READ = "requests:read", _("Read requests and permits")
    REQUESTS_WRITE = "requests:write", _("Write requests and hand them in")
    PERMITS_WRITE = "permits:write", _("Use permits and say how a contact went")
    CONSENTS_READ = "consents:read", _("Read consents, their history and receipts")
    CONSENTS_WRITE = "consents:write", _("Enter and withdraw consents")
    CUSTOMERS_READ = "customers:read", _("Read customers, their addresses and objections")
    CUSTOMERS_WRITE = "customers:write", _("Enter and change customers and addresses")
    CERTIFICATES_READ = "certificates:read", _("Ask whether somebody's training is valid")
    ACCOUNTS_READ = "accounts:read", _("Read the company's accounts")
    ACCOUNTS_WRITE = "accounts:write", _("Enter and close company accounts")
    SCREENINGS_WRITE = "screenings:write", _("Send lists to be checked")
    SCREENINGS_READ = "screenings:read", _("Read checked lists")
    DIRECTORY_WRITE = "directory:write", _("Write people and groups (SCIM), and with them roles")


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    def visible_to(self, user: User) -> ApiTokenQuerySet:
        """Administrators look after the machines; everybody sees those that act for them."""
        return self if user.has_role(Role.ADMINISTRATOR) else self.acting_for(user)

    def acting_for(self, user: User) -> ApiTokenQuerySet:
        return self.filter(acts_for=user) if user.is_active else self.none()


class ApiToken(models.Model):
    """The key of one system. It has 256 random bits, is shown once, and only its SHA-256 is kept (ASVS 5.0, 11.5.1).

    The name stands in the audit trail for ever, so it is given only once. `acts_for` is the person in whose place it
    asks; without one it asks for itself, and what a person would have learnt counts as not learnt. Such a key opens
    nothing until this person has confirmed it (`confirmed_at`). Whom it acts for and who made it
    never changes (trigger).
    """

    name = models.SlugField(_("system"), max_length=30)
    scopes = ArrayField(models.CharField(max_length=30, choices=Scope.choices), verbose_name=_("what it may do"))
    digest = models.CharField(max_length=64, unique=True, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    acts_for = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("asks for")
    )
    created_at = models.DateTimeField(_("made"))
    expires_at = models.DateTimeField(_("ends"))
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    #: How often it called in the minute that began so many minutes after 1970.
    minute = models.PositiveBigIntegerField(default=0, editable=False)
    calls_in_minute = models.PositiveIntegerField(default=0, editable=False)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(Lower("name"), name="api_token_name_once"),
            models.CheckConstraint(condition=Q(expires_at__gt=F("created_at")), name="api_token_period"),
            models.CheckConstraint(
                condition=Q(scopes__contained_by=Scope.values) & ~Q(scopes=[]), name="api_token_scopes_known"
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True) | Q(acts_for__isnull=False, confirmed_at__gte=F("created_at")),
                name="api_token_confirmed_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def is_valid(self, at: datetime) -> bool:
        """From making to revoking or the end, half-open."""
        return self.revoked_at is None and self.created_at <= at < self.expires_at

    @property
    def is_unconfirmed(self) -> bool:
        """Whether the person in whose place it would act has not said yes (yet)."""
        return self.acts_for_id is not None and self.confirmed_at is None

    def state_at(self, at: datetime) -> str:
        """`unconfirmed`, `active`, `revoked` or `expired`."""
        if self.revoked_at is not None:
            return "revoked"
        if not self.is_valid(at):
            return "expired"
        return "unconfirmed" if self.is_unconfirmed else "active"

    @property
    def scope_words(self) -> list[str]:
        return [str(Scope(scope).label) for scope in self.scopes]


class MachineCall(models.Model):
    """One call that changed something, by the name that the sending system gave it: sent again, it gets the same answer
    and nothing happens twice (portal/machines/once.py).

    A number of an entry (`origin` of the body) is kept for ever and counts for the whole system; an Idempotency-Key
    counts for its path (method, route and keys) and is kept until `keep_until`.
    """

    token = models.ForeignKey(ApiToken, models.PROTECT, related_name="calls")
    origin = models.CharField(max_length=255)
    path = models.CharField(max_length=200)
    body_digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    answer = models.JSONField()
    at = models.DateTimeField()
    keep_until = models.DateTimeField(null=True, blank=True)
    #: The number of the customer whom the answer is about: it goes with the person (`once.forget_about`).
    customer = models.TextField(blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["token", "origin"], condition=Q(keep_until__isnull=True), name="machine_call_once"
            ),
            models.UniqueConstraint(
                fields=["token", "path", "origin"],
                condition=Q(keep_until__isnull=False),
                name="machine_call_key_once",
            ),
        ]
        indexes = [
            models.Index(fields=["keep_until"], condition=Q(keep_until__isnull=False), name="machine_call_to_forget"),
            models.Index(Upper("customer"), condition=~Q(customer=""), name="machine_call_of_customer"),
        ]
