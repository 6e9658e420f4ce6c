"""Filters of the list of customers that somebody keeps under a name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from portal.people.models import User

#: How many a person may have: more than one looks through.
MOST = 20


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    def visible_to(self, user: User) -> SavedViewQuerySet:
        """One's own: what somebody looks for is nobody else's business."""
        return self.filter(person=user) if user.is_active else self.none()


class SavedView(models.Model):
    """One person's filters. `query` is a query string with the names of the list's own filters and nothing else, so
    that it leads nowhere but to the list. `place` counts from 1: the database holds nobody's twenty-first."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_views")
    name = models.CharField(_("name"), max_length=60)
    query = models.CharField(max_length=2000, editable=False)
    place = models.PositiveSmallIntegerField(editable=False)
    created_at = models.DateTimeField(editable=False)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(F("person"), Upper("name"), name="saved_view_name_once"),
            models.UniqueConstraint(fields=["person", "place"], name="saved_view_place_once"),
            models.CheckConstraint(condition=Q(place__range=(1, MOST)), name="saved_view_at_most_twenty"),
            models.CheckConstraint(condition=~Q(name="") & ~Q(query=""), name="saved_view_says_something"),
        ]

    def __str__(self) -> str:
        return self.name
