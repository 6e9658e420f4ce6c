"""Employees who left are forgotten: the account stays as a number, so that what they decided still has one author."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db.models import QuerySet

from portal.audit.erasing import forget_person
from portal.audit.services import Job, record
from portal.people.models import SignedIn, User

#: The apps that hang on an account how somebody signs in and what the directory calls them; of those of allauth that
#: are not installed there is nothing.
SIGN_IN = ("account", "mfa", "socialaccount", "usersessions", "directory")
JOB = Job("retention.run")


def forget_people(ids: list[Any], at: datetime) -> None:
    """Called by the job of retention, in the transaction of its batch. A second account of the same person gets a
    number of its own: by then nothing is left in which the two could judge each other.

    What the trail says of them in words goes too, and the key to its seals; one entry for each says so."""
    people = User.objects.filter(pk__in=ids, is_active=False)
    _drop_means_of_sign_in(people)
    User.objects.filter(manager__in=people).update(manager=None)
    for person in people:
        person.email, person.person_number = f"{person.pk}@former.invalid", f"former-{person.pk}"
        person.first_name, person.last_name, person.password = "", f"#{person.pk}", make_password(None)
        person.department = person.manager = person.last_login = None
        person.roles, person.theme, person.shortcuts, person.language = [], User.Theme.SYSTEM, True, "de"
        person.save()
        record(JOB, "person.erased", "person", person.pk, at=at)
        forget_person(person.pk)


def _drop_means_of_sign_in(people: QuerySet[User]) -> None:
    SignedIn.objects.filter(person__in=people).delete()
    for relation in User._meta.related_objects:
        if relation.related_model._meta.app_label not in SIGN_IN:
            continue
        # Of a group only the membership goes.
        many = relation.many_to_many
        model = relation.through if many else relation.related_model
        name = relation.field.m2m_reverse_field_name() if many else relation.field.name
        model._base_manager.filter(**{f"{name}__in": people}).delete()
