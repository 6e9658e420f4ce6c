"""The description of the API: OpenAPI 3.1, made from the code that answers. `docs/openapi.json` is a copy."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from consent import api_described
from portal.api.links import add_links
from portal.api.v1 import api

_TEXT = {"schema": {"type": "string"}}
_VERSION = {"ETag": {"description": "The version of what is told, for If-Match.", "required": True, **_TEXT}}
_PLACE = {"Location": {"description": "The address of what was made.", "required": True, **_TEXT}}
#: What an answer says in its headers, by status and the end of the operation's name.
_SAID: dict[str, dict[str, tuple[str, ...]]] = {
    "200": {
        "ETag": ("api_customer", "_api_account", "request_read", "_change", "request_submit", "_cancel", "_close"),
    },
    "201": {
        "ETag": ("customer_create", "account_create", "request_draft"),
        "Location": ("_create", "request_draft", "contact_point_add", "consent_give", "permit_redeem"),
    },
    "202": {"Location": ("screening_api_ask",)},
}
#: What a refusal says in its headers.
HEADERS = {
    401: {"WWW-Authenticate": {"description": "Which kind of key is asked for.", **_TEXT}},
    429: {"Retry-After": {"description": "Seconds.", "schema": {"type": "integer", "minimum": 0}}},
}


def document() -> dict[str, Any]:
    """The whole description as plain JSON values."""
    plain: dict[str, Any] = json.loads(_made())
    return plain


@cache
def _made() -> str:
    """Once a process: the code that it is made from does not change under it, and it takes a while."""
    schema = dict(api.get_openapi_schema(path_prefix="api/v1/"))
    schema["paths"] = {**schema["paths"], **api_described.paths()}
    operations = _operations(schema)
    for operation in operations:
        for status, answer in operation["responses"].items():
            _complete(int(status), answer)
            _say_headers(operation["operationId"], str(status), answer)
    add_links(operations)
    _exemplify(schema["paths"])
    return json.dumps(schema)


def _complete(status: int, answer: dict[str, Any]) -> None:
    """Problems are said in a content type of their own (RFC 9457, section 3)."""
    if "text/csv" in answer["content"]:
        del answer["content"]["application/json"]
    if status >= 400:
        answer["content"] = {"application/problem+json": answer["content"]["application/json"]}
    if status in HEADERS:
        answer["headers"] = HEADERS[status]


def _say_headers(name: str, status: str, answer: dict[str, Any]) -> None:
    said = [header for header, ends in _SAID.get(status, {}).items() if name.endswith(ends)]
    if said:
        answer["headers"] = {header: (_VERSION | _PLACE)[header] for header in said}


def _exemplify(paths: dict[str, Any]) -> None:
    """The customer of the examples in docs/api.md."""
    for path, methods in paths.items():
        for parameter in (one for operation in methods.values() for one in operation["parameters"]):
            if path.startswith("/api/v1/customers/{number}") and parameter["name"] == "number":
                parameter["example"] = "4711"


def _operations(schema: dict[str, Any]) -> list[dict[str, Any]]:
    return [operation for methods in schema["paths"].values() for operation in methods.values()]


def as_text() -> str:
    """As it stands in the file."""
    return json.dumps(document(), indent=1, sort_keys=True, ensure_ascii=False) + "\n"
