"""The door for other systems: who calls, whether the key allows it, how often, and that nothing happens twice."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import RequestDataTooBig, ValidationError
from django.http import HttpRequest, JsonResponse
from django.http.request import UnreadablePostError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_variables

from portal.access.limits import Limit
from portal.access.network import network_of
from portal.audit.services import Job
from portal.machines.models import ApiToken, Scope
from portal.machines.once import Answer, Named, once
from portal.machines.problems import CONTENT_TYPE, Problem, refused, unexpected, unprocessable
from portal.machines.services import token_for
from portal.machines.versions import tag_of

PER_TOKEN = Limit("machine.token", 600, 60)
WRONG_KEYS = Limit("machine.wrong_key", 30, 60)
LONGEST_BODY = 64 * 1024
LONGEST_ORIGIN = 60
Body = dict[str, str]


@dataclass(frozen=True, slots=True)
class Call:
    """One call that has passed the door. `actor` is who the trail names; `origin` is the sending system's number for
    it, made unmistakable by the system's name."""

    actor: Job
    body: Body
    origin: str
    at: datetime


#: Does what was asked and returns (status, answer); the transaction and the repeated call are the door's business.
Verb = Callable[[Call], Answer]


def machine_door(scope: Scope) -> Callable[[Verb], Callable[[HttpRequest], JsonResponse]]:
    """A POST with a JSON object of texts, and a bearer key that has the scope. No cookie counts here, so there is
    nothing for a foreign page to borrow and no CSRF token to ask for."""

    def gate(verb: Verb) -> Callable[[HttpRequest], JsonResponse]:
        @wraps(verb)
        def answered(request: HttpRequest) -> JsonResponse:
            try:
                return _through(request, scope, verb)
            except Problem as problem:
                return problem.response()
            except Exception:  # a fault of ours: told as every other, and logged
                return unexpected().response()

        return csrf_exempt(login_not_required(answered))

    return gate


def _through(request: HttpRequest, scope: Scope, verb: Verb) -> JsonResponse:
    at = timezone.now()
    token = caller(request, at)
    if request.method != "POST":
        raise Problem(405, _("Send this with POST."), headers={"Allow": "POST"})
    demand(token, scope, at)
    body, digest = _read(request)
    return _once(token, request.path, body, digest, verb, at)


def demand(token: ApiToken, scope: Scope, at: datetime) -> None:
    """Raise Problem 403 unless the key has the scope and the person for whom it acts has confirmed it, 429 where it has
    called too often in this minute."""
    if token.is_unconfirmed:
        detail = _("The person in whose place this key acts has not confirmed it yet, under “Systems that act for me”.")
        raise Problem(403, detail)
    if scope not in token.scopes:
        raise Problem(403, _("The key of this system does not allow that. An administrator can make another key."))
    if token.calls_in_minute > PER_TOKEN.most:
        raise _too_often(PER_TOKEN, at)


@sensitive_variables("secret")
def caller(request: HttpRequest, at: datetime) -> ApiToken:
    """The system that calls. Raises Problem 401 without a valid key, 429 for somebody who tries many."""
    kind, _blank, secret = request.headers.get("authorization", "").partition(" ")
    token = token_for(secret.strip(), at=at) if kind.lower() == "bearer" else None
    if token is not None:
        return token
    if not WRONG_KEYS.take(network_of(request), at=at):
        raise _too_often(WRONG_KEYS, at)
    detail = _("There is no valid key in the Authorization header. It may be revoked or its time may be over.")
    raise Problem(401, detail, headers={"WWW-Authenticate": "Bearer"})


def _too_often(limit: Limit, at: datetime) -> Problem:
    detail = _("Too many calls in this minute. Wait, then send it again.")
    return Problem(429, detail, headers={"Retry-After": str(limit.wait(at))})


def _read(request: HttpRequest) -> tuple[Body, str]:
    """The body and its fingerprint."""
    body = read_object(request)
    wrong = {name: [_("This must be a text.")] for name, value in body.items() if not _is_text(value)}
    if wrong:
        raise unprocessable(wrong)
    return body, digest_of_body(body)


def digest_of_body(body: object) -> str:
    """The same for the same content, in whatever order it was written."""
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()


def demand_length(request: HttpRequest) -> None:
    """Django takes a body without Content-Length (in chunks, or by HTTP/2) for an empty one, of which nothing that is
    said would be true. Raises Problem 411."""
    has_end = request.META.get("wsgi.input_terminated", False)
    if has_end and not request.META.get("CONTENT_LENGTH") and request.META["wsgi.input"].read(1):
        raise Problem(411, _("Send the length of the body in Content-Length; a body in pieces is not read."))


def read_bytes(request: HttpRequest, *, longest: int = LONGEST_BODY) -> bytes:
    """The body of at most so many bytes, whatever it is. Raises Problem."""
    demand_length(request)
    try:
        raw = request.body
    except (RequestDataTooBig, UnreadablePostError) as error:
        raise unread(error, longest) from error
    if len(raw) > longest:
        raise _too_large(longest)
    return raw


def unread(error: RequestDataTooBig | UnreadablePostError, longest: int) -> Problem:
    """Why a body could not be read."""
    if isinstance(error, RequestDataTooBig):
        return _too_large(longest)
    return Problem(400, _("The body broke off on its way. Send it again."))


def _too_large(longest: int) -> Problem:
    return Problem(413, _("The body is larger than %(size)d KB.") % {"size": longest // 1024})


def read_object(request: HttpRequest, *, longest: int = LONGEST_BODY) -> dict[str, Any]:
    """A JSON object of at most so many bytes. Raises Problem."""
    if request.content_type != "application/json":
        raise Problem(415, _("Send the body as application/json."))
    raw = read_bytes(request, longest=longest)
    try:
        body = json.loads(raw, object_pairs_hook=_said_once)
    except (ValueError, RecursionError) as error:
        raise Problem(400, _("The body is no JSON that can be read.")) from error
    if not isinstance(body, dict):
        raise Problem(422, _("The body must be a JSON object."))
    return body


def _said_once(fields: list[tuple[str, Any]]) -> dict[str, Any]:
    """Readers of JSON differ in which of two fields of one name counts (RFC 8259, section 4), so neither does."""
    found = dict(fields)
    if len(found) < len(fields):
        raise Problem(422, _("A field stands twice in one object of the body. Send each once."))
    return found


def _is_text(value: object) -> bool:
    """A text that can be stored: JSON may spell halves of characters."""
    try:
        return isinstance(value, str) and value.encode() is not None
    except UnicodeEncodeError:
        return False


def _once(token: ApiToken, path: str, body: Body, digest: str, verb: Verb, at: datetime) -> JsonResponse:
    origin = _origin(body)
    rest = {name: value for name, value in body.items() if name != "origin"}

    def act() -> Answer:
        try:
            return verb(Call(Job(f"api:{token.name}"), rest, f"{token.name}:{origin}", at))
        except ValidationError as refusal:
            raise refused(refusal) from refusal

    status, answer = once(Named(token, path, origin, digest, at), act)
    return told(answer, status)


def _origin(body: Body) -> str:
    origin = body.get("origin", "").strip()
    if not origin or len(origin) > LONGEST_ORIGIN or "\x00" in origin:
        sentence = _("Give each entry the number it has in your system, of at most 60 characters.")
        raise unprocessable({"origin": [sentence]})
    return origin


def told(body: dict[str, Any], status: int = 200, *, tagged: bool = False, place: str = "") -> JsonResponse:
    """An answer that no cache keeps; `tagged` with its version, `place` with the address of what is new."""
    headers = {"Cache-Control": "no-store"}
    headers |= {"ETag": tag_of(body)} if tagged else {}
    headers |= {"Location": place} if place else {}
    kind = "application/json" if status < 400 else CONTENT_TYPE
    return JsonResponse(body, status=status, headers=headers, content_type=kind)
