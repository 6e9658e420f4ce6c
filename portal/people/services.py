"""Verbs about people and departments. Time is passed in; the acting user comes first."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from portal.access.roles import Role, require_role
from portal.audit.services import Job, record
from portal.outbox import services as outbox
from portal.people.models import Department, User
from portal.people.sessions.services import drop_sessions

EDITABLE = (
    "email",
    "first_name",
    "last_name",
    "person_number",
    "department",
    "manager",
    "roles",
    "language",
    "is_active",
)
# Rights over oneself: what one may do, and which accounts count as the same person at a review.
NOT_ONES_OWN = ("roles", "person_number", "is_active", "manager")
# Without 0/O, 1/l/I: a first password is read from a screen and typed once.
_ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"


@transaction.atomic
def create_person(acting_user: User | Job, *, at: datetime, **fields: Any) -> tuple[User, str]:
    """A new account with a first password, which is returned to be shown once and is kept nowhere in clear.

    `fields` are those of EDITABLE. Only administrators may; a Job sets up the first one. Raises ValidationError for an
    e-mail address that is taken and for a manager who cannot be one.
    """
    if not isinstance(acting_user, Job):
        require_role(acting_user, Role.ADMINISTRATOR)
    person = User(**_only(fields))
    person.email = person.email.strip().lower()
    person.roles = _in_order(person.roles)
    password = first_password()
    person.set_password(password)
    _check(person, manager_is_new=True)
    person.save(force_insert=True)
    record(acting_user, "person.created", "person", person.pk, at=at, after=_told(person, EDITABLE))
    return person, password


@transaction.atomic
def update_person(acting_user: User | Job, *, person: User, at: datetime, **fields: Any) -> User:
    """Change some of the EDITABLE fields; without a difference nothing is written.

    Administrators do; a Job does what the company's directory says. Nobody changes own rights, and the last active
    administrator stays. Deactivating ends the person's sessions at
    once; permits that account, role or department no longer carry end through the outbox, and are refused from this
    commit on.
    """
    if not isinstance(acting_user, Job):
        require_role(acting_user, Role.ADMINISTRATOR)
    administrators = _lock_administrators()
    locked = User.objects.select_for_update(of=("self",)).get(pk=person.pk)
    wanted = _normalised(_only(fields))
    changed = [name for name, value in wanted.items() if getattr(locked, name) != value]
    if not changed:
        return locked
    if not isinstance(acting_user, Job):
        _refuse_own_rights(acting_user, locked, changed)
    before = _told(locked, changed)
    for name in changed:
        setattr(locked, name, wanted[name])
    _check(locked, manager_is_new="manager" in changed)
    _keep_one_administrator(administrators, locked)
    locked.save(update_fields=changed)
    record(acting_user, "person.changed", "person", locked.pk, at=at, before=before, after=_told(locked, changed))
    if "is_active" in changed and not locked.is_active:
        drop_sessions(locked)
    if {"roles", "department"} & set(changed) or not locked.is_active:
        outbox.event("person.grounds_changed", {"user_id": locked.pk}, at=at)
    return locked


@transaction.atomic
def create_department(acting_user: User | Job, *, name: str, at: datetime) -> Department:
    """A new department. Raises ValidationError for a name that is taken, whatever its case."""
    if not isinstance(acting_user, Job):
        require_role(acting_user, Role.ADMINISTRATOR)
    department = Department(name=" ".join(name.split()))
    department.full_clean()
    department.save(force_insert=True)
    record(acting_user, "department.created", "department", department.pk, at=at, after={"name": department.name})
    return department


def set_own_language(acting_user: User, *, language: str) -> None:
    """The language of pages and mails; a taste of one's own, so the trail does not keep it."""
    acting_user.language = language
    acting_user.save(update_fields=["language"])


def set_own_theme(acting_user: User, *, theme: str) -> None:
    """Light, dark, or like the device."""
    acting_user.theme = theme
    acting_user.save(update_fields=["theme"])


def set_own_shortcuts(acting_user: User, *, on: bool) -> None:
    """Whether single keys do something (WCAG 2.1.4: they can be switched off)."""
    acting_user.shortcuts = on
    acting_user.save(update_fields=["shortcuts"])


def first_password() -> str:
    """Sixteen characters in groups of four, 80 bits."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _turn in range(4)) for _group in range(4))


def _only(fields: dict[str, Any]) -> dict[str, Any]:
    unknown = set(fields) - set(EDITABLE)
    if unknown:
        raise TypeError(f"unknown fields of a person: {sorted(unknown)}")
    return fields


def _normalised(fields: dict[str, Any]) -> dict[str, Any]:
    cleaned = dict(fields)
    if "email" in cleaned:
        cleaned["email"] = cleaned["email"].strip().lower()
    if "roles" in cleaned:
        cleaned["roles"] = _in_order(cleaned["roles"])
    return cleaned


def _in_order(roles: list[str]) -> list[str]:
    """The order of Role, each once, as plain strings."""
    return [role.value for role in Role if role in roles]


def _check(person: User, *, manager_is_new: bool) -> None:
    person.full_clean(exclude=["password"])
    if not manager_is_new or person.manager is None:
        return
    if not person.manager.has_role(Role.MANAGER):
        raise ValidationError({"manager": _("This person is no manager. Choose one who is, or give the role first.")})
    above: User | None = person.manager
    seen = {person.pk}
    while above is not None:
        if above.pk in seen:
            raise ValidationError({"manager": _("These people would lead each other in a circle. Choose another.")})
        seen.add(above.pk)
        above = above.manager


def _lock_administrators() -> list[User]:
    """Locked in one order, so that two administrators cannot take the last right away from each other at once."""
    holders = User.objects.select_for_update(of=("self",)).filter(roles__contains=[Role.ADMINISTRATOR.value])
    return [user for user in holders.order_by("pk") if user.is_active]


def _keep_one_administrator(administrators: list[User], person: User) -> None:
    if person.has_role(Role.ADMINISTRATOR) or person not in administrators:
        return
    if len(administrators) == 1:
        raise ValidationError(_("This is the last active administrator. Appoint another one first."))


def _refuse_own_rights(acting_user: User, person: User, changed: list[str]) -> None:
    if acting_user.is_same_person_as(person) and any(name in NOT_ONES_OWN for name in changed):
        raise PermissionDenied(_("Nobody changes own rights. Ask another administrator."))


def _told(person: User, names: tuple[str, ...] | list[str]) -> dict[str, Any]:
    values = {name: getattr(person, name) for name in names}
    for name in ("department", "manager"):
        if name in values:
            values[name] = getattr(values[name], "pk", None)
    return values
