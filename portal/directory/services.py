"""Verbs by which the company's directory rules over people here. It never deletes anybody."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from portal.audit.services import Job, record
from portal.directory.models import Identity
from portal.directory.rules import roles_after
from portal.people.local import is_break_glass
from portal.people.models import User
from portal.people.services import update_person


@transaction.atomic
def follow_groups(acting_user: Job, *, person: User, groups: Iterable[str], at: datetime) -> User:
    """Give and take the roles that the table gives to these groups; without a difference nothing is written.

    Raises ValidationError where the last administrator would go. The break-glass account follows no directory."""
    locked = User.objects.select_for_update(of=("self",)).get(pk=person.pk)
    if is_break_glass(locked):
        return locked
    wanted = sorted(roles_after(locked.roles, groups, settings.DIRECTORY_ROLES))
    return update_person(acting_user, person=locked, roles=wanted, at=at)


@transaction.atomic
def link_identity(acting_user: Job, *, person: User, issuer: str, subject: str, at: datetime) -> Identity:
    """From now on who signs in there under this name is this person.

    Raises ValidationError for somebody who is somebody else there already, and for the break-glass account."""
    locked = User.objects.select_for_update(of=("self",)).get(pk=person.pk)
    if is_break_glass(locked) or Identity.objects.filter(person=locked, issuer=issuer).exists():
        raise ValidationError(_("This account belongs to another sign-in already. Ask an administrator."))
    made = Identity.objects.create(person=locked, issuer=issuer, subject=subject, linked_at=at)
    record(acting_user, "identity.linked", "person", locked.pk, at=at, after={"issuer": issuer})
    return made
