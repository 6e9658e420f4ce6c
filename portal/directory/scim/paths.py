"""Attribute paths and filters of RFC 7644 (3.4.2.2 and 3.5.2), as much of them as directories use. Pure.

userName eq "anna@firma.example"        name.familyName        members[value eq "7"]
emails[type eq "work"].value            urn:...:enterprise:2.0:User:department
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from portal.directory.scim.errors import ScimError

CORE = ("urn:ietf:params:scim:schemas:core:2.0:User", "urn:ietf:params:scim:schemas:core:2.0:Group")
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
NAME = r"[A-Za-z$][\w$-]*"
FILTER = re.compile(rf'\s*(?P<path>{NAME}(?:\.{NAME})?)\s+eq\s+(?P<value>"(?:[^"\\]|\\.)*"|true|false|\d+)\s*', re.I)
PATH = re.compile(rf"(?P<name>{NAME})(?:\[(?P<filter>[^\]]+)\])?(?:\.(?P<sub>{NAME}))?")
LONGEST = 1000


@dataclass(frozen=True, slots=True)
class Filter:
    """`path eq value`; the path in lower case, because names of attributes know no case (RFC 7643, 2.1)."""

    path: str
    value: str | bool | int

    def fits(self, element: object) -> bool:
        found = _get(element, self.path) if isinstance(element, Mapping) else element if self.path == "value" else None
        return _same(found, self.value)


@dataclass(frozen=True, slots=True)
class Path:
    """Where something is changed: `extension` holds, `name` is the attribute, `only` chooses among several values."""

    extension: str
    name: str
    only: Filter | None
    sub: str


def read_filter(text: str) -> list[Filter]:
    """One or more comparisons joined by `and`. Raises ScimError `invalidFilter`."""
    parts: list[Filter] = []
    place = 0
    text = _without_core(text.strip())
    while len(text) <= LONGEST and (found := FILTER.match(text, place)):
        parts.append(Filter(found["path"].lower(), json.loads(_literal(found["value"]))))
        place = found.end()
        if place == len(text):
            return parts
        joined = re.compile(r"and\s+", re.I).match(text, place)
        if not joined:
            break
        place = joined.end()
    raise ScimError(400, "Only comparisons with eq, joined by and, are understood as a filter.", "invalidFilter")


def read_path(text: str) -> Path:
    """Raises ScimError `invalidPath`."""
    text, extension = _without_core(text.strip()), ""
    if text.lower().startswith(ENTERPRISE.lower()):
        extension, text = ENTERPRISE, text[len(ENTERPRISE) :].lstrip(":")
        if not text:
            return Path("", ENTERPRISE, None, "")
    found = PATH.fullmatch(text) if len(text) <= LONGEST else None
    if not found:
        raise ScimError(400, "The path is not understood.", "invalidPath")
    only = read_filter(found["filter"]) if found["filter"] else [None]
    if len(only) > 1:
        raise ScimError(400, "Among several values only one comparison chooses.", "invalidPath")
    return Path(extension, found["name"], only[0], found["sub"] or "")


def key_in(holder: Mapping[str, Any], name: str) -> str:
    """The name as the holder spells it, or as it was given."""
    return next((key for key in holder if key.lower() == name.lower()), name)


def elements(value: object) -> Iterator[Any]:
    yield from value if isinstance(value, list) else [value]


def _get(element: Mapping[str, Any], path: str) -> object:
    found: object = element
    for name in path.split("."):
        found = found.get(key_in(found, name)) if isinstance(found, Mapping) else None
    return found


def _same(found: object, wanted: str | bool | int) -> bool:
    if isinstance(found, str) and isinstance(wanted, str):
        return found.casefold() == wanted.casefold()
    return found == wanted and type(found) is type(wanted)


def _literal(value: str) -> str:
    return value if value.startswith('"') else value.lower()


def _without_core(text: str) -> str:
    for schema in CORE:
        if text.lower().startswith(f"{schema.lower()}:"):
            return text[len(schema) + 1 :]
    return text
