"""A customer's own page stays open for half an hour: a signed cookie apart from the staff's session.

It holds the ids of the link and of the customer, nothing else. Each page asks the database whether the link still
stands, so an erased customer's page is closed at once, whatever the cookie says.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from consent.models import PreferenceLink
from consent.services import opened_link
from consent.views.outside import public, speak

SECONDS = 30 * 60
SALT = "consent.own_page"
PageView = Callable[..., HttpResponse]


def own_page(view: PageView) -> PageView:
    """A page of the customer whose link was opened: `view(request, link, ...)`. Whoever has none open is led to where
    a new link can be had. Every page that is shown keeps it open for another half hour."""

    @public
    @wraps(view)
    def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        link = link_of(request)
        if link is None:
            return close(redirect("preferences"))
        speak(request, fallback=link.customer.language)
        return open_for(view(request, link, *args, **kwargs), link)

    return shown


def link_of(request: HttpRequest) -> PreferenceLink | None:
    """The link whose page is open in this browser, if it still stands."""
    try:
        held = signing.loads(request.COOKIES.get(settings.CUSTOMER_COOKIE_NAME, ""), salt=SALT, max_age=SECONDS)
        return opened_link(int(held["link"]), int(held["customer"]), at=timezone.now())
    except (signing.BadSignature, KeyError, TypeError, ValueError):
        return None


def open_for(response: HttpResponse, link: PreferenceLink) -> HttpResponse:
    response.set_cookie(
        settings.CUSTOMER_COOKIE_NAME,
        signing.dumps({"link": link.pk, "customer": link.customer_id}, salt=SALT),
        max_age=SECONDS,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return response


def close(response: HttpResponse) -> HttpResponse:
    response.delete_cookie(settings.CUSTOMER_COOKIE_NAME, samesite="Lax")
    return response
