"""Customers, how to reach them and where that came from, and who must not be contacted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from contacts.customers.import_models import ImportChange, ImportMapping, ImportRun  # noqa: F401  found here
from contacts.customers.rules import is_time_zone
from contacts.customers.suppression.digests import newest_generation
from contacts.customers.suppression.models import (  # noqa: F401  found here
    Refusal,
    SuppressionEntry,
    SuppressionKey,
    SuppressionList,
    SuppressionListEntry,
)
from portal.access.roles import Role
from portal.vocabulary import Channel, ContactSource, CustomerKind, Platform, Relationship, way_in_words, word_of

if TYPE_CHECKING:
    from portal.people.models import User

READERS = (Role.EMPLOYEE, Role.MANAGER, Role.DPO, Role.CONSENT_OFFICER, Role.AUDITOR)
PROOF_READERS = (Role.DPO, Role.AUDITOR)


def validate_time_zone(name: str) -> None:
    """Contact hours and the days of a consent are those of this zone: one that nobody knows stops every answer."""
    if not is_time_zone(name):
        raise ValidationError(_("This time zone is not known. It has a name like Europe/Berlin."))


def _on_platform() -> Q:
    return Q(channel__in=[Channel.MESSENGER, Channel.SOCIAL_DM])


class CustomerQuerySet(models.QuerySet["Customer"]):
    def visible_to(self, user: User) -> CustomerQuerySet:
        """Whoever may have to contact customers sees them; administrators and authors as such do not."""
        return self.filter(anonymised_at__isnull=True) if user.has_role(*READERS) else self.none()

    def proof_visible_to(self, user: User) -> CustomerQuerySet:
        """Whose consents this person may look at: of those who were erased too, for who must produce the proof and who
        checks it. An erasure takes the person away, not what the authority may ask for (section 7a(2) UWG)."""
        return self.all() if user.has_role(*PROOF_READERS) else self.visible_to(user)


class Customer(models.Model):
    """The data subject. The row is also the lock of every verb about this person (docs/architecture.md)."""

    number = models.CharField(_("customer number"), max_length=40)
    kind = models.CharField(_("kind"), max_length=20, choices=CustomerKind.choices, default=CustomerKind.CONSUMER)
    relationship = models.CharField(
        _("relationship"), max_length=20, choices=Relationship.choices, default=Relationship.PROSPECT
    )
    salutation = models.CharField(_("salutation"), max_length=20, blank=True)
    first_name = models.CharField(_("first name"), max_length=100, blank=True)
    last_name = models.CharField(_("last name"), max_length=100, blank=True)
    company = models.CharField(_("company"), max_length=200, blank=True)
    birth_date = models.DateField(_("date of birth"), null=True, blank=True)
    parental_consent = models.BooleanField(_("parents have consented"), default=False)
    last_transaction_on = models.DateField(_("last purchase"), null=True, blank=True)
    robinson_listed = models.BooleanField(_("on a Robinson list"), default=False)
    language = models.CharField(
        _("language"), max_length=2, choices=[("de", _("German")), ("en", _("English"))], default="de"
    )
    timezone = models.CharField(_("time zone"), max_length=40, default="Europe/Berlin", validators=[validate_time_zone])
    ticked_at = models.DateTimeField(
        null=True,
        blank=True,
        editable=False,
        help_text=_("The latest instant at which something about this person changed; no later act lies before it."),
    )
    created_at = models.DateTimeField(auto_now_add=True)
    anonymised_at = models.DateTimeField(null=True, blank=True)

    objects = CustomerQuerySet.as_manager()

    class Meta:
        ordering = ["last_name", "first_name", "pk"]
        constraints = [
            models.UniqueConstraint(Upper("number"), name="customer_number_once"),
            models.CheckConstraint(condition=~Q(number=""), name="customer_number_given"),
            models.CheckConstraint(
                condition=~Q(last_name="") | ~Q(company="") | Q(anonymised_at__isnull=False),
                name="customer_has_a_name",
            ),
            models.CheckConstraint(
                condition=Q(anonymised_at__isnull=True)
                | Q(salutation="", first_name="", last_name="", company="", birth_date__isnull=True),
                name="customer_erased_is_nobody",
            ),
            models.CheckConstraint(condition=Q(kind__in=CustomerKind.values), name="customer_kind_known"),
            models.CheckConstraint(
                condition=Q(relationship__in=Relationship.values), name="customer_relationship_known"
            ),
        ]
        indexes = [
            models.Index(F("last_name"), F("first_name"), F("id"), name="customer_by_name"),
            # Trigrams: beginnings and parts of names without reading every row (selectors.matching).
            GinIndex(
                *(OpClass(Upper(name), name="gin_trgm_ops") for name in ("last_name", "first_name", "company")),
                name="customer_by_part_of_name",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.display_name} ({self.number})"

    @property
    def display_name(self) -> str:
        person = f"{self.first_name} {self.last_name}".strip()
        if person and self.company:
            return f"{person}, {self.company}"
        return person or self.company or self.number


class ContactPoint(models.Model):
    """One address of a customer, with its source: how the company came to have it, when, and by whom."""

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="contact_points", verbose_name=_("customer"))
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices)
    platform = models.CharField(_("platform"), max_length=10, choices=Platform.choices, blank=True)
    value = models.CharField(_("address"), max_length=500)
    normalised = models.CharField(max_length=500, editable=False)
    digest = models.CharField(max_length=64, editable=False, db_index=True)
    generation = models.PositiveSmallIntegerField(default=newest_generation, editable=False)
    label = models.CharField(_("label"), max_length=60, blank=True)
    source = models.CharField(_("source"), max_length=20, choices=ContactSource.choices)
    source_note = models.CharField(_("where exactly"), max_length=300, blank=True)
    collected_on = models.DateField(_("collected on"))
    collected_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("by whom"),
    )
    verified_at = models.DateTimeField(_("verified"), null=True, blank=True)
    verified_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    address_from_sale = models.BooleanField(
        _("received with a sale"), default=False, help_text=_("First condition of section 7(3) UWG.")
    )
    notice_at_collection = models.BooleanField(
        _("right to object was pointed out"),
        default=False,
        help_text=_("Fourth condition of section 7(3) UWG."),
    )
    retired_at = models.DateTimeField(_("no longer used"), null=True, blank=True)

    class Meta:
        ordering = ["channel", "platform", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "channel", "platform", "normalised"], name="contact_point_once"
            ),
            models.CheckConstraint(
                condition=(_on_platform() & ~Q(platform="")) | (~_on_platform() & Q(platform="")),
                name="contact_point_platform_fits",
            ),
            models.CheckConstraint(condition=Q(source__in=ContactSource.values), name="contact_point_source_known"),
            models.CheckConstraint(condition=~Q(normalised=""), name="contact_point_has_address"),
        ]
        indexes = [
            models.Index(fields=["normalised"], name="contact_point_by_address"),
            # Reports over one channel ask of each address no more than this.
            models.Index(fields=["channel", "id"], name="contact_point_of_channel"),
            GinIndex(
                fields=["normalised"],
                opclasses=["gin_trgm_ops"],
                condition=Q(channel="email"),
                name="contact_point_by_mail_part",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_way_display()}: {self.value}"

    def get_way_display(self) -> str:
        return way_in_words(self.channel, self.platform)

    def get_source_display(self) -> str:  # type: ignore[no-redef]
        return word_of(ContactSource, self.source)


class InboundContact(models.Model):
    """The customer wrote or called first, or asked expressly for this way: opens the channel for some days."""

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="inbound_contacts")
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices)
    platform = models.CharField(_("platform"), max_length=10, choices=Platform.choices, blank=True)
    at = models.DateTimeField(_("when"))
    note = models.CharField(_("about what"), max_length=300, blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-at"]
        indexes = [models.Index(fields=["customer", "channel", "platform", "-at"], name="inbound_latest")]
        constraints = [
            models.CheckConstraint(
                condition=(_on_platform() & ~Q(platform="")) | (~_on_platform() & Q(platform="")),
                name="inbound_platform_fits",
            )
        ]


class Objection(models.Model):
    """An Art. 21 GDPR objection. Rows are never changed or deleted: an objection has no expiry."""

    Scope = Refusal

    class How(models.TextChoices):
        SPOKEN = "spoken", _("In a conversation")
        WRITTEN = "written", _("In writing")
        CONTACT = "contact", _("During a contact under a permit")
        IMPORTED = "imported", _("From an earlier system")
        PREFERENCES = "preferences", _("On the customer's own page")
        ONE_CLICK = "one_click", _("Unsubscribe button of the mail program")
        API = "api", _("Through another system")

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="objections")
    scope = models.CharField(_("what is refused"), max_length=20, choices=Scope.choices)
    channel = models.CharField(
        _("channel"), max_length=10, choices=Channel.choices, blank=True, help_text=_("Empty: every channel.")
    )
    received_at = models.DateTimeField(_("received"))
    how = models.CharField(_("how"), max_length=12, choices=How.choices)
    note = models.CharField(_("note"), max_length=500, blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    job = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering = ["-received_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(recorded_by__isnull=False, job="") | (Q(recorded_by__isnull=True) & ~Q(job="")),
                name="objection_one_known_actor",
            ),
            models.CheckConstraint(
                condition=Q(scope__in=["marketing_objection", "full_block"]), name="objection_scope_known"
            ),
        ]


class Restriction(models.Model):
    """Processing is restricted (Art. 18 GDPR): while it lasts, the customer counts as fully blocked. `until` ends it;
    nothing else of the row ever changes (trigger)."""

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="restrictions")
    since = models.DateTimeField(_("since"))
    reason = models.CharField(_("why"), max_length=500)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    until = models.DateTimeField(_("until"), null=True, blank=True)
    lifted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    lift_reason = models.CharField(_("why it ended"), max_length=500, blank=True)

    class Meta:
        ordering = ["-since"]
        constraints = [
            models.UniqueConstraint(
                fields=["customer"], condition=Q(until__isnull=True), name="restriction_one_at_a_time"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="restriction_has_reason"),
            models.CheckConstraint(
                condition=Q(until__isnull=True, lifted_by__isnull=True, lift_reason="")
                | (Q(until__gte=F("since"), lifted_by__isnull=False) & ~Q(lift_reason="")),
                name="restriction_ends_with_reason",
            ),
        ]
