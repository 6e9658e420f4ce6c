"""What every answer to a signed-in person carries."""

import re
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.utils import translation
from django.utils.translation import gettext as _

from portal.access import logs
from portal.access.errors import page

#: Of what a browser can do for a page the portal's pages need none (W3C Permissions Policy).
PERMISSIONS = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer",
        "autoplay",
        "browsing-topics",
        "camera",
        "display-capture",
        "geolocation",
        "gyroscope",
        "idle-detection",
        "magnetometer",
        "microphone",
        "midi",
        "payment",
        "screen-wake-lock",
        "serial",
        "usb",
        "xr-spatial-tracking",
    )
)
PAGE_METHODS = ("GET", "HEAD", "POST")
#: Below these, other systems call; everything else is read by people.
FOR_SYSTEMS = ("/api/v1/", "/scim/")
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
    """Signed-in people read their own language, whatever browser they sit at. Before that counts what they chose at
    this browser, then the company's language, then the browser's. A system says its language with each call."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(FOR_SYSTEMS):
            return self.get_response(request)
        if request.user.is_authenticated:
            self._speak(request, request.user.language)
        elif settings.COMPANY_LANGUAGE and settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
            self._speak(request, settings.COMPANY_LANGUAGE)
        return self.get_response(request)

    def _speak(self, request: HttpRequest, language: str) -> None:
        translation.activate(language)
        request.LANGUAGE_CODE = language


class NoStoreMiddleware:
    """Whoever comes with a session, or leaves with one, gets pages that no cache may keep (ASVS 5.0, 14.3.2). Static
    files are answered before this. With the sign-out the browser forgets what it kept of the portal (14.3.1)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        name = settings.SESSION_COOKIE_NAME
        given = response.cookies.get(name)
        if name in request.COOKIES or given is not None:
            response.headers["Cache-Control"] = "no-store"
        if given is not None and not given.value:
            response.headers["Clear-Site-Data"] = '"cache", "storage"'
        return response


class BrowserPolicyMiddleware:
    """What browsers are told beside the Content-Security-Policy, with every answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response


class NoKeyInTheClearMiddleware:
    """A person who types http is led to https. A system that calls in the clear has sent its key for everybody to read;
    led on silently it would do so for ever, so it is refused and told (ASVS 5.0, 4.1.2)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not settings.SECURE_SSL_REDIRECT or request.is_secure() or not request.path.startswith(FOR_SYSTEMS):
            return self.get_response(request)
        detail = _("Call this over https. If a key was sent, others may have read it: an administrator should end it.")
        told = {"type": "about:blank", "title": _("Not in the clear"), "status": 403, "detail": detail}
        return JsonResponse(told, status=403, content_type="application/problem+json")


class PageMethodsMiddleware:
    """Pages are read and posted to, and nothing else (ASVS 5.0, 4.1.4 and 13.4.4): a view that only asks whether
    something was posted would take PUT, DELETE or TRACE for reading. What takes a key instead of the CSRF token names
    its methods itself."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Whoever opens an address that only takes something reads why, and not an empty page."""
        response = self.get_response(request)
        if (
            response.status_code == 405
            and not response.content
            and request.method == "GET"
            and request.accepts("text/html")
        ):
            response.content = page(request, 405).content
        return response

    def process_view(self, request: HttpRequest, view: Callable[..., Any], *_: Any) -> HttpResponse | None:
        if request.method in PAGE_METHODS or getattr(view, "csrf_exempt", False):
            return None
        return HttpResponseNotAllowed(PAGE_METHODS)
