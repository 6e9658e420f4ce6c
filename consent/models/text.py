"""The wordings that people agree to. A published version never changes; a new one takes its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.access.roles import Role
from portal.vocabulary import Channel, Platform, Purpose

if TYPE_CHECKING:
    from portal.people.models import User

READERS = (Role.CONSENT_OFFICER, Role.DPO, Role.AUDITOR)


class ConsentTextQuerySet(models.QuerySet["ConsentText"]):
    def visible_to(self, user: User) -> ConsentTextQuerySet:
        """Those who write the wordings, and the auditor."""
        return self if user.has_role(*READERS) else self.none()

    def published(self) -> ConsentTextQuerySet:
        return self.filter(published_at__isnull=False)

    def covering(self, purpose: str, channel: str, platform: str = "") -> ConsentTextQuerySet:
        """Wordings that name this purpose and way. One wording may name several channels (BGH III ZR 196/17),
        never several purposes."""
        return self.filter(purpose=purpose, channels__contains=[channel], platform=platform)

    def fitting(self, purpose: str, channel: str, platform: str = "") -> ConsentTextQuerySet:
        """Published wordings that a consent to this may point at: those that name the platform, or none."""
        named = self.published().filter(purpose=purpose, channels__contains=[channel])
        return named.filter(platform__in=["", platform]).order_by("line", "language", "-version")


class ConsentText(models.Model):
    """One version of one wording in one language, for one purpose and a set of channels.

    `line` ties the versions and languages of one wording together. Drafts can be edited; from `published_at` on the
    row is locked by the database, and `valid_from` says from when it is shown to people.
    """

    LANGUAGES = (("de", _("German")), ("en", _("English")))

    line = models.SlugField(_("short name"), max_length=60)
    version = models.PositiveIntegerField(_("version"))
    language = models.CharField(_("language"), max_length=2, choices=LANGUAGES)
    purpose = models.CharField(_("purpose"), max_length=30, choices=Purpose.choices)
    channels = ArrayField(
        models.CharField(max_length=10, choices=Channel.choices), verbose_name=_("channels"), size=len(Channel.values)
    )
    platform = models.CharField(_("platform"), max_length=10, choices=Platform.choices, blank=True)
    title = models.CharField(_("title"), max_length=200)
    body = models.TextField(_("wording"))
    valid_from = models.DateTimeField(_("valid from"), null=True, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField()
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    published_at = models.DateTimeField(null=True, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)

    objects = ConsentTextQuerySet.as_manager()

    class Meta:
        ordering = ["line", "-version", "language"]
        constraints = [
            models.UniqueConstraint(fields=["line", "version", "language"], name="consent_text_version_once"),
            models.CheckConstraint(
                condition=Q(published_at__isnull=True)
                | (Q(published_by__isnull=False, valid_from__isnull=False) & ~Q(sha256="")),
                name="consent_text_published_whole",
            ),
            models.CheckConstraint(condition=~Q(channels=[]), name="consent_text_names_channels"),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.reference})"

    @property
    def reference(self) -> str:
        """How people and lists name this version: `newsletter-3-de`."""
        return f"{self.line}-{self.version}-{self.language}"

    @property
    def channel_words(self) -> str:
        return ", ".join(str(Channel(channel).label) for channel in self.channels)
