"""The register of what people ask for under Art. 15 to 21 GDPR, the letters about it, and the ledger of erasures."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from contacts.rights import rules
from contacts.rights.rules import RUNNING, State
from portal.access.roles import Role

if TYPE_CHECKING:
    from portal.people.models import User

#: Stands where words about a person were who is erased by now.
GONE = "[…]"
READERS = (Role.DPO, Role.AUDITOR)
KEEPERS = (Role.DPO, Role.CONSENT_OFFICER)


class Kind(models.TextChoices):
    ACCESS = rules.Kind.ACCESS.value, _("Access to the data (Art. 15)")
    PORTABILITY = rules.Kind.PORTABILITY.value, _("Data to take along (Art. 20)")
    RECTIFICATION = rules.Kind.RECTIFICATION.value, _("Rectification (Art. 16)")
    RESTRICTION = rules.Kind.RESTRICTION.value, _("Restriction (Art. 18)")
    OBJECTION = rules.Kind.OBJECTION.value, _("Objection (Art. 21)")
    ERASURE = rules.Kind.ERASURE.value, _("Erasure (Art. 17)")


class DataRequestQuerySet(models.QuerySet["DataRequest"]):
    def visible_to(self, user: User) -> DataRequestQuerySet:
        """Data protection officers and auditors see the register, consent officers what they entered themselves."""
        if user.has_role(*READERS):
            return self
        return self.filter(entered_by=user) if user.has_role(Role.CONSENT_OFFICER) else self.none()

    def running(self) -> DataRequestQuerySet:
        return self.filter(state__in=RUNNING)


class DataRequest(models.Model):
    """What one person asked for. The row is kept; words about somebody who was erased give way to a mark.

    `due_on` is the last day in the portal's zone. Until the identity is confirmed a request may name nobody whom the
    company knows; then `person` says who it is in their own words.
    """

    class How(models.TextChoices):
        LETTER = "letter", _("By letter")
        EMAIL = "email", _("By e-mail")
        PHONE = "phone", _("By telephone")
        SPOKEN = "spoken", _("In a conversation")
        OWN_PAGE = "own_page", _("On the customer's own page")
        OTHER = "other", _("Another way")

    class Proof(models.TextChoices):
        KNOWN_ADDRESS = "known_address", _("It came from an address that is verified here")
        CALL_BACK = "call_back", _("Called back under a number that is known here")
        QUESTIONS = "questions", _("Questions that only this person can answer")
        IN_PERSON = "in_person", _("Was here in person")
        OWN_PAGE = "own_page", _("Signed in to the own page with a link that was sent to them")
        NO_DOUBT = "no_doubt", _("There is no reasonable doubt")

    key = models.UUIDField(unique=True, editable=False, help_text=_("A form that is sent twice enters once."))
    kind = models.CharField(_("what is asked for"), max_length=15, choices=Kind.choices)
    customer = models.ForeignKey(
        "customers.Customer",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="data_requests",
        verbose_name=_("customer"),
    )
    person = models.CharField(_("who asks"), max_length=300, blank=True)
    how = models.CharField(_("how it came in"), max_length=10, choices=How.choices)
    received_at = models.DateTimeField(_("received"))
    words = models.TextField(_("in the person's own words"), max_length=5000, blank=True)
    language = models.CharField(
        _("language of the letters"), max_length=2, choices=[("de", _("German")), ("en", _("English"))], default="de"
    )
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("entered by")
    )
    job = models.CharField(max_length=60, blank=True)
    entered_at = models.DateTimeField(_("entered"))
    state = models.CharField(
        _("state"), max_length=10, choices=[(one.value, one.value) for one in State], default=State.RECEIVED
    )
    due_on = models.DateField(_("to be answered by"))
    extended_at = models.DateTimeField(null=True, blank=True)
    extension_reason = models.TextField(_("why it takes longer"), max_length=2000, blank=True)
    identified_at = models.DateTimeField(null=True, blank=True)
    identified_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    identified_how = models.CharField(_("how it was made sure"), max_length=15, choices=Proof.choices, blank=True)
    identity_note = models.CharField(_("note"), max_length=300, blank=True)
    proposed_at = models.DateTimeField(null=True, blank=True)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    proposal_reason = models.TextField(_("why"), max_length=2000, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    outcome = models.TextField(_("what was answered"), max_length=3000, blank=True)

    objects = DataRequestQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="data_request_kind_known"),
            models.CheckConstraint(
                condition=Q(state__in=[one.value for one in State]), name="data_request_state_known"
            ),
            models.CheckConstraint(
                condition=Q(customer__isnull=False) | ~Q(person=""), name="data_request_of_somebody"
            ),
            models.CheckConstraint(
                condition=Q(entered_by__isnull=False, job="") | (Q(entered_by__isnull=True) & ~Q(job="")),
                name="data_request_one_known_actor",
            ),
            models.CheckConstraint(
                condition=Q(entered_at__gte=F("received_at")), name="data_request_received_before_entered"
            ),
            models.CheckConstraint(
                condition=Q(extended_at__isnull=True, extension_reason="")
                | (Q(extended_at__isnull=False) & ~Q(extension_reason="")),
                name="data_request_extended_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[State.RECEIVED, State.REFUSED, State.WITHDRAWN])
                | (Q(identified_at__isnull=False, customer__isnull=False) & ~Q(identified_how="")),
                name="data_request_identity_first",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.PROPOSED)
                | (Q(proposed_by__isnull=False, proposed_at__isnull=False) & ~Q(proposal_reason="")),
                name="data_request_proposed_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[one.value for one in RUNNING], closed_at__isnull=True, closed_by__isnull=True)
                | Q(closed_at__isnull=False, closed_by__isnull=False),
                name="data_request_closed_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[State.REFUSED, State.WITHDRAWN]) | ~Q(outcome=""),
                name="data_request_refused_with_reason",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.ANSWERED, kind=Kind.ERASURE)
                | Q(proposed_by__isnull=False) & ~Q(closed_by=F("proposed_by")),
                name="data_request_erased_by_two",
            ),
        ]
        indexes = [
            models.Index(fields=["due_on"], condition=Q(state__in=list(RUNNING)), name="data_request_running"),
            models.Index(fields=["customer", "-id"], name="data_request_of_customer"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        return f"D-{1000 + self.pk}"

    @property
    def received_on(self) -> date:
        return timezone.localdate(self.received_at)

    @property
    def article(self) -> str:
        return rules.ARTICLES[self.kind]

    @property
    def is_running(self) -> bool:
        return self.state in RUNNING

    def is_late(self, at: datetime) -> bool:
        return self.is_running and rules.is_late(self.due_on, timezone.localdate(at))


class Letter(models.Model):
    """That a letter was made, by whom, and the fingerprint of its bytes: who shows it later can prove that it is this
    one. The letter itself is full of the person's data and is not kept. Append-only."""

    class Kind(models.TextChoices):
        RECEIPT = "receipt", _("Confirmation of receipt")
        EXTENSION = "extension", _("It takes longer")
        ACCESS = "access", _("Answer with all data")
        PORTABILITY = "portability", _("Data to take along (JSON)")
        DONE = "done", _("It was done")
        ERASED = "erased", _("The data were erased")
        REFUSAL = "refusal", _("Refusal")

    request = models.ForeignKey(DataRequest, models.PROTECT, related_name="letters")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    language = models.CharField(max_length=2, choices=[("de", _("German")), ("en", _("English"))])
    sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["receipt", "extension", "access", "portability", "done", "erased", "refusal"]),
                name="rights_letter_kind_known",
            )
        ]


class NameRelease(models.Model):
    """Whether the answer to one request names who acted outside the rules: asked for by one, decided by another, once.

    `agreed` is None while nobody has decided. A new question is a new row.
    """

    request = models.ForeignKey(DataRequest, models.PROTECT, related_name="releases")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    reason = models.TextField(_("why"), max_length=2000)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    agreed = models.BooleanField(null=True, blank=True)
    decision_reason = models.TextField(_("why"), max_length=2000, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="name_release_has_reason"),
            models.CheckConstraint(
                condition=Q(agreed__isnull=True, decided_by__isnull=True, decided_at__isnull=True)
                | Q(agreed__isnull=False, decided_by__isnull=False, decided_at__isnull=False),
                name="name_release_decided_whole",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("asked_by")), name="name_release_four_eyes"
            ),
            models.UniqueConstraint(
                fields=["request"], condition=Q(agreed__isnull=True), name="name_release_one_at_a_time"
            ),
        ]


class ErasureEntry(models.Model):
    """One erasure, as the ledger outside the database has it: keyed hashes and nothing else. Append-only, but that the
    job notes once when the line was written (`written_at`, trigger).

    `digest` stands for the customer's number; `fingerprint` says under which key. `refused` are the entries of the
    suppression list that the erasure left: [scope, reason, digest, generation].
    """

    digest = models.CharField(max_length=64, unique=True)
    fingerprint = models.CharField(max_length=16)
    refused = models.JSONField(default=list)
    at = models.DateTimeField()
    written_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["id"], condition=Q(written_at__isnull=True), name="erasure_unwritten")]

    def __str__(self) -> str:
        return self.digest[:12]
