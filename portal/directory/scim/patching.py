"""PATCH of RFC 7644, 3.5.2: operations on the JSON of a resource. Pure; the caller writes what came out."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from portal.directory.scim.errors import ScimError
from portal.directory.scim.paths import Path, elements, key_in, read_path

PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
MOST = 1000
Resource = dict[str, Any]


def patched(resource: Resource, message: Resource) -> Resource:
    """The resource after all operations; of an error nothing is left, for the original stays as it was."""
    if PATCH not in (message.get("schemas") or []):
        raise ScimError(400, f"A PATCH names the schema {PATCH}.", "invalidSyntax")
    operations = message.get(key_in(message, "Operations"))
    if not isinstance(operations, list) or not 0 < len(operations) <= MOST:
        raise ScimError(400, f"A PATCH has 1 to {MOST} operations.", "invalidSyntax")
    made = deepcopy(resource)
    for operation in operations:
        _apply(made, operation)
    return made


def _apply(made: Resource, operation: object) -> None:
    if not isinstance(operation, dict):
        raise ScimError(400, "An operation is a JSON object.", "invalidSyntax")
    verb, path, value = str(operation.get("op", "")).lower(), operation.get("path"), operation.get("value")
    if verb not in ("add", "replace", "remove"):
        raise ScimError(400, "An operation is add, replace or remove.", "invalidSyntax")
    if path is None:
        _without_path(made, verb, value)
    elif not isinstance(path, str):
        raise ScimError(400, "The path is a text.", "invalidPath")
    elif verb == "remove":
        _remove(made, read_path(path), value)
    else:
        _set(made, read_path(path), value, adding=verb == "add")


def _without_path(made: Resource, verb: str, value: object) -> None:
    if verb == "remove":
        raise ScimError(400, "A removal needs a path.", "noTarget")
    if not isinstance(value, dict):
        raise ScimError(400, "Without a path the value is a JSON object.", "invalidValue")
    for name, part in value.items():
        if isinstance(part, dict) and not name.lower().startswith("urn:"):
            for sub, inner in part.items():
                _set(made, read_path(f"{name}.{sub}"), inner, adding=verb == "add")
        elif isinstance(part, dict):
            made.setdefault(key_in(made, name), {}).update(part)
        else:
            _set(made, read_path(name), part, adding=verb == "add")


def _set(made: Resource, path: Path, value: object, *, adding: bool) -> None:
    holder = made.setdefault(path.extension, {}) if path.extension else made
    name = key_in(holder, path.name)
    if path.only is not None:
        _set_chosen(holder, name, path, value)
    elif path.sub:
        inner = holder.setdefault(name, {})
        if not isinstance(inner, dict):
            raise ScimError(400, f"{path.name} has several values; choose one in brackets.", "invalidPath")
        inner[key_in(inner, path.sub)] = value
    elif adding and isinstance(holder.get(name), list):
        there = holder[name]
        there.extend(one for one in elements(value) if one not in there)
    else:
        holder[name] = value


def _set_chosen(holder: Resource, name: str, path: Path, value: object) -> None:
    assert path.only is not None
    chosen = [one for one in elements(holder.get(name) or []) if path.only.fits(one)]
    if not chosen and path.sub:
        holder.setdefault(name, []).append({path.only.path: path.only.value, path.sub: value})
    elif not chosen:
        raise ScimError(400, "No value fits the path.", "noTarget")
    for one in chosen:
        if path.sub:
            one[key_in(one, path.sub)] = value
        elif isinstance(value, dict):
            one.update(value)


def _remove(made: Resource, path: Path, value: object) -> None:
    holder = made.get(path.extension, {}) if path.extension else made
    name = key_in(holder, path.name)
    there = holder.get(name)
    if path.only is not None and isinstance(there, list):
        if path.sub:
            for one in filter(path.only.fits, there):
                one.pop(key_in(one, path.sub), None)
        else:
            holder[name] = [one for one in there if not path.only.fits(one)]
    elif path.sub and isinstance(there, dict):
        there.pop(key_in(there, path.sub), None)
    elif isinstance(there, list) and value is not None:  # some directories name what to take out in the value
        gone = [one.get("value") if isinstance(one, dict) else one for one in elements(value)]
        holder[name] = [one for one in there if one.get("value") not in gone]
    else:
        holder.pop(name, None)
