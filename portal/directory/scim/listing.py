"""Lists of RFC 7644, 3.4.2: filter, pages by number, and which attributes are told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from portal.directory.scim.errors import ScimError
from portal.directory.scim.paths import read_filter
from portal.directory.scim.schemas import LARGEST_PAGE

LIST = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
USUAL_PAGE = 100
ALWAYS = {"id", "schemas"}
Resource = dict[str, Any]


def listed(
    request: HttpRequest, rows: QuerySet[Any], fields: dict[str, str], tell: Callable[[Any], Resource]
) -> Resource:
    """`fields` says which column an attribute of a filter is."""
    text = request.GET.get("filter", "")
    for one in read_filter(text) if text else []:
        column = fields.get(one.path)
        if column is None:
            raise ScimError(400, f"There is no filter by {one.path}.", "invalidFilter")
        rows = rows.filter(**{column: one.value}) if _fits(column, one.value) else rows.none()
    start, count = max(_number(request, "startIndex", 1), 1), _number(request, "count", USUAL_PAGE)
    count = min(max(count, 0), LARGEST_PAGE)
    found = [only_asked(request, tell(row)) for row in rows[start - 1 : start - 1 + count]]
    page = {"totalResults": rows.count(), "startIndex": start, "itemsPerPage": len(found), "Resources": found}
    return {"schemas": [LIST], **page}


def whole_list(resources: list[Resource]) -> Resource:
    page = {"totalResults": len(resources), "startIndex": 1, "itemsPerPage": len(resources), "Resources": resources}
    return {"schemas": [LIST], **page}


def only_asked(request: HttpRequest, resource: Resource) -> Resource:
    """`attributes` and `excludedAttributes` by the first part of a name; what identifies a resource is always told."""
    asked, spared = (_names(request, name) for name in ("attributes", "excludedAttributes"))
    if asked:
        return {name: part for name, part in resource.items() if name.lower() in asked or name in ALWAYS}
    return {name: part for name, part in resource.items() if name.lower() not in spared or name in ALWAYS}


def _names(request: HttpRequest, name: str) -> set[str]:
    parts = (part.strip().lower() for part in request.GET.get(name, "").split(","))
    return {part if part.startswith("urn:") else part.partition(".")[0] for part in parts if part}


def _number(request: HttpRequest, name: str, usual: int) -> int:
    text = request.GET.get(name, str(usual))
    if not (text.lstrip("-").isascii() and text.lstrip("-").isdigit() and len(text) < 10):
        raise ScimError(400, f"{name} must be a whole number.", "invalidValue")
    return int(text)


def _fits(column: str, value: object) -> bool:
    if column == "pk":
        return isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 19
    return isinstance(value, bool) if column == "is_active" else isinstance(value, str)
