"""Employees who left are forgotten: the account stays as a number, so that what they decided still has one author."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password

from portal.people.models import User


def forget_people(ids: list[Any], at: datetime) -> None:
    """Called by the job of retention, in the transaction of its batch. A second account of the same person gets a
    number of its own: by then nothing is left in which the two could judge each other."""
    people = User.objects.filter(pk__in=ids, is_active=False)
    EmailAddress.objects.filter(user__in=people).delete()
    User.objects.filter(manager__in=people).update(manager=None)
    for person in people:
        person.email, person.person_number = f"{person.pk}@former.invalid", f"former-{person.pk}"
        person.first_name, person.last_name, person.password = "", f"#{person.pk}", make_password(None)
        person.department = person.manager = person.last_login = None
        person.roles, person.theme, person.shortcuts = [], User.Theme.SYSTEM, True
        person.save()
