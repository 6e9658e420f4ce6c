"""The same door for the typed part of the API (django-ninja): the key as its authentication, the body, the headers."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Schema
from ninja.parser import Parser
from ninja.security import HttpBearer
from pydantic import BaseModel, ConfigDict

from portal.machines import door
from portal.machines.door import told as told
from portal.machines.models import ApiToken, Scope
from portal.machines.once import KEPT, Answer, Named, once
from portal.machines.problems import Problem, unprocessable
from portal.written import Written

if TYPE_CHECKING:
    from django.forms import BaseForm

    from portal.access.roles import Role
    from portal.people.models import User

LONGEST_KEY = 255


class Key(HttpBearer):
    """A bearer key that has the scope, and how long the body of such a call may be."""

    def __init__(self, scope: Scope, *, longest: int = door.LONGEST_BODY) -> None:
        self.scope, self.longest = scope, longest
        super().__init__()

    def __call__(self, request: HttpRequest) -> Caller:
        at = timezone.now()
        token = door.caller(request, at)
        door.demand(token, self.scope, at)
        return Caller(token, at, self.longest)

    def authenticate(self, request: HttpRequest, token: str) -> None:
        """Never asked: `__call__` does it all."""


class Caller:
    """Who calls, when the call came, and how long its body may be."""

    def __init__(self, token: ApiToken, at: datetime, longest: int) -> None:
        self.token, self.at, self.longest = token, at, longest


def caller_of(request: HttpRequest) -> Caller:
    """Who came through `Key`."""
    found: Caller = request.auth  # type: ignore[attr-defined]
    return found


class Body(BaseModel):
    """A JSON object whose fields are all known."""

    model_config = ConfigDict(extra="forbid", strict=True)


class JsonParser(Parser):
    """The door's reading of a body, and nothing that PostgreSQL could not keep."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        body = door.read_object(request, longest=caller_of(request).longest)
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
PROBLEMS: dict[int, type[ProblemOut]] = dict.fromkeys((400, 401, 403, 406, 411, 413, 415, 422, 429), ProblemOut)
READABLE: dict[int, type[ProblemOut]] = dict.fromkeys((401, 403, 404, 406, 422, 429), ProblemOut)
POSTED: dict[int, type[ProblemOut]] = {404: ProblemOut, 409: ProblemOut, **PROBLEMS}
CHANGED: dict[int, type[ProblemOut]] = {412: ProblemOut, 428: ProblemOut, **POSTED}
#: The headers that a description adds to an operation by hand.
KEYED: dict[str, Any] = {
    "parameters": [
        {
            "in": "header",
            "name": "Idempotency-Key",
            "required": False,
            "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]([ -~]*[!-~])?$"},
            "description": "With the same body the same answer, and nothing happens twice; with another body a 409.",
        }
    ]
}
MATCHED: dict[str, Any] = {
    "parameters": [
        {
            "in": "header",
            "name": "If-Match",
            "required": True,
            "schema": {"type": "string", "minLength": 1},
            "description": "The ETag of what was read. Where it has changed since, nothing is changed: 412.",
        }
    ]
}


def example(**fields: Any) -> ConfigDict:
    """One body as an example for its description."""
    return ConfigDict(json_schema_extra={"examples": [fields]})


class Texts(Body):
    """A body of which blanks around texts are no part."""

    model_config = ConfigDict(extra="forbid", strict=True, str_strip_whitespace=True)


def person_of(request: HttpRequest) -> User:
    """The person in whose place the system acts, whose rights are asked for as on the pages. The trail names both.

    Raises Problem 403 for a key without a person, and for one whose account is closed.
    """
    token = caller_of(request).token
    who = token.acts_for
    if who is None:
        raise Problem(403, _("This key acts for nobody, and only people may do this. Ask for a key that acts for you."))
    if not who.is_active:
        raise Problem(403, _("The account of the person in whose place this system acts is closed."))
    who.through = f"api:{token.name}"
    return who


def demand_asker(person: User | None, *roles: Role) -> None:
    """Whoever has left, or contacts nobody any more, is told nothing through a system either. `roles` are those who may
    ask. Raises Problem 403."""
    if person is None or not person.has_role(*roles):
        raise may_not_ask()


def may_not_ask() -> Problem:
    return Problem(403, _("The person in whose place this system asks may not contact customers."))


def told_as_written(body: Written) -> HttpResponse:
    """`told`, of what has been written already."""
    return HttpResponse(body, headers={"Cache-Control": "no-store"}, content_type="application/json")


def acted(
    request: HttpRequest,
    act: Callable[[], Answer],
    *,
    tagged: bool = False,
    new: str = "",
    at: str = "",
    about: str | None = None,
) -> JsonResponse:
    """Do what changes something in one transaction, once for each Idempotency-Key. `new` is the field of the answer
    that ends the address of what was made, below `at` (default: the path that was called). `about` is the
    number of the customer whom the answer is about, where neither the address nor the answer names it."""
    status, body = _done(request, act, about)
    base = (at or request.path).rstrip("/")
    place = f"{base}/{quote(str(body[new]), safe='')}" if new and status == 201 else ""
    return told(body, status, tagged=tagged and status < 300, place=place)


def _done(request: HttpRequest, act: Callable[[], Answer], about: str | None) -> Answer:
    key, caller, sent = idempotency_key(request), caller_of(request), _sent(request)
    if key is None:
        with transaction.atomic():
            return act()
    digest = door.digest_of_body(sent)
    place = f"{request.method} {request.place}"  # type: ignore[attr-defined]
    named = Named(caller.token, place, key, digest, caller.at, KEPT, lambda answer: about or _whose(request, answer))
    return once(named, act)


def _whose(request: HttpRequest, answer: dict[str, Any]) -> str | None:
    """The number of the customer: in the address below customers, or in the answer."""
    match = request.resolver_match
    if match is not None and match.route.startswith("api/v1/customers"):
        return match.kwargs.get("number") or answer.get("number")
    return answer.get("customer")


def _sent(request: HttpRequest) -> object:
    """What came, for its fingerprint. A call that takes no body may have come with anything."""
    raw = door.read_bytes(request, longest=caller_of(request).longest)
    try:
        return json.loads(raw) if raw else {}
    except (ValueError, RecursionError):
        return raw.hex()


def checked(form: BaseForm, **names: str) -> dict[str, Any]:
    """What a form of the pages makes of a body. Raises Problem 422 with its own sentences; `names` says what a field
    of the form is called in the body."""
    if not form.is_valid():
        found = form.errors.items()
        raise unprocessable({names.get(name, name): [str(error) for error in errors] for name, errors in found})
    return form.cleaned_data
