"""The same door for the typed part of the API (django-ninja): the key as its authentication, the body, the headers."""

from __future__ import annotations

import math
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Schema
from ninja.parser import Parser
from ninja.security import HttpBearer
from pydantic import ConfigDict

from portal.machines import door
from portal.machines.models import ApiToken, Scope
from portal.machines.problems import Problem

LONGEST_KEY = 255


class Key(HttpBearer):
    """A bearer key that has the scope."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        super().__init__()

    def __call__(self, request: HttpRequest) -> Caller:
        at = timezone.now()
        token = door.caller(request, at)
        door.demand(token, self.scope, at)
        return Caller(token, at)

    def authenticate(self, request: HttpRequest, token: str) -> None:
        """Never asked: `__call__` does it all."""


class Caller:
    """Who calls, and when the call came."""

    def __init__(self, token: ApiToken, at: datetime) -> None:
        self.token, self.at = token, at


def caller_of(request: HttpRequest) -> Caller:
    """Who came through `Key`."""
    found: Caller = request.auth  # type: ignore[attr-defined]
    return found


class Body(Schema):
    """A JSON object whose fields are all known."""

    model_config = ConfigDict(extra="forbid", strict=True)


class JsonParser(Parser):
    """The door's reading of a body, and nothing that PostgreSQL could not keep."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        body = door.read_object(request)
        if not can_be_kept(body):
            raise Problem(422, _("A text has a character in it that cannot be kept, or a number is none."))
        return body


def can_be_kept(value: object) -> bool:
    if isinstance(value, dict):
        return all(can_be_kept(name) and can_be_kept(part) for name, part in value.items())
    if isinstance(value, list):
        return all(can_be_kept(part) for part in value)
    if isinstance(value, float):
        return math.isfinite(value)
    return not isinstance(value, str) or _is_plain(value)


def _is_plain(text: str) -> bool:
    try:
        return "\x00" not in text and text.encode() is not None
    except UnicodeEncodeError:
        return False


def idempotency_key(request: HttpRequest) -> str | None:
    """The header `Idempotency-Key`: with the same body the same answer, with another body a 409."""
    key = request.headers.get("idempotency-key")
    if key is None:
        return None
    if not key.strip() or len(key) > LONGEST_KEY or not key.isascii() or not key.isprintable():
        raise Problem(400, _("The Idempotency-Key must have 1 to 255 printable ASCII characters."))
    return key


class ProblemOut(Schema):
    """RFC 9457: what does not work, in a whole sentence, and the fields it is about."""

    title: str
    status: int
    detail: str
    errors: dict[str, list[str]] | None = None


#: What every call can be answered with, beside what it asked for.
PROBLEMS: dict[int, type[ProblemOut]] = dict.fromkeys((400, 401, 403, 413, 415, 422, 429), ProblemOut)
