"""Imports: one uploaded list on its way, what it changed row by row, and how its columns were understood."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.access.roles import Role
from portal.vocabulary import ContactSource

if TYPE_CHECKING:
    from portal.people.models import User


class ImportRunQuerySet(models.QuerySet["ImportRun"]):
    def visible_to(self, user: User) -> ImportRunQuerySet:
        """Those who keep the customers' data."""
        return self if user.has_role(Role.CONSENT_OFFICER, Role.DPO) else self.none()


class ImportRun(models.Model):
    """One uploaded list: its columns are matched, it is checked, confirmed, imported, and perhaps undone.

    The file lies in the private media folder and is never served. Where a phase has got to (`rows_done`, counts,
    the length of the error file) is written in the transaction of each chunk, so a new process goes on from there.
    """

    class State(models.TextChoices):
        MAPPING = "mapping", _("Columns to be matched")
        TO_CHECK = "to_check", _("Waiting to be checked")
        CHECKING = "checking", _("Being checked")
        CHECKED = "checked", _("Checked, not imported yet")
        WAITING = "waiting", _("Waiting for the worker")
        RUNNING = "running", _("Running")
        STOPPED = "stopped", _("Stopped")
        DONE = "done", _("Finished")
        FAILED = "failed", _("Refused")
        UNDOING = "undoing", _("Being undone")
        UNDONE = "undone", _("Undone")

    CHECKS = (State.TO_CHECK, State.CHECKING)
    RUNS = (State.WAITING, State.RUNNING)
    OPEN = (*CHECKS, *RUNS, State.UNDOING)
    UNDOABLE = (State.DONE, State.STOPPED)
    UNDO_WITHIN = timedelta(hours=24)

    kind = models.CharField(_("what is imported"), max_length=20, default="customers")
    file = models.FileField(upload_to="imports")
    original_name = models.CharField(_("file"), max_length=200)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    source = models.JSONField(default=dict, help_text="What the file is: header, sheet or encoding, rows.")
    mapping = models.JSONField(default=list, help_text="The field of each column, in the order of the file; '' = none.")
    default_source = models.CharField(max_length=20, choices=ContactSource.choices, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.MAPPING)
    rows = models.PositiveIntegerField(_("rows"), default=0)
    rows_done = models.PositiveIntegerField(default=0)
    seconds_spent = models.FloatField(default=0, help_text="Working time of this phase, for the estimate.")
    errors_bytes = models.PositiveBigIntegerField(default=0)
    check_result = models.JSONField(default=dict, blank=True)
    summary = models.JSONField(default=dict, blank=True)
    checked_plan = models.CharField(max_length=64, blank=True, help_text="Hash of file and mapping that were checked.")
    stop_asked = models.BooleanField(default=False)
    acting_user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    created_at = models.DateTimeField(_("when"))
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = ImportRunQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.original_name

    @property
    def error_path(self) -> Path:
        """Where the refused rows are written, if there are any."""
        return Path(self.file.path).with_suffix(f".{self.pk}.errors.csv")

    @property
    def plan(self) -> str:
        """64 hex digits that stand for exactly this file, read in exactly this way."""
        said = json.dumps([self.kind, self.sha256, self.mapping, self.default_source])
        return hashlib.sha256(said.encode()).hexdigest()

    @property
    def undo_until(self) -> datetime | None:
        return self.finished_at + self.UNDO_WITHIN if self.finished_at else None

    def seconds_left(self) -> int | None:
        """How long the rest of the rows takes at the pace so far; None before the first chunk."""
        if not self.rows_done or not self.rows:
            return None
        return round(max(0, self.rows - self.rows_done) * self.seconds_spent / self.rows_done)


class ImportChange(models.Model):
    """One thing that an import wrote, with the values before and after: what an undo goes by.

    `customer_id` and `object_id` are plain numbers, so that the list never stands in the way of an erasure. The rows
    are deleted when the time for the undo has passed (`importing.undo.forget`): they hold personal data.
    """

    class Outcome(models.TextChoices):
        UNDONE = "undone", _("Undone")
        PARTLY = "partly", _("Partly undone")
        KEPT = "kept", _("Kept")

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="changes")
    line = models.PositiveIntegerField()
    what = models.CharField(max_length=20)
    customer_id = models.BigIntegerField()
    object_id = models.BigIntegerField(null=True, blank=True)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    outcome = models.CharField(max_length=6, choices=Outcome.choices, blank=True)
    why = models.CharField(max_length=20, blank=True)

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["run", "outcome", "id"], name="import_change_open")]


class ImportMapping(models.Model):
    """How the columns of files with one header were understood last time; proposed the next time."""

    kind = models.CharField(max_length=20)
    signature = models.CharField(max_length=64)
    fields = models.JSONField(default=list)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "signature"], name="import_mapping_once")]
