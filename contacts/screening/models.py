"""Screenings: whole lists that somebody asked about, what became of them, and for a while what was in them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.access.roles import Role
from portal.machines.models import ApiToken
from portal.vocabulary import PLATFORM_CHANNELS, Channel, Platform, Purpose

if TYPE_CHECKING:
    from portal.people.models import User

#: Who may ask about one customer may ask about many (docs/decisions/0025).
ASKERS = (Role.EMPLOYEE, Role.MANAGER, Role.CONSENT_OFFICER, Role.DPO)


class ScreeningQuerySet(models.QuerySet["Screening"]):
    def visible_to(self, user: User) -> ScreeningQuerySet:
        """One's own, while one may ask at all: a list says who deals with whom, and is nobody else's."""
        return self.filter(asked_by=user, token=None) if user.has_role(*ASKERS) else self.none()

    def sent_by(self, token: ApiToken) -> ScreeningQuerySet:
        return self.filter(token=token)


class Screening(models.Model):
    """One list on its way to its answers.

    The row with its counts stays; list and result (`Piece`) go at `delete_after`. `attempts` tells one worker from the
    one that takes the work over when it has died: only the latest may finish. The name of the file may name people, so
    it goes with the list.
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("Waiting for the worker")
        RUNNING = "running", _("Being answered")
        DONE = "done", _("Answered")
        FAILED = "failed", _("Not answered")

    class By(models.TextChoices):
        ID = "id", _("Number in this system")
        REFERENCE = "reference", _("Customer number")
        EMAIL = "email", _("E-mail address")
        PHONE = "phone", _("Telephone number")

    OPEN = (State.QUEUED, State.RUNNING)

    number = models.UUIDField(unique=True, default=uuid4, editable=False)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("by")
    )
    token = models.ForeignKey(
        ApiToken, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("system")
    )
    key = models.CharField(max_length=255, null=True, blank=True, help_text="The Idempotency-Key of the call.")
    digest = models.CharField(max_length=64, help_text="Of the question and the list.")
    purpose = models.CharField(_("reason for contact"), max_length=30, choices=Purpose.choices)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices)
    platform = models.CharField(_("platform"), max_length=10, choices=Platform.choices, blank=True)
    account = models.CharField(_("from"), max_length=200, blank=True, help_text="Name or key of the company account.")
    named_by = models.CharField(_("customers are named by"), max_length=10, choices=By.choices, blank=True)
    at = models.DateTimeField(_("asked for"))
    contains_promotion = models.BooleanField(default=False)
    opt_out_included = models.BooleanField(default=False)
    own_similar_products = models.BooleanField(default=False)
    language = models.CharField(max_length=2, choices=settings.LANGUAGES)
    file_name = models.CharField(_("file"), max_length=200, blank=True)
    size = models.PositiveBigIntegerField()
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    faults = models.PositiveSmallIntegerField(default=0, help_text="Attempts that failed for no reason of the list's.")
    timeouts = models.PositiveSmallIntegerField(default=0, help_text="Attempts that took longer than a turn may.")
    again_at = models.DateTimeField(null=True, blank=True, help_text="Not to be tried again before.")
    rows = models.PositiveIntegerField(_("rows"), default=0)
    rows_done = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict, blank=True, help_text="Rows by outcome.")
    rule_set = models.PositiveIntegerField(_("rule set"), null=True, blank=True)
    rule_set_hash = models.CharField(max_length=64, blank=True)
    refusal = models.TextField(blank=True, help_text="Why there is no answer, in the language of who asked.")
    created_at = models.DateTimeField(_("when"))
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    delete_after = models.DateTimeField(_("deleted after"))
    deleted_at = models.DateTimeField(null=True, blank=True, help_text="When list and result were deleted.")

    objects = ScreeningQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(token__isnull=False) | Q(asked_by__isnull=False), name="screening_has_an_asker"
            ),
            models.CheckConstraint(condition=Q(key=None) | Q(token__isnull=False), name="screening_key_of_a_system"),
            models.UniqueConstraint(fields=["token", "key"], name="screening_key_once"),
            models.CheckConstraint(
                condition=Q(channel__in=PLATFORM_CHANNELS) ^ Q(platform=""), name="screening_platform_fits"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["done", "failed"], finished_at__isnull=False)
                | Q(state__in=["queued", "running"], finished_at=None, deleted_at=None),
                name="screening_ends_once",
            ),
            models.CheckConstraint(
                condition=Q(state="failed", refusal__gt="") | (~Q(state="failed") & Q(refusal="")),
                name="screening_refused_with_a_reason",
            ),
            models.CheckConstraint(condition=Q(delete_after__gt=F("created_at")), name="screening_is_kept_for_a_time"),
        ]
        indexes = [
            models.Index(fields=["id"], condition=Q(state__in=["queued", "running"]), name="screening_open"),
            models.Index(fields=["delete_after"], condition=Q(deleted_at=None), name="screening_kept"),
            models.Index(fields=["asked_by", "-id"], condition=Q(token=None), name="screening_of_a_person"),
        ]

    def __str__(self) -> str:
        return self.file_name or str(_("A list that was deleted"))

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN

    def has_result(self, at: datetime) -> bool:
        """Whether the answers can be fetched: from the time for which they are kept on they cannot, deleted or not."""
        return self.state == self.State.DONE and self.deleted_at is None and at < self.delete_after


class Piece(models.Model):
    """A piece of a list or of a result, packed with zlib.

    In the database, because web and workers share nothing else; in pieces, so that neither ever holds more than one.
    """

    class Part(models.TextChoices):
        LIST = "list"
        RESULT = "result"

    screening = models.ForeignKey(Screening, models.CASCADE, related_name="pieces")
    part = models.CharField(max_length=6, choices=Part.choices)
    place = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["screening", "part", "place"], name="screening_piece_once")]
