"""What every answer to a signed-in person carries."""

import re
from collections.abc import Callable
from uuid import uuid4

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from portal.access import logs

#: What a proxy may call a request; anything else could write lines of its own into the log.
_PROXYS = re.compile(r"[A-Za-z0-9-]{8,64}")


class NumberMiddleware:
    """Each request has a number, which its log lines, its answer and the page of a fault carry: who reads it out on the
    telephone is found in the log without a name. Behind a proxy it is the proxy's, so that both logs tell the same."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "") if settings.BEHIND_PROXY else ""
        token = logs.number_is(given if _PROXYS.fullmatch(given) else uuid4().hex)
        try:
            response = self.get_response(request)
            response.headers["X-Request-ID"] = logs.current()
            return response
        finally:
            logs.number_was(token)


class OwnLanguageMiddleware:
    """Signed-in people read their own language, whatever browser they sit at; before that the browser's counts."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = request.user.language
        return self.get_response(request)


class NoStoreMiddleware:
    """Pages of signed-in people carry personal data: no cache may keep them (ASVS 5.0, 14.3.2)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.user.is_authenticated:
            response.headers["Cache-Control"] = "no-store"
        return response
