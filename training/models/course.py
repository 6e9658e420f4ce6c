"""Courses and their versions. A published version never changes; a change is a new version."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from portal.access.roles import Role

if TYPE_CHECKING:
    from portal.people.models import User


class CourseKind(models.TextChoices):
    """What a certificate of the course is good for."""

    BASIC = "basic", _("Data protection when contacting customers")
    MESSENGER = "messenger", _("Licence for messengers and social networks")
    APPROVER = "approver", _("Licence to decide requests")


def in_language(row: Any, name: str) -> str:
    """The text field `name` in the reader's language; German stands in where English is missing, and the reverse."""
    first, second = ("de", "en") if (get_language() or "de").startswith("de") else ("en", "de")
    return getattr(row, f"{name}_{first}") or getattr(row, f"{name}_{second}")


class Course(models.Model):
    """A course, whatever its version. `retired_at` set: it is no longer taken, and no licence asks for it."""

    slug = models.SlugField(_("short name"), max_length=60, unique=True)
    kind = models.CharField(_("kind"), max_length=10, choices=CourseKind.choices)
    created_at = models.DateTimeField(auto_now_add=True)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=Q(kind__in=CourseKind.values), name="course_kind_known")]

    def __str__(self) -> str:
        return self.slug


class CourseVersionQuerySet(models.QuerySet["CourseVersion"]):
    def current(self) -> CourseVersionQuerySet:
        """What can be taken now: the published version of each course that is not retired."""
        published = self.filter(state=CourseVersion.State.PUBLISHED, course__retired_at__isnull=True)
        return published.select_related("course")

    def visible_to(self, user: User) -> CourseVersionQuerySet:
        """Everybody is trained, so everybody sees what is published; authors and the DPO see drafts too."""
        if not user.is_active:
            return self.none()
        if user.has_role(Role.TRAINING_AUTHOR, Role.DPO):
            return self
        return self.exclude(state=CourseVersion.State.DRAFT)


class CourseVersion(models.Model):
    """One edition of a course: its texts, its questions and the rules of its quiz.

    `draw` and `refresher_draw` map a category to the number of questions drawn from it. `attempts_allowed` counts
    failed attempts of the last `rules.ATTEMPTS_COUNT_DAYS` days; empty means unlimited. `waiting_hours` lie between
    a failed attempt and the next. `recert_window_days` before the end of a certificate a pass loses no days.
    `retired_at` with `withdrawn_at` empty: a newer version took its place, and attempts that run may still pass.
    `withdrawn_at` set: its content is no longer right, and nobody passes by it any more.
    `recertify_by`: until then certificates of earlier versions count, no longer.
    """

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("course version", "Draft")
        PUBLISHED = "published", pgettext_lazy("course version", "Published")
        RETIRED = "retired", pgettext_lazy("course version", "Retired")

    class Validity(models.TextChoices):
        ROLLING = "rolling", _("From the day of the pass")
        CALENDAR = "calendar", _("Until the end of the calendar year")

    course = models.ForeignKey(Course, models.PROTECT, related_name="versions", verbose_name=_("course"))
    number = models.PositiveSmallIntegerField(_("version"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT)
    title_de = models.CharField(_("title (German)"), max_length=120, blank=True)
    title_en = models.CharField(_("title (English)"), max_length=120, blank=True)
    summary_de = models.TextField(_("summary (German)"), max_length=1000, blank=True)
    summary_en = models.TextField(_("summary (English)"), max_length=1000, blank=True)
    minutes = models.PositiveSmallIntegerField(_("minutes it takes"), default=20)
    pass_mark = models.PositiveSmallIntegerField(
        _("pass mark in percent"), default=80, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    validity_kind = models.CharField(
        _("how it is valid"), max_length=10, choices=Validity.choices, default=Validity.ROLLING
    )
    validity_months = models.PositiveSmallIntegerField(
        _("valid for months"), default=12, validators=[MinValueValidator(1), MaxValueValidator(120)]
    )
    recert_window_days = models.PositiveSmallIntegerField(
        _("days before the end in which a pass loses no days"), default=60
    )
    attempts_allowed = models.PositiveSmallIntegerField(
        _("attempts"), null=True, blank=True, validators=[MinValueValidator(1)], help_text=_("Empty: unlimited.")
    )
    waiting_hours = models.PositiveSmallIntegerField(
        _("hours of waiting after a failed attempt"), null=True, blank=True, help_text=_("Empty: none.")
    )
    time_limit_minutes = models.PositiveSmallIntegerField(
        _("time limit in minutes"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("Empty: none. A limit shuts people out; use one only where it belongs to what is learnt."),
    )
    draw = models.JSONField(_("questions per category"), default=dict, blank=True)
    refresher_draw = models.JSONField(_("questions per category in the refresher"), default=dict, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    requires_recertification = models.BooleanField(_("people must certify again"), default=False)
    recertify_by = models.DateField(_("certify again by"), null=True, blank=True)
    retired_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = CourseVersionQuerySet.as_manager()

    class Meta:
        ordering = ["course_id", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["course", "number"], name="course_version_number_once"),
            models.UniqueConstraint(
                fields=["course"], condition=Q(state="published"), name="course_one_published_version"
            ),
            models.UniqueConstraint(fields=["course"], condition=Q(state="draft"), name="course_one_draft"),
            models.CheckConstraint(
                condition=Q(state="draft", published_at__isnull=True, retired_at__isnull=True)
                | Q(state="published", published_at__isnull=False, retired_at__isnull=True)
                | Q(state="retired", published_at__isnull=False, retired_at__isnull=False),
                name="course_version_state_and_days",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | Q(state="retired"), name="course_version_withdrawn_is_retired"
            ),
            models.CheckConstraint(
                condition=Q(requires_recertification=True, recertify_by__isnull=False)
                | Q(requires_recertification=False, recertify_by__isnull=True),
                name="course_version_recertify_day",
            ),
            models.CheckConstraint(
                condition=Q(pass_mark__gte=1, pass_mark__lte=100), name="course_version_pass_mark_is_percent"
            ),
            models.CheckConstraint(condition=Q(validity_months__gte=1), name="course_version_validity_months"),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.number})"

    @property
    def title(self) -> str:
        return in_language(self, "title") or self.course.slug

    @property
    def summary(self) -> str:
        return in_language(self, "summary")
