"""Sessions in a table that knows whose they are: listed and ended in one statement, never decoded to be found."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.access.roles import Role

if TYPE_CHECKING:
    from portal.people.models import User


class SignedInQuerySet(models.QuerySet["SignedIn"]):
    def visible_to(self, user: User) -> SignedInQuerySet:
        """Everybody sees their own; administrators see that of everybody."""
        mine = self.exclude(person=None) if user.has_role(Role.ADMINISTRATOR) else self.filter(person_id=user.pk)
        return mine if user.is_active else self.none()

    def going_on(self, at: datetime) -> SignedInQuerySet:
        """Those that would still be let in at this instant (the same bounds as `SignedIn.is_over`)."""
        idle, whole = lifetimes()
        return self.filter(expire_date__gt=at, seen_at__gt=at - idle, begun_at__gt=at - whole)


class SignedIn(AbstractBaseSession):
    """One session. `person` is empty until somebody signs in; then `begun_at` counts from the sign-in.

    What is kept of a browser is what its owner needs to know it again: its kind, and the network it came from,
    shortened as everywhere (data minimisation, Art. 5(1)(c) GDPR). ASVS 5.0, 7.3.1, 7.3.2 and 7.5.2.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="sessions",
        verbose_name=_("person"),
    )
    begun_at = models.DateTimeField(_("signed in"))
    seen_at = models.DateTimeField(_("last seen"))
    browser = models.CharField(_("browser"), max_length=60, blank=True, default="")
    network = models.CharField(_("network"), max_length=50, blank=True, default="")

    objects = SignedInQuerySet.as_manager()  # type: ignore[assignment,misc]

    class Meta(AbstractBaseSession.Meta):
        db_table = "people_signed_in"
        indexes = [models.Index(fields=["person", "-seen_at"], name="signed_in_of_person")]

    @classmethod
    def get_session_store_class(cls) -> type[SessionBase]:
        from portal.people.sessions.store import SessionStore

        return SessionStore

    @property
    def handle(self) -> str:
        """What pages name a session by: whoever reads it cannot sign in with it."""
        return hashlib.sha256(f"portal.sessions:{self.session_key}".encode()).hexdigest()[:24]

    def is_over(self, at: datetime) -> bool:
        """Whether it was left alone for too long, or lasts too long whatever was done in it."""
        idle, whole = lifetimes()
        return not (at - idle < self.seen_at and at - whole < self.begun_at)


def lifetimes() -> tuple[timedelta, timedelta]:
    """How long a session may be left alone, and how long it may last at all."""
    return timedelta(minutes=settings.SESSION_IDLE_MINUTES), timedelta(seconds=settings.SESSION_COOKIE_AGE)
