"""The start page, language and appearance, the mails of a development house, and how the portal is."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from contacts.requests.services.asking import ASKERS
from portal.access.person import person
from portal.desk.health import readiness
from portal.desk.mailbox import Mail, mail_of, mails_of
from portal.desk.selectors import own_standing, tasks_of
from portal.people.models import User
from portal.people.services import set_own_language, set_own_shortcuts, set_own_theme

YEAR_SECONDS = int(timedelta(days=365).total_seconds())
# Somebody else's HTML: no script, no form, no picture from outside, whatever the mail says.
MAIL_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"


@login_not_required
@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers; nothing else is asked."""
    return HttpResponse("ok", content_type="text/plain")


@login_not_required
@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Whether the portal can work: 200 ready or degraded, 503 not; one word for each part."""
    found = readiness(at=timezone.now())
    return JsonResponse(found.words(), status=503 if found.status == "unready" else 200)


@require_GET
def start(request: HttpRequest) -> HttpResponse:
    """What waits for this person, and the search for a customer."""
    user, at = person(request), timezone.now()
    trained = own_standing(user, today=timezone.localdate(at))
    context = {
        "tasks": tasks_of(user, trained, at=at),
        "standing": trained,
        "may_ask": user.has_role(*ASKERS),
    }
    return render(request, "desk/start.html", context)


@login_not_required
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Speak this language from now on: in the profile, and in a cookie for the sign-in page."""
    language = request.POST.get("language", "")
    response = redirect(_back(request))
    if language in dict(settings.LANGUAGES):
        if request.user.is_authenticated:
            set_own_language(person(request), language=language)
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, **_cookie())
    return response


@login_not_required
@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Light, dark, or like the device: in the profile, and in a cookie for the sign-in page."""
    wanted = request.POST.get("theme", "")
    response = redirect(_back(request))
    if wanted in dict(User.Theme.choices):
        if request.user.is_authenticated:
            set_own_theme(person(request), theme=wanted)
        response.set_cookie("theme", wanted, **_cookie())
    return response


@require_http_methods(["GET", "POST"])
def shortcuts(request: HttpRequest) -> HttpResponse:
    """All keys of the portal, and the switch for single ones: on or off for oneself."""
    if request.method == "GET":
        return render(request, "desk/shortcuts.html")
    wanted = request.POST.get("shortcuts", "")
    if wanted in ("on", "off"):
        set_own_shortcuts(person(request), on=wanted == "on")
    return redirect(_back(request))


def _back(request: HttpRequest) -> str:
    """Where the person was, if that is a page of ours: a path, for a bare word would be read as a view's name."""
    target = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return target if ours and target.startswith("/") else settings.LOGIN_REDIRECT_URL


def _cookie() -> dict[str, Any]:
    return {
        "max_age": YEAR_SECONDS,
        "httponly": True,
        "samesite": "Lax",
        "secure": settings.LANGUAGE_COOKIE_SECURE,
    }


@require_GET
def mails(request: HttpRequest) -> HttpResponse:
    """Development only: the mails that would have gone out."""
    rows = mails_of(person(request), _folder())
    return render(request, "desk/mails.html", {"rows": rows})


@require_GET
def mail(request: HttpRequest, key: str) -> HttpResponse:
    """Development only: one mail as text."""
    return render(request, "desk/mail.html", {"mail": _mail(request, key)})


@require_GET
def mail_html(request: HttpRequest, key: str) -> HttpResponse:
    """Development only: the HTML part of one mail, shut in by a policy of its own."""
    response = HttpResponse(_mail(request, key).html)
    response.headers["Content-Security-Policy"] = MAIL_POLICY
    return response


def _mail(request: HttpRequest, key: str) -> Mail:
    found = mail_of(person(request), _folder(), key)
    if found is None:
        raise Http404
    return found


def _folder() -> Path:
    if not (settings.LENIENT and settings.MAIL_FOLDER):
        raise Http404
    return Path(settings.MAIL_FOLDER)
