"""The ledger: what happened to a consent, with its evidence. Append-only in the database."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from consent.models.consent import Consent
from consent.rules import EventKind

EVENT_WORDS = {
    EventKind.REQUESTED: _("Asked for, waits for confirmation"),
    EventKind.CONFIRMED: _("Confirmed by the customer"),
    EventKind.GIVEN: _("Given"),
    EventKind.USED: _("Used for a contact"),
    EventKind.RENEWED: _("Renewed"),
    EventKind.WENT_STALE: _("Unused for so long that it is stale"),
    EventKind.EXPIRED: _("Expired"),
    EventKind.WITHDRAWN: _("Withdrawn"),
    EventKind.IMPORTED: _("Taken over from an earlier system"),
    EventKind.CORRECTED: _("Corrected"),
}


class EvidenceFile(models.Model):
    """A scan or recording that proves an event. Append-only; the hash says that the file is still the same."""

    file = models.FileField(upload_to="evidence/%Y/%m")
    name = models.CharField(_("file"), max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class ConsentEventQuerySet(models.QuerySet["ConsentEvent"]):
    def standing(self) -> ConsentEventQuerySet:
        """Without those that were taken out again, and without what took them out."""
        return self.filter(annuls=False).exclude(corrections__annuls=True)


class ConsentEvent(models.Model):
    """One thing that happened to a consent.

    Who: `recorded_by` or a named `job` (the clock, or the customer on a page of their own). When: `at` (UTC) and
    `local_date` (the customer's calendar). How: `how`, with `evidence`, `evidence_file`, and for acts on a web page
    the truncated `ip` and the browser. `origin` is the id that another system gave the event; it exists once among
    those that were not taken out again (trigger). `contact_point` is the address whose owner confirmed. A correction
    names the event it `corrects`.
    """

    class How(models.TextChoices):
        WEB_FORM = "web_form", _("Web form")
        DOUBLE_OPT_IN = "double_opt_in", _("Double opt-in")
        PAPER = "paper", _("On paper")
        SPOKEN = "spoken", _("Spoken")
        WRITTEN = "written", _("In writing")
        IMPORTED = "imported", _("From an earlier system")
        CLOCK = "clock", _("Passage of time")
        CONTACT = "contact", _("During a contact")
        PREFERENCES = "preferences", _("On the customer's own page")
        ONE_CLICK = "one_click", _("Unsubscribe button of the mail program")
        API = "api", _("Through another system")
        ERASURE = "erasure", _("With the erasure of the customer")

    consent = models.ForeignKey(Consent, models.PROTECT, related_name="events")
    kind = models.CharField(_("what"), max_length=12, choices=[(kind.value, kind.value) for kind in EventKind])
    at = models.DateTimeField(_("when"))
    local_date = models.DateField(_("the customer's date"))
    how = models.CharField(_("how"), max_length=15, choices=How.choices)
    text = models.ForeignKey("consent.ConsentText", models.PROTECT, null=True, blank=True, related_name="+")
    evidence = models.CharField(_("evidence"), max_length=500, blank=True)
    evidence_file = models.ForeignKey(EvidenceFile, models.PROTECT, null=True, blank=True, related_name="events")
    contact_point = models.ForeignKey(
        "customers.ContactPoint", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("address")
    )
    ip = models.CharField(_("network address, truncated"), max_length=43, blank=True)
    user_agent = models.CharField(_("browser"), max_length=300, blank=True)
    origin = models.CharField(_("number in the sending system"), max_length=100, blank=True)
    proof = models.BooleanField(default=False)
    ends_on = models.DateField(_("valid until"), null=True, blank=True)
    corrects = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="corrections")
    about_at = models.DateTimeField(_("corrected time"), null=True, blank=True)
    annuls = models.BooleanField(default=False)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    job = models.CharField(max_length=60, blank=True)
    recorded_at = models.DateTimeField()

    objects = ConsentEventQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=[kind.value for kind in EventKind]), name="consent_event_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(proof=False) | (~Q(evidence="") & Q(text__isnull=False)),
                name="consent_event_proof_names_evidence",
            ),
            models.CheckConstraint(
                condition=Q(recorded_by__isnull=False, job="") | (Q(recorded_by__isnull=True) & ~Q(job="")),
                name="consent_event_one_known_actor",
            ),
            models.CheckConstraint(
                condition=Q(kind="corrected", corrects__isnull=False)
                | (~Q(kind="corrected") & Q(corrects__isnull=True, about_at__isnull=True, annuls=False)),
                name="consent_event_correction_names_event",
            ),
            models.UniqueConstraint(
                fields=["corrects"], condition=Q(corrects__isnull=False), name="consent_event_corrected_once"
            ),
        ]
        indexes = [
            models.Index(fields=["origin"], condition=~Q(origin=""), name="consent_event_origin"),
            models.Index(fields=["at"], condition=Q(kind="withdrawn"), name="consent_event_withdrawn"),
        ]

    @property
    def word(self) -> str:
        return str(EVENT_WORDS[EventKind(self.kind)])


class CallRecord(models.Model):
    """What section 7a UWG wants on record for a consumer's consent to advertising calls. Append-only.

    `recipient_code` stands for the person who took the consent; who that is, the company knows. `seal` is a keyed
    hash over all fields: it protects the record against changes that go around the database's own guard.
    """

    event = models.OneToOneField(ConsentEvent, models.PROTECT, related_name="call_record")
    person = models.CharField(_("person who agreed"), max_length=300)
    company = models.CharField(_("company that may call"), max_length=200)
    scope = models.TextField(_("what was agreed to"))
    given_at = models.DateTimeField(_("when"))
    manner = models.CharField(_("how"), max_length=100)
    recipient_code = models.CharField(_("taken by (code)"), max_length=40)
    seal = models.CharField(max_length=64)
