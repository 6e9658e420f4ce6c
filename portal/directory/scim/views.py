"""SCIM 2.0 under /scim/v2/: the addresses of RFC 7644, 3.2."""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext as _

from portal.directory.models import Group
from portal.directory.scim import schemas, services
from portal.directory.scim.door import Call, answer, demand_version, scim_door, told
from portal.directory.scim.errors import ScimError
from portal.directory.scim.listing import listed, only_asked, whole_list
from portal.directory.scim.patching import patched
from portal.directory.scim.resources import group_fields, group_resource, user_fields, user_resource
from portal.people.local import is_break_glass
from portal.people.models import User

USERS = {
    "id": "pk",
    "username": "email__iexact",
    "emails.value": "email__iexact",
    "emails": "email__iexact",
    "externalid": "provisioned__external_id",
    "active": "is_active",
    "name.familyname": "last_name__iexact",
}
GROUPS = {"id": "pk", "displayname": "name__iexact", "externalid": "external_id"}


@scim_door("GET", "POST")
def scim_users(call: Call) -> HttpResponse:
    if call.request.method == "GET":
        return answer(listed(call.request, _people(), USERS, user_resource))
    person = services.provision_person(call.actor, fields=user_fields(call.body()), at=call.at)
    return told(call, user_resource(_person(person.pk)), status=201)


@scim_door("GET", "PUT", "PATCH", "DELETE")
@transaction.atomic
def scim_user(call: Call, pk: str) -> HttpResponse:
    person = _person(pk, lock=call.request.method != "GET")
    now = user_resource(person)
    if call.request.method == "GET":
        return told(call, only_asked(call.request, now))
    demand_version(call, now)
    if call.request.method == "DELETE":
        services.remove_person(call.actor, person=person, at=call.at)
        return HttpResponse(status=204)
    sent = call.body() if call.request.method == "PUT" else patched(now, call.body())
    services.write_person(call.actor, person=person, fields=user_fields(_in_one_voice(now, sent)), at=call.at)
    return told(call, user_resource(_person(pk)))


@scim_door("GET", "POST")
def scim_groups(call: Call) -> HttpResponse:
    if call.request.method == "GET":
        return answer(listed(call.request, _groups(), GROUPS, group_resource))
    group = services.write_group(call.actor, group=None, fields=group_fields(call.body()), at=call.at)
    return told(call, group_resource(_group(group.pk)), status=201)


@scim_door("GET", "PUT", "PATCH", "DELETE")
@transaction.atomic
def scim_group(call: Call, pk: str) -> HttpResponse:
    group = _group(pk, lock=call.request.method != "GET")
    now = group_resource(group)
    if call.request.method == "GET":
        return told(call, only_asked(call.request, now))
    demand_version(call, now)
    if call.request.method == "DELETE":
        services.remove_group(call.actor, group=group, at=call.at)
        return HttpResponse(status=204)
    sent = call.body() if call.request.method == "PUT" else patched(now, call.body())
    services.write_group(call.actor, group=group, fields=group_fields(sent), at=call.at)
    return told(call, group_resource(_group(pk)))


@scim_door("GET")
def scim_config(call: Call) -> HttpResponse:
    return answer(schemas.service_provider_config())


@scim_door("GET")
def scim_resource_types(call: Call, name: str = "") -> HttpResponse:
    return answer(_one_or_all(schemas.resource_types(), name))


@scim_door("GET")
def scim_schemas(call: Call, name: str = "") -> HttpResponse:
    return answer(_one_or_all(schemas.schemas(), name))


@scim_door("GET", "POST", "PUT", "PATCH", "DELETE")
def scim_unknown(call: Call, rest: str) -> HttpResponse:
    raise _absent()


def _one_or_all(found: list[dict], name: str) -> dict:
    if not name:
        return whole_list(found)
    one = next((resource for resource in found if resource["id"] == name), None)
    if one is None:
        raise _absent()
    return one


def _in_one_voice(now: dict, sent: dict) -> dict:
    """The user name and the address are one here: where only the addresses were changed, they say it."""
    if sent.get("userName") == now["userName"] and sent.get("emails", now["emails"]) != now["emails"]:
        return {name: part for name, part in sent.items() if name != "userName"}
    return sent


def _people() -> QuerySet[User]:
    """Everybody whom the directory has not removed, in the order of their numbers."""
    rows = User.objects.filter(provisioned__removed_at__isnull=True).select_related("department", "provisioned")
    return rows.prefetch_related("directory_groups").order_by("pk")


def _groups() -> QuerySet[Group]:
    return Group.objects.prefetch_related("members").order_by("pk")


def _person(pk: object, *, lock: bool = False) -> User:
    number = _key(pk)
    if lock:
        User.objects.select_for_update(of=("self",)).filter(pk=number).first()
    person = _people().filter(pk=number).first()
    if person is None:
        raise _absent()
    if lock and is_break_glass(person):
        raise ScimError(403, _("The account for emergencies follows no directory."))
    return person


def _group(pk: object, *, lock: bool = False) -> Group:
    number = _key(pk)
    if lock:
        Group.objects.select_for_update().filter(pk=number).first()
    group = _groups().filter(pk=number).first()
    if group is None:
        raise _absent()
    return group


def _key(pk: object) -> int:
    text = str(pk)
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise _absent()
    return int(text)


def _absent() -> ScimError:
    return ScimError(404, _("There is nothing under this number or name."))
