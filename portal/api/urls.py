"""The addresses of version 1 below `api/`, as Django resolves them, and its description for who is signed in."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponseBase
from django.urls import URLPattern, path, re_path
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from portal.api import views
from portal.api.places import place_of
from portal.api.v1 import api
from portal.machines.problems import CONTENT_TYPE, Problem

#: What answers of a route can be beside JSON.
OTHER_KINDS = {"api_screening_result": ("text/csv",)}


def _open(view: Callable[..., HttpResponseBase], name: str) -> Callable[..., HttpResponseBase]:
    """No session counts here, so there is no sign-in to ask for and no CSRF token; the key is asked for by each
    operation."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        request.place = place_of(name, kwargs)  # type: ignore[attr-defined]
        answer = view(request, *args, **kwargs) if _reads(request, name) else _not_acceptable()
        return _said(answer) if answer.status_code == 405 else answer

    return csrf_exempt(login_not_required(answered))


def _reads(request: HttpRequest, name: str) -> bool:
    if request.META.get("HTTP_ACCEPT", "*/*") in ("*/*", "application/json"):
        return True
    kinds = ("application/json", CONTENT_TYPE, "application/ld+json", *OTHER_KINDS.get(name, ()))
    return any(request.accepts(kind) for kind in kinds)


def _not_acceptable() -> HttpResponseBase:
    return Problem(406, _("The answers are application/json. Name it in Accept, or leave Accept out.")).response()


def _said(answer: HttpResponseBase) -> HttpResponseBase:
    """Another method than those of the address, in a sentence."""
    allowed = answer.headers["Allow"]
    detail = _("Send this with %(methods)s.") % {"methods": allowed}
    return Problem(405, detail, headers={"Allow": allowed}).response()


@csrf_exempt
@login_not_required
def unknown(request: HttpRequest, rest: str) -> HttpResponseBase:
    """Every other address below that of the API; the last of all patterns, because rooms have addresses there too."""
    return Problem(404, _("There is nothing at this address. The description of the API is under /api/.")).response()


def _named() -> list[URLPattern]:
    """Without the address that only says that there is an API."""
    patterns = [pattern for pattern in api.urls[0] if isinstance(pattern, URLPattern)]
    return [_at_home(pattern) for pattern in patterns if str(pattern.name).startswith("api_")]


def _at_home(pattern: URLPattern) -> URLPattern:
    return path(f"v1/{pattern.pattern}", _open(pattern.callback, str(pattern.name)), name=pattern.name)


urlpatterns = [
    path("", views.docs, name="api_docs"),
    path("v1/openapi.json", views.openapi, name="api_openapi"),
    *_named(),
]
#: After everything else; a line break in an address is an address that there is not, too.
last = [re_path(r"^api/v1/(?P<rest>[\s\S]*)\Z", unknown, name="api_unknown")]
