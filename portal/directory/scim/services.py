"""Verbs by which a directory writes people and groups. Nobody is ever deleted: who goes there is deactivated here."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from portal.access.roles import Role
from portal.audit.services import Job, record
from portal.directory.models import Group, Provisioned
from portal.directory.scim.errors import ScimError
from portal.directory.services import follow_groups
from portal.people.models import Department, User
from portal.people.services import create_department, create_person, update_person


@transaction.atomic
def provision_person(acting_user: Job, *, fields: dict[str, Any], at: datetime) -> User:
    """A new person with the role of an employee, or one that the directory had removed, opened again.

    Raises ScimError `uniqueness` for an address or a number of the directory that somebody has."""
    fields, external = _own(acting_user, fields, at)
    gone = User.objects.filter(email=fields["email"], provisioned__removed_at__isnull=False).first()
    _demand_free(fields["email"], external, but=gone)
    if gone is not None:
        person = update_person(acting_user, person=gone, at=at, **fields)
    else:
        active = fields.pop("is_active")
        person, _password = create_person(acting_user, at=at, roles=[Role.EMPLOYEE], is_active=active, **fields)
    Provisioned.objects.update_or_create(
        person=person,
        defaults={"external_id": external, "changed_at": at, "removed_at": None},
        create_defaults={"external_id": external, "created_at": at, "changed_at": at},
    )
    return person


@transaction.atomic
def write_person(acting_user: Job, *, person: User, fields: dict[str, Any], at: datetime) -> User:
    """The person as the directory has them now; deactivated ones are signed out in this transaction."""
    fields, external = _own(acting_user, fields, at)
    _demand_free(fields["email"], external, but=person)
    written = update_person(acting_user, person=person, at=at, **fields)
    Provisioned.objects.update_or_create(
        person=person,
        defaults={"external_id": external, "changed_at": at},
        create_defaults={"external_id": external, "created_at": at, "changed_at": at},
    )
    return written


@transaction.atomic
def remove_person(acting_user: Job, *, person: User, at: datetime) -> None:
    """For the directory the person is gone; here they are deactivated, and what they did keeps its name."""
    update_person(acting_user, person=person, is_active=False, at=at)
    Provisioned.objects.update_or_create(
        person=person,
        defaults={"changed_at": at, "removed_at": at},
        create_defaults={"created_at": at, "changed_at": at, "removed_at": at},
    )


@transaction.atomic
def write_group(acting_user: Job, *, group: Group | None, fields: dict[str, Any], at: datetime) -> Group:
    """A new group, or one as the directory has it now. The roles of everybody concerned follow in this transaction."""
    taken = Group.objects.filter(name__iexact=fields["name"]).exclude(pk=group.pk if group else 0)
    if taken.exists():
        raise ScimError(409, _("There is a group of this name already."), "uniqueness")
    members = set(User.objects.filter(pk__in=fields["members"]).values_list("pk", flat=True))
    if members != fields["members"]:
        raise ScimError(400, _("A member is nobody who is known here."), "invalidValue")
    made = group is None
    if group is None:
        group = Group.objects.create(name=fields["name"], created_at=at, changed_at=at)
    locked = Group.objects.select_for_update().get(pk=group.pk)
    before = set(locked.members.values_list("pk", flat=True))
    renamed, locked.name, locked.external_id = locked.name != fields["name"], fields["name"], fields["external_id"]
    locked.changed_at = at
    locked.save(update_fields=["name", "external_id", "changed_at"])
    locked.members.set(members)
    told = {"name": locked.name, "members_added": sorted(members - before), "members_removed": sorted(before - members)}
    if made or renamed or members != before:
        verb = "group.created" if made else "group.changed"
        record(acting_user, verb, "directory_group", locked.pk, at=at, after=told)
    _roles_follow(acting_user, (before | members) if renamed else before ^ members, at)
    return locked


@transaction.atomic
def remove_group(acting_user: Job, *, group: Group, at: datetime) -> None:
    """The group is gone, and with it the roles that only it gave."""
    locked = Group.objects.select_for_update().get(pk=group.pk)
    members = set(locked.members.values_list("pk", flat=True))
    record(acting_user, "group.removed", "directory_group", locked.pk, at=at, before={"name": locked.name})
    locked.delete()
    _roles_follow(acting_user, members, at)


def _roles_follow(acting_user: Job, people: Iterable[int], at: datetime) -> None:
    if not settings.DIRECTORY_ROLES:
        return
    for person in User.objects.filter(pk__in=people).order_by("pk"):
        follow_groups(acting_user, person=person, groups=person.directory_groups.values_list("name", flat=True), at=at)


def _own(acting_user: Job, fields: dict[str, Any], at: datetime) -> tuple[dict[str, Any], str]:
    """The fields with the rows that they name, and the directory's own number."""
    fields = dict(fields)
    external, manager, department = (fields.pop(name) for name in ("external_id", "manager", "department"))
    fields["manager"] = User.objects.filter(pk=manager).first() if manager else None
    if manager and fields["manager"] is None:
        raise ScimError(400, _("The manager is nobody who is known here. Send the manager first."), "invalidValue")
    fields["department"] = None
    if department:
        found = Department.objects.filter(name__iexact=department).first()
        fields["department"] = found or create_department(acting_user, name=department, at=at)
    return fields, external


def _demand_free(email: str, external: str, *, but: User | None) -> None:
    others = User.objects.exclude(pk=but.pk) if but is not None else User.objects.all()
    taken = others.filter(email__iexact=email).exists()
    if taken or (external and others.filter(provisioned__external_id=external).exists()):
        raise ScimError(409, _("Somebody has this userName or externalId already."), "uniqueness")
