"""The description of the API: OpenAPI 3.1, made from the code that answers. `docs/openapi.json` is a copy."""

from __future__ import annotations

import json
from typing import Any

from portal.api.v1 import api


def document() -> dict[str, Any]:
    """The whole description as plain JSON values."""
    schema = dict(api.get_openapi_schema(path_prefix="api/v1/"))
    # Problems are said in a content type of their own (RFC 9457, section 3).
    for operation in _operations(schema):
        for status, answer in operation["responses"].items():
            if "text/csv" in answer["content"]:
                del answer["content"]["application/json"]
            if int(status) >= 400:
                answer["content"] = {"application/problem+json": answer["content"]["application/json"]}
    plain: dict[str, Any] = json.loads(json.dumps(schema))
    return plain


def _operations(schema: dict[str, Any]) -> list[dict[str, Any]]:
    return [operation for methods in schema["paths"].values() for operation in methods.values()]


def as_text() -> str:
    """As it stands in the file."""
    return json.dumps(document(), indent=1, sort_keys=True, ensure_ascii=False) + "\n"
