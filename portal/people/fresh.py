"""What could do lasting harm from a browser that was left open asks for the password, or the factor, once more."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from allauth.account.internal.flows.reauthentication import did_recently_reauthenticate
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.urls import NoReverseMatch
from django.utils import timezone
from django.utils.http import urlencode

from portal.access.person import person
from portal.people.sessions.store import BEGUN

#: So long after signing in nobody is asked again (ASVS 5.0, 7.5.3).
FRESH = timedelta(minutes=10)

View = Callable[..., HttpResponseBase]


def is_fresh(request: HttpRequest) -> bool:
    """Whether it is known to be the person: they signed in, or proved themselves, a short while ago."""
    begun, whose = request.session.get(BEGUN, (0, None))
    young = timezone.now().timestamp() - begun < FRESH.total_seconds()
    return (young and whose == str(person(request).pk)) or did_recently_reauthenticate(request)


def fresh_sign_in_required(*methods: str, back: str = "") -> Callable[[View], View]:
    """Send the person to the page that asks once more, for these methods only, and then back here, or to the page named
    `back` (with the same arguments) where this address answers no GET."""

    def gate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.method in methods and not is_fresh(request):
                next_page = _page(back, *args, **kwargs) if back else request.path
                query = urlencode({"next": next_page})
                return HttpResponseRedirect(f"{resolve_url('account_reauthenticate')}?{query}")
            return view(request, *args, **kwargs)

        return guarded

    return gate


def _page(name: str, *args: Any, **kwargs: Any) -> str:
    """The address of a page, with those of our own arguments that it takes."""
    try:
        return resolve_url(name, *args, **kwargs)
    except NoReverseMatch:
        return resolve_url(name)
