"""A customer's own page stays open for half an hour after the last look, and for four hours at most: a signed cookie
apart from the staff's session.

It holds the ids of the link and of the customer, a number of this opening and when it was, nothing else. Each page asks
the database whether the link still stands, so an erased customer's page is closed at once, whatever the cookie says,
and whether this opening was closed: a copy of the cookie is worth nothing then.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from consent.models import PreferenceLink
from consent.services import links as services
from consent.views.outside import public, speak

SECONDS = 30 * 60
SALT = "consent.own_page"
PageView = Callable[..., HttpResponse]


@dataclass(frozen=True, slots=True)
class Opening:
    """One page that is open in one browser."""

    link: PreferenceLink
    page: str
    since: int


def own_page(view: PageView) -> PageView:
    """A page of the customer whose link was opened: `view(request, link, ...)`. Whoever has none open is led to where
    a new link can be had. Every page that is shown keeps it open for another half hour."""

    @public
    @wraps(view)
    def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        opening = opening_of(request)
        if opening is None:
            return forget(redirect("preferences"))
        speak(request, fallback=opening.link.customer.language)
        return _keep_open(view(request, opening.link, *args, **kwargs), opening)

    return shown


def opening_of(request: HttpRequest) -> Opening | None:
    """The page that is open in this browser, if its link still stands and nobody has closed it."""
    held, now = _held(request, max_age=SECONDS), timezone.now()
    if held is None or not 0 <= now.timestamp() - held["since"] < services.PAGE_AT_MOST.total_seconds():
        return None
    link = services.opened_link(held["link"], held["customer"], at=now)
    return None if link is None or services.is_closed(held["page"]) else Opening(link, held["page"], held["since"])


def _held(request: HttpRequest, max_age: int | None) -> dict[str, Any] | None:
    """What the cookie says, if it is one of ours."""
    try:
        held = signing.loads(request.COOKIES.get(settings.CUSTOMER_COOKIE_NAME, ""), salt=SALT, max_age=max_age)
        return {name: int(held[name]) for name in ("link", "customer", "since")} | {"page": str(held["page"])}
    except (signing.BadSignature, KeyError, TypeError, ValueError):
        return None


def open_for(response: HttpResponse, link: PreferenceLink) -> HttpResponse:
    """Open the page of a link in this browser."""
    return _keep_open(response, Opening(link, secrets.token_urlsafe(16), int(timezone.now().timestamp())))


def _keep_open(response: HttpResponse, opening: Opening) -> HttpResponse:
    held = {
        "link": opening.link.pk,
        "customer": opening.link.customer_id,
        "page": opening.page,
        "since": opening.since,
    }
    response.set_cookie(
        settings.CUSTOMER_COOKIE_NAME,
        signing.dumps(held, salt=SALT),
        max_age=SECONDS,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return response


def forget(response: HttpResponse) -> HttpResponse:
    """This browser has no page open any more."""
    response.delete_cookie(settings.CUSTOMER_COOKIE_NAME, samesite="Lax")
    return response


def close(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Close the page that is open here, for every copy of its cookie too."""
    held = _held(request, max_age=None)
    if held is not None:
        services.close_page(held["page"], at=timezone.now())
    return forget(response)
