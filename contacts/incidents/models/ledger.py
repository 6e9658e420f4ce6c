"""What was done, said, assessed and decided. Append-only: a later row counts, the earlier one stays."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from contacts.incidents import rules
from contacts.incidents.models.incident import Incident

#: More people than live on earth are nobody's incident.
MOST = 10_000_000_000


class Entry(models.Model):
    """A note, or a step that was taken or does not apply. Append-only."""

    class Kind(models.TextChoices):
        NOTE = "note", _("Note")
        DONE = "done", _("Done")
        NOT_NEEDED = "not_needed", _("Does not apply")

    class Step(models.TextChoices):
        TELL_NOBODY = rules.Step.TELL_NOBODY.value, _("Tell nobody further, and pass nothing on")
        STOP_LOOKING = rules.Step.STOP_LOOKING.value, _("Do not open the profile again")
        HAND_OVER = (
            rules.Step.HAND_OVER.value,
            _("First hand over what the company needs: export or photograph it and file it with the company"),
        )
        DELETE_CHAT = rules.Step.DELETE_CHAT.value, _("Then delete the chat from the private phone, backups included")
        DELETE_CONTACT = rules.Step.DELETE_CONTACT.value, _("Then delete the contact from the private phone")
        DELETE_FINDINGS = rules.Step.DELETE_FINDINGS.value, _("Then delete what you noted or saved from the profile")
        ASK_DELETE = (
            rules.Step.ASK_DELETE.value,
            _("Agree it with the data protection officer, then ask the wrong recipient to delete what arrived"),
        )

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="entries")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    step = models.CharField(max_length=20, choices=Step.choices, blank=True)
    text = models.TextField(_("note"), max_length=3000, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["incident", "step"], condition=~Q(step=""), name="incident_step_settled_once"
            ),
            models.CheckConstraint(
                condition=(Q(kind="note", step="") & ~Q(text="")) | (Q(kind__in=["done", "not_needed"]) & ~Q(step="")),
                name="incident_entry_is_note_or_step",
            ),
        ]


class Assessment(models.Model):
    """How the officer sees the risk, with what Art. 33(3) GDPR asks a notification to say. The latest counts."""

    class Risk(models.TextChoices):
        NONE = rules.Risk.NONE.value, _("No risk")
        RISK = rules.Risk.RISK.value, _("Risk")
        HIGH = rules.Risk.HIGH.value, _("High risk")

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="assessments")
    risk = models.CharField(_("risk for the people concerned"), max_length=5, choices=Risk.choices)
    reason = models.TextField(_("why"), max_length=3000)
    nature = models.TextField(_("nature of the breach"), max_length=3000)
    people = models.CharField(_("categories of people concerned"), max_length=300)
    people_count = models.PositiveBigIntegerField(_("about how many people"), validators=[MaxValueValidator(MOST)])
    records = models.CharField(_("categories of records concerned"), max_length=300)
    records_count = models.PositiveBigIntegerField(_("about how many records"), validators=[MaxValueValidator(MOST)])
    consequences = models.TextField(_("likely consequences"), max_length=3000)
    measures = models.TextField(_("measures taken or proposed"), max_length=3000)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(risk__in=list(rules.Risk)), name="incident_risk_known"),
            models.CheckConstraint(condition=~Q(reason=""), name="incident_assessment_has_reason"),
            models.CheckConstraint(
                condition=~Q(nature="") & ~Q(people="") & ~Q(records="") & ~Q(consequences="") & ~Q(measures=""),
                name="incident_assessment_complete",
            ),
        ]


class Decision(models.Model):
    """Whether the authority or the person concerned is told, why, and when it was done. The latest counts."""

    class About(models.TextChoices):
        AUTHORITY = rules.About.AUTHORITY.value, _("Supervisory authority")
        PERSON = rules.About.PERSON.value, _("Person concerned")

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="decisions")
    assessment = models.ForeignKey(
        Assessment, models.PROTECT, related_name="+", help_text=_("On which assessment it rests.")
    )
    about = models.CharField(max_length=10, choices=About.choices)
    answer = models.BooleanField(_("will be told"))
    reason = models.TextField(_("why"), max_length=3000)
    exception = models.TextField(_("exception that applies"), max_length=2000, blank=True)
    carried_out_at = models.DateTimeField(_("told on"), null=True, blank=True)
    reference = models.CharField(_("reference"), max_length=100, blank=True)
    delay_reason = models.TextField(_("why it took longer"), max_length=2000, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(about__in=list(rules.About)), name="incident_decision_about_known"),
            models.CheckConstraint(condition=~Q(reason=""), name="incident_decision_has_reason"),
            models.CheckConstraint(
                condition=Q(answer=True) | Q(carried_out_at__isnull=True), name="incident_no_is_not_carried_out"
            ),
            models.CheckConstraint(
                condition=Q(carried_out_at__isnull=False) | Q(reference="", delay_reason=""),
                name="incident_reference_of_what_was_done",
            ),
            models.CheckConstraint(
                condition=Q(exception="") | Q(answer=False, about=rules.About.PERSON.value),
                name="incident_exception_of_who_is_not_told",
            ),
        ]
