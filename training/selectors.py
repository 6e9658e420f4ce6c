"""The questions other rooms may ask about training."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from training.models import Certificate
from training.rules import Standing, standing, training_state

if TYPE_CHECKING:
    from portal.people.models import User


def training_of(person_id: int, *, today: date) -> str:
    """`valid`, `expired` or `none`: the fact `requester_training`."""
    days = Certificate.objects.filter(person_id=person_id, passed_on__lte=today).values_list("valid_until", flat=True)
    return training_state(days, today)


def team_of(manager: User, *, today: date) -> list[tuple[User, Standing]]:
    """The active people whom this manager leads, with the standing of each; two queries."""
    reports = manager.reports.filter(is_active=True).select_related("department").prefetch_related("certificates")
    return [(one, standing([c.valid_until for c in one.certificates.all()], today)) for one in reports]


def certificates_matching(user: User, words: str) -> QuerySet[Certificate]:
    """Visible certificates, narrowed to a person's name or a number."""
    rows = Certificate.objects.visible_to(user).select_related("person__department")
    for word in words.split():
        of_person = Q(person__last_name__istartswith=word) | Q(person__first_name__istartswith=word)
        rows = rows.filter(of_person | Q(number__iexact=word))
    return rows
