"""Employees who left are forgotten: the account stays as a number, so that what they decided still has one author."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db.models import QuerySet

from portal.people.models import User

#: The apps of allauth that hang rows on an account; those that are not installed have none.
SIGN_IN = ("account", "mfa", "socialaccount", "usersessions")


def forget_people(ids: list[Any], at: datetime) -> None:
    """Called by the job of retention, in the transaction of its batch. A second account of the same person gets a
    number of its own: by then nothing is left in which the two could judge each other."""
    people = User.objects.filter(pk__in=ids, is_active=False)
    _drop_means_of_sign_in(people)
    User.objects.filter(manager__in=people).update(manager=None)
    for person in people:
        person.email, person.person_number = f"{person.pk}@former.invalid", f"former-{person.pk}"
        person.first_name, person.last_name, person.password = "", f"#{person.pk}", make_password(None)
        person.department = person.manager = person.last_login = None
        person.roles, person.theme, person.shortcuts = [], User.Theme.SYSTEM, True
        person.save()


def _drop_means_of_sign_in(people: QuerySet[User]) -> None:
    for relation in User._meta.related_objects:
        model = relation.related_model
        if model._meta.app_label in SIGN_IN:
            model._base_manager.filter(**{f"{relation.field.name}__in": people}).delete()
