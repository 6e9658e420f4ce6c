"""The addresses of version 1, as Django resolves them, and its description for people who are signed in."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponseBase
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from portal.api import views
from portal.api.v1 import api
from portal.machines.problems import Problem


def _open(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """No session counts here, so there is no sign-in to ask for and no CSRF token; the key is asked for by each
    operation."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        answer = view(request, *args, **kwargs)
        if answer.status_code != 405:
            return answer
        allowed = answer.headers["Allow"]
        detail = _("Send this with %(methods)s.") % {"methods": allowed}
        return Problem(405, detail, headers={"Allow": allowed}).response()

    return csrf_exempt(login_not_required(answered))


def _named() -> list[URLPattern]:
    """Without the address that only says that there is an API."""
    patterns = [pattern for pattern in api.urls[0] if isinstance(pattern, URLPattern)]
    return [_at_home(pattern) for pattern in patterns if str(pattern.name).startswith("api_")]


def _at_home(pattern: URLPattern) -> URLPattern:
    return path(f"api/v1/{pattern.pattern}", _open(pattern.callback), name=pattern.name)


urlpatterns = [
    path("api/", views.docs, name="api_docs"),
    path("api/v1/openapi.json", views.openapi, name="api_openapi"),
    *_named(),
]
