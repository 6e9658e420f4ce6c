"""The question bank of a version, and what authors learn about each question without names."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from training.models.course import CourseVersion


class Question(models.Model):
    """One question of the bank. `body` is the JSON of `training.questions.to_json`, the whole question.

    For a case question `recorded_outcome` and `recorded_rules` keep what the rules said at publishing; where the
    rules say otherwise today, the question's answer has flipped and the author is told.
    """

    version = models.ForeignKey(CourseVersion, models.PROTECT, related_name="questions")
    position = models.PositiveSmallIntegerField(_("position"))
    key = models.SlugField(_("short name"), max_length=80)
    category = models.SlugField(_("category"), max_length=60)
    kind = models.CharField(_("kind"), max_length=12)
    body = models.JSONField()
    recorded_outcome = models.CharField(max_length=25, blank=True)
    recorded_rules = models.JSONField(default=list, blank=True)

    class Meta:
        ordering = ["version_id", "position", "pk"]
        constraints = [models.UniqueConstraint(fields=["version", "key"], name="question_key_once")]
        indexes = [models.Index(fields=["version", "category"], name="question_by_category")]

    def __str__(self) -> str:
        return self.key


class BankImport(models.Model):
    """A file of questions between its dry run and the author's word. Once taken its content is gone.

    `language` is that of texts without language marks. `done_at` set: taken, and a second press changes nothing.
    """

    class Format(models.TextChoices):
        GIFT = "gift", _("GIFT")
        XML = "xml", _("Moodle XML")

    version = models.ForeignKey(CourseVersion, models.CASCADE, related_name="imports")
    name = models.CharField(_("file name"), max_length=120)
    format = models.CharField(_("format"), max_length=4, choices=Format.choices)
    language = models.CharField(
        _("language of texts without a mark"), max_length=2, choices=[("de", _("German")), ("en", _("English"))]
    )
    content = models.BinaryField()
    received_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    received_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    taken = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["-pk"]
        constraints = [models.CheckConstraint(condition=Q(format__in=["gift", "xml"]), name="bank_import_format_known")]

    def __str__(self) -> str:
        return self.name


class ItemStat(models.Model):
    """How one question fared in one graded attempt, for item statistics. No person, no time, a random key.

    `attempt_ordinal` is 1 for a person's first attempt, `share` the points of this question and `total` those of
    the whole attempt, both from 0 to 1. `chosen` is the answer; what was typed as text is not kept.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.ForeignKey(CourseVersion, models.PROTECT, related_name="item_stats")
    question_key = models.CharField(max_length=80)
    attempt_ordinal = models.PositiveSmallIntegerField()
    refresher = models.BooleanField(default=False)
    share = models.FloatField()
    total = models.FloatField()
    chosen = models.JSONField(default=dict)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(share__gte=0, share__lte=1, total__gte=0, total__lte=1), name="item_stat_shares"
            )
        ]
        indexes = [models.Index(fields=["version", "question_key"], name="item_stat_of_question")]

    def __str__(self) -> str:
        return f"{self.question_key}: {self.share}"
