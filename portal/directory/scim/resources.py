"""People and groups as SCIM tells them (RFC 7643), and what is taken over from what a directory sends."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from portal.directory.models import Group
from portal.directory.scim.errors import ScimError
from portal.directory.scim.paths import CORE, ENTERPRISE, elements, key_in
from portal.people.models import User

USER, GROUP = CORE
Resource = dict[str, Any]


def user_resource(person: User) -> Resource:
    """`person` comes with `provisioned`, `department` and `directory_groups` (services.people)."""
    known = getattr(person, "provisioned", None)
    made: Resource = {
        "schemas": [USER, ENTERPRISE],
        "id": str(person.pk),
        "userName": person.email,
        "name": {
            "formatted": person.get_full_name(),
            "givenName": person.first_name,
            "familyName": person.last_name,
        },
        "displayName": person.get_full_name(),
        "emails": [{"value": person.email, "type": "work", "primary": True}],
        "active": person.is_active,
        "preferredLanguage": person.language,
        "groups": [{"value": str(one.pk), "display": one.name} for one in person.directory_groups.all()],
        ENTERPRISE: {"employeeNumber": person.person_number},
    }
    if known is not None and known.external_id:
        made["externalId"] = known.external_id
    if person.department is not None:
        made[ENTERPRISE]["department"] = person.department.name
    if person.manager_id is not None:
        made[ENTERPRISE]["manager"] = {"value": str(person.manager_id)}
    return _with_meta(made, "User", known.created_at if known else None, known.changed_at if known else None)


def group_resource(group: Group) -> Resource:
    made: Resource = {
        "schemas": [GROUP],
        "id": str(group.pk),
        "displayName": group.name,
        "members": [{"value": str(one.pk), "display": one.get_full_name()} for one in group.members.all()],
    }
    if group.external_id:
        made["externalId"] = group.external_id
    return _with_meta(made, "Group", group.created_at, group.changed_at)


def _with_meta(made: Resource, kind: str, created: datetime | None, changed: datetime | None) -> Resource:
    told = json.dumps(made, sort_keys=True, ensure_ascii=False)
    meta = {
        "resourceType": kind,
        "location": f"{settings.SITE_URL}/scim/v2/{kind}s/{made['id']}",
        "version": f'W/"{hashlib.sha256(told.encode()).hexdigest()[:20]}"',
    }
    moments = {"created": created, "lastModified": changed}
    return made | {"meta": meta | {name: at.isoformat() for name, at in moments.items() if at is not None}}


# --- what is sent


def user_fields(sent: Resource) -> dict[str, Any]:
    """The fields of a person; `department` is a name and `manager` a number here. What is not ours is not kept.

    Raises ScimError `invalidValue` in a whole sentence."""
    name, work = _object(sent, "name"), _object(sent, ENTERPRISE)
    email = _email(sent)
    external = _text(sent, "externalId")
    manager = work.get(key_in(work, "manager"))
    manager = manager.get("value") if isinstance(manager, dict) else manager
    if not (_text(name, "givenName") and _text(name, "familyName")):
        raise _invalid(_("A person needs name.givenName and name.familyName."))
    return {
        "email": email,
        "first_name": _text(name, "givenName"),
        "last_name": _text(name, "familyName"),
        "person_number": _text(work, "employeeNumber") or external or email,
        "department": _text(work, "department"),
        "manager": _number(manager),
        "language": "en" if _text(sent, "preferredLanguage").lower().startswith("en") else "de",
        "is_active": _yes(_value(sent, "active", True)),
        "external_id": external,
    }


def group_fields(sent: Resource) -> dict[str, Any]:
    name = _text(sent, "displayName")
    if not name:
        raise _invalid(_("A group needs a displayName."))
    members = [one.get("value") if isinstance(one, dict) else one for one in elements(_value(sent, "members") or [])]
    numbers = {_number(one) for one in members}
    if None in numbers:
        raise _invalid(_("A member is named by the id of a person."))
    return {"name": name, "external_id": _text(sent, "externalId"), "members": numbers}


def _email(sent: Resource) -> str:
    """The user name where that is an address, otherwise the primary one of the addresses, or the first."""
    addresses = [one for one in elements(_value(sent, "emails") or []) if isinstance(one, dict)]
    addresses.sort(key=lambda one: one.get("primary") is not True)
    for candidate in (_text(sent, "userName"), *(_text(one, "value") for one in addresses)):
        try:
            validate_email(candidate)
        except ValidationError:
            continue
        return candidate.lower()
    raise _invalid(_("People sign in with an e-mail address: send one as userName or among the emails."))


def _value(holder: Resource, name: str, default: object = None) -> Any:
    return holder.get(key_in(holder, name), default)


def _object(holder: Resource, name: str) -> Resource:
    found = _value(holder, name)
    return found if isinstance(found, dict) else {}


def _text(holder: Resource, name: str) -> str:
    found = _value(holder, name)
    if found is None:
        return ""
    if not isinstance(found, str) or "\x00" in found or len(found) > 255:
        raise _invalid(_("%(name)s must be a text of at most 255 characters.") % {"name": name})
    return found.strip()


def _number(value: object) -> int | None:
    """The id of a person; None where there is none. Raises ScimError for what cannot be one."""
    if value in (None, ""):
        return None
    text = str(value)
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise _invalid(_("“%(value)s” is the id of nobody here.") % {"value": text[:40]})
    return int(text)


def _yes(value: object) -> bool:
    """Some directories send "False" as a text."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in ("true", "false"):
        return value.lower() == "true"
    raise _invalid(_("active must be true or false."))


def _invalid(sentence: str) -> ScimError:
    return ScimError(400, sentence, "invalidValue")
