"""The description of the API for whoever is signed in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from portal.api.document import document


@dataclass(frozen=True, slots=True)
class Call:
    """One operation: how it is called, what it does, what it takes."""

    method: str
    path: str
    name: str
    summary: str
    about: str
    fields: tuple[tuple[str, bool, str], ...]


@require_GET
def openapi(request: HttpRequest) -> HttpResponse:
    return JsonResponse(document())


@require_GET
def docs(request: HttpRequest) -> HttpResponse:
    return render(request, "api/docs.html", {"calls": _calls(document())})


def _calls(described: dict[str, Any]) -> list[Call]:
    return [
        Call(
            method=method.upper(),
            path=path,
            name=operation["operationId"],
            summary=operation["summary"],
            about=operation.get("description", ""),
            fields=_fields(described, operation),
        )
        for path, methods in described["paths"].items()
        for method, operation in methods.items()
    ]


def _fields(described: dict[str, Any], operation: dict[str, Any]) -> tuple[tuple[str, bool, str], ...]:
    """Name, whether it is needed, and what it says, for each field of the address and of the body."""
    content = operation.get("requestBody", {}).get("content", {})
    schema = content.get("application/json", {}).get("schema", {})
    body = described["components"]["schemas"].get(schema.get("$ref", "").rpartition("/")[2], schema)
    needed = body.get("required", [])
    asked = [one for one in operation.get("parameters", ()) if one["in"] == "query"]
    return (
        *((one["name"], one["required"], one.get("description", "")) for one in asked),
        *((name, name in needed, field.get("description", "")) for name, field in body.get("properties", {}).items()),
    )
