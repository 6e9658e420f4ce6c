"""A person's attempt at a quiz, with the answers saved so far."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from training.models.course import CourseVersion

if TYPE_CHECKING:
    from portal.people.models import User


class AttemptQuerySet(models.QuerySet["Attempt"]):
    def visible_to(self, user: User) -> AttemptQuerySet:
        """One's own, nobody else's: neither managers nor administrators see scores or answers (works council)."""
        return self.filter(person=user) if user.is_active else self.none()

    def open(self) -> AttemptQuerySet:
        return self.filter(submitted_at__isnull=True)


class Attempt(models.Model):
    """One go at the quiz of a version. The questions are frozen here as they were asked, in the order asked.

    `score` is in percent, cut off after two digits; whether it suffices was decided on the exact fraction.
    `withheld`: enough points, but the version had been withdrawn, so no certificate. After `submitted_at` the
    database refuses every change. `verdicts` keeps what the rules said about its cases when it began, so that a rule
    change in between neither moves a right answer nor explains a result away.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="attempts")
    version = models.ForeignKey(CourseVersion, models.PROTECT, related_name="attempts")
    refresher = models.BooleanField(default=False)
    ordinal = models.PositiveSmallIntegerField(help_text=_("1 for the person's first attempt at the version."))
    seed = models.BigIntegerField()
    questions = models.JSONField()
    verdicts = models.JSONField(default=dict, blank=True)
    started_at = models.DateTimeField()
    deadline_at = models.DateTimeField(null=True, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    score = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    passed = models.BooleanField(null=True, blank=True)
    withheld = models.BooleanField(default=False)

    objects = AttemptQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "version"], condition=Q(submitted_at__isnull=True), name="attempt_one_open"
            ),
            models.UniqueConstraint(fields=["person", "version", "ordinal"], name="attempt_ordinal_once"),
            models.CheckConstraint(
                condition=Q(submitted_at__isnull=True, score__isnull=True, passed__isnull=True, withheld=False)
                | Q(submitted_at__isnull=False, score__isnull=False, passed__isnull=False),
                name="attempt_result_when_submitted",
            ),
            models.CheckConstraint(condition=Q(withheld=False) | Q(passed=False), name="attempt_withheld_not_passed"),
            models.CheckConstraint(
                condition=Q(submitted_at__isnull=True) | Q(submitted_at__gte=F("started_at")),
                name="attempt_submitted_after_start",
            ),
            models.CheckConstraint(
                condition=Q(deadline_at__isnull=True) | Q(deadline_at__gt=F("started_at")),
                name="attempt_deadline_after_start",
            ),
        ]
        indexes = [
            models.Index(fields=["person", "-id"], name="attempt_of_person"),
            models.Index(fields=["deadline_at"], condition=Q(submitted_at__isnull=True), name="attempt_running_out"),
        ]

    def __str__(self) -> str:
        return f"{self.version_id}/{self.ordinal}"

    def is_over(self, at: datetime) -> bool:
        """Whether the time limit has passed: answers saved by then count, later ones are refused."""
        return self.deadline_at is not None and at > self.deadline_at


class Answer(models.Model):
    """What a person has answered so far. Deleted once the course is passed; the result stays."""

    attempt = models.ForeignKey(Attempt, models.PROTECT, related_name="answers")
    question_key = models.CharField(max_length=80)
    answer = models.JSONField(null=True, blank=True)
    flagged = models.BooleanField(default=False)
    saved_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["attempt", "question_key"], name="answer_once_per_question")]

    def __str__(self) -> str:
        return self.question_key


class TimeExtension(models.Model):
    """More time for who needs it; the latest row of a person counts, 0 percent ends it. No diagnosis belongs here."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("person"))
    percent = models.PositiveSmallIntegerField(_("more time in percent"), validators=[MaxValueValidator(400)])
    reason = models.CharField(
        pgettext_lazy("more time", "reason"),
        max_length=200,
        blank=True,
        help_text=_("In a word; never a diagnosis or anything about health."),
    )
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    given_at = models.DateTimeField()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(person=F("given_by")), name="time_extension_by_somebody_else"),
            models.CheckConstraint(condition=Q(percent__lte=400), name="time_extension_within_reason"),
        ]
        indexes = [models.Index(fields=["person", "-id"], name="time_extension_latest")]

    def __str__(self) -> str:
        return f"{self.person_id}: +{self.percent} %"
