"""The door for the directory: a key with its own scope, JSON of SCIM, and errors as RFC 7644 wants them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from portal.audit.services import Job
from portal.directory.scim.errors import ScimError
from portal.machines import door
from portal.machines.models import ApiToken, Scope
from portal.machines.problems import Problem, unexpected
from portal.machines.rest import can_be_kept

CONTENT_TYPE = "application/scim+json"
LONGEST_BODY = 1024 * 1024
Resource = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Call:
    """A call that has passed the door."""

    request: HttpRequest
    actor: Job
    at: datetime

    def body(self) -> Resource:
        """A JSON object. Raises ScimError."""
        if self.request.content_type not in (CONTENT_TYPE, "application/json"):
            raise ScimError(415, _("Send the body as %(type)s.") % {"type": CONTENT_TYPE})
        self.request.content_type = "application/json"
        body = door.read_object(self.request, longest=LONGEST_BODY)
        if not can_be_kept(body):
            raise ScimError(400, _("A text has a character in it that cannot be kept."), "invalidValue")
        return body


Verb = Callable[..., HttpResponse]


def scim_door(*methods: str) -> Callable[[Verb], Verb]:
    """No cookie counts here, so there is no CSRF token to ask for."""

    def gate(verb: Verb) -> Verb:
        @wraps(verb)
        def answered(request: HttpRequest, **kwargs: Any) -> HttpResponse:
            try:
                return _through(request, verb, methods, kwargs)
            except ScimError as error:
                return answer(error.body(), status=error.status)
            except ValidationError as refusal:
                return answer(ScimError(400, " ".join(refusal.messages), "invalidValue").body(), status=400)
            except Problem as problem:
                return _told(problem)
            except Exception:  # a fault of ours: logged, and told as every other
                return _told(unexpected())

        return csrf_exempt(login_not_required(answered))

    return gate


def _through(request: HttpRequest, verb: Verb, methods: tuple[str, ...], kwargs: dict[str, Any]) -> HttpResponse:
    at = timezone.now()
    token = door.caller(request, at)
    door.demand(token, Scope.DIRECTORY_WRITE, at)
    _demand_nobody(token)
    if request.method not in methods:
        headers = {"Allow": ", ".join(methods)}
        raise Problem(405, _("Send this with %(methods)s.") % {"methods": headers["Allow"]}, headers=headers)
    return verb(Call(request, Job(f"api:{token.name}"), at), **kwargs)


def _demand_nobody(token: ApiToken) -> None:
    """Who works here with which roles is said by the directory itself. In a person's place a key would give roles that
    the person cannot give. Raises Problem 403."""
    if token.acts_for_id is not None:
        detail = _("This key acts for a person, and no person writes the directory. Ask for one that acts for nobody.")
        raise Problem(403, detail)


def _told(problem: Problem) -> HttpResponse:
    kind = "invalidSyntax" if problem.status in (400, 422) else ""
    status = 400 if problem.status == 422 else problem.status
    return answer(ScimError(status, problem.detail, kind).body(), status=status, headers=dict(problem.headers))


def answer(body: Resource, *, status: int = 200, headers: dict[str, str] | None = None) -> HttpResponse:
    headers = {"Cache-Control": "no-store", **(headers or {})}
    return JsonResponse(body, status=status, headers=headers, content_type=CONTENT_TYPE)


def told(call: Call, resource: Resource, *, status: int = 200) -> HttpResponse:
    """A resource with its version; 304 where the caller has that already (RFC 7644, 3.14)."""
    version, place = resource["meta"]["version"], resource["meta"]["location"]
    if call.request.method == "GET" and version in _tags(call, "if-none-match"):
        return HttpResponse(status=304, headers={"ETag": version})
    headers = {"ETag": version} | ({"Location": place} if status == 201 else {})
    return answer(resource, status=status, headers=headers)


def demand_version(call: Call, resource: Resource) -> None:
    """Raise ScimError 412 where the caller changes another version than the one that is there."""
    wanted = _tags(call, "if-match")
    if wanted and "*" not in wanted and resource["meta"]["version"] not in wanted:
        raise ScimError(412, _("It was changed meanwhile. Read it again, then change that."))


def _tags(call: Call, name: str) -> list[str]:
    return [tag.strip() for tag in call.request.headers.get(name, "").split(",") if tag.strip()]
