"""Employees who left are forgotten: the account stays as a number, so that what they decided still has one author."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import ManyToOneRel, QuerySet

from portal.audit.erasing import forget_person
from portal.audit.services import Job, record
from portal.people.models import SignedIn, User

#: The apps that hang on an account how somebody signs in and what the directory calls them; of those of allauth that
#: are not installed there is nothing.
SIGN_IN = ("account", "mfa", "socialaccount", "usersessions", "directory")
JOB = Job("retention.run")


@transaction.atomic
def forget_people(ids: list[Any], at: datetime) -> None:
    """Called by the job of retention, in the transaction of its batch. A second account of the same person gets a
    number of its own: by then nothing is left in which the two could judge each other.

    What the trail says of them in words goes too, and the key to its seals; one entry for each says so."""
    people = User.objects.filter(pk__in=ids, is_active=False).exclude(email__endswith="@former.invalid")
    _drop_means_of_sign_in(people)
    User.objects.filter(manager__in=people).update(manager=None)
    for person in list(people):
        person.email, person.person_number = f"{person.pk}@former.invalid", f"former-{person.pk}"
        person.first_name, person.last_name, person.password = "", f"#{person.pk}", make_password(None)
        person.department = person.manager = person.last_login = None
        person.roles, person.theme, person.shortcuts, person.language = [], User.Theme.SYSTEM, True, "de"
        person.first_visit = 0
        person.save()
        record(JOB, "person.erased", "person", person.pk, at=at, after={"anonymised_at": at})
        forget_person(person.pk)


def _drop_means_of_sign_in(people: QuerySet[User]) -> None:
    SignedIn.objects.filter(person__in=people).delete()
    # Hidden ones are those of memberships: of a group of the directory only these go.
    for relation in User._meta.get_fields(include_hidden=True):
        if isinstance(relation, ManyToOneRel) and relation.related_model._meta.app_label in SIGN_IN:
            relation.related_model._base_manager.filter(**{f"{relation.field.name}__in": people}).delete()
