"""Lessons, their pictures, and who has read which."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from training.models.course import CourseVersion, in_language


class Lesson(models.Model):
    """One unit of a version: Markdown in two languages. `refresher`: also part of the shorter way."""

    version = models.ForeignKey(CourseVersion, models.PROTECT, related_name="lessons")
    position = models.PositiveSmallIntegerField(_("position"))
    slug = models.SlugField(_("short name"), max_length=60)
    title_de = models.CharField(_("title (German)"), max_length=120, blank=True)
    title_en = models.CharField(_("title (English)"), max_length=120, blank=True)
    body_de = models.TextField(_("text (German)"), blank=True)
    body_en = models.TextField(_("text (English)"), blank=True)
    refresher = models.BooleanField(_("part of the refresher"), default=False)

    class Meta:
        ordering = ["version_id", "position"]
        constraints = [
            models.UniqueConstraint(fields=["version", "slug"], name="lesson_slug_once"),
            # Deferred, so that two lessons can change places.
            models.UniqueConstraint(
                fields=["version", "position"], name="lesson_position_once", deferrable=models.Deferrable.DEFERRED
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        return in_language(self, "title") or self.slug

    @property
    def body(self) -> str:
        return in_language(self, "body")


class LessonPicture(models.Model):
    """A picture that lessons show as `![what it shows](/training/pictures/<digest>/)`.

    Addressed by the SHA-256 of its bytes and append-only, so that a published lesson keeps the picture it had.
    """

    digest = models.CharField(max_length=64, unique=True)
    name = models.CharField(_("file name"), max_length=120)
    media_type = models.CharField(max_length=20)
    alt_de = models.CharField(_("what it shows (German)"), max_length=300, default="")
    alt_en = models.CharField(_("what it shows (English)"), max_length=300, default="")
    data = models.BinaryField()
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    added_at = models.DateTimeField()

    #: Raster images only: an SVG can carry script.
    MEDIA_TYPES = ("image/png", "image/jpeg", "image/webp")

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(media_type__in=["image/png", "image/jpeg", "image/webp"]), name="picture_is_raster"
            ),
            # Whoever cannot see a picture is told what it shows (WCAG 1.1.1).
            models.CheckConstraint(condition=~Q(alt_de="") & ~Q(alt_en=""), name="picture_is_described"),
        ]

    def __str__(self) -> str:
        return self.name

    def markdown(self, language: str) -> str:
        """What a lesson writes to show the picture."""
        words = getattr(self, f"alt_{language}").replace("[", "(").replace("]", ")")
        return f"![{words}](/training/pictures/{self.digest}/)"


class LessonRead(models.Model):
    """A person went on from a lesson: the course resumes at the first one not read."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    lesson = models.ForeignKey(Lesson, models.PROTECT, related_name="readings")
    read_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["person", "lesson"], name="lesson_read_once")]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.lesson_id}"
