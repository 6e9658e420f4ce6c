"""What all pages have in common that people outside the company meet: no sign-in, their language, no trace left."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from csp.decorators import csp_replace
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.clickjacking import xframe_options_exempt

from consent.services import Trace
from portal.access.network import network_of

LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)
View = Callable[..., HttpResponse]


def public(view: View) -> View:
    """A page without sign-in that no cache keeps; `?lang=` is remembered in the language cookie."""

    @wraps(view)
    def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        asked = speak(request)
        response = view(request, *args, **kwargs)
        response.headers["Cache-Control"] = "no-store"
        if asked:
            response.set_cookie(
                settings.LANGUAGE_COOKIE_NAME,
                asked,
                httponly=True,
                samesite="Lax",
                secure=settings.LANGUAGE_COOKIE_SECURE,
            )
        return response

    return login_not_required(shown)


def with_token(view: View) -> View:
    """The address of the page is a secret: no other site, and no other page of ours, hears of it."""

    @wraps(view)
    def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response.headers["Referrer-Policy"] = "no-referrer"
        return response

    return shown


def framed(view: View) -> View:
    """A page that other sites may hold in a frame: those of OPT_IN_FRAME_ANCESTORS and no others. It sets no cookie,
    which a browser would refuse in a foreign frame anyway; the language stays in the address."""

    @wraps(view)
    def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        speak(request)
        sites = settings.OPT_IN_FRAME_ANCESTORS
        response = view(request, *args, **kwargs)
        if sites:
            csp_replace({"frame-ancestors": sites})(lambda _: response)(request)
        response.headers["Cache-Control"] = "no-store"
        return response

    return login_not_required(xframe_options_exempt(shown))


def speak(request: HttpRequest, fallback: str = "") -> str:
    """Speak the language of `?lang=`; returns it. Where neither that nor an earlier choice is known: `fallback`."""
    asked = request.GET.get("lang", "")
    if asked in LANGUAGES:
        _activate(request, asked)
        return asked
    if fallback in LANGUAGES and settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
        _activate(request, fallback)
    return ""


def _activate(request: HttpRequest, language: str) -> None:
    translation.activate(language)
    request.LANGUAGE_CODE = language


def language_now() -> str:
    return (translation.get_language() or LANGUAGES[0])[:2]


def show(request: HttpRequest, template: str, context: dict[str, Any] | None = None, status: int = 200) -> HttpResponse:
    """A page in the public frame, with links to itself in the other languages."""
    frame = {"languages": _switches(request), "embedded": "embed" in request.GET}
    return render(request, template, frame | (context or {}), status=status)


def _switches(request: HttpRequest) -> list[tuple[str, str, str]]:
    """(language, its own name, address) of this page in every other language."""
    found = []
    for code in LANGUAGES:
        if code != language_now():
            query = request.GET.copy()
            query["lang"] = code
            name = translation.get_language_info(code)["name_local"]
            found.append((code, name, f"{request.path}?{query.urlencode()}"))
    return found


def frame_query(request: HttpRequest) -> str:
    """What has to stay in the address from page to page inside a frame: language and embedding."""
    kept = request.GET.copy()
    for name in set(kept) - {"lang", "embed"}:
        del kept[name]
    return f"?{kept.urlencode()}" if kept else ""


def trace_of(request: HttpRequest) -> Trace:
    return Trace(ip=network_of(request), user_agent=request.headers.get("user-agent", ""))
