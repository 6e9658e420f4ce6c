"""Whoever is not signed in is asked to sign in first, and comes to where they were."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils.http import url_has_allowed_host_and_scheme


class SignInFirstMiddleware(LoginRequiredMiddleware):
    """As Django's for what is read. What was sent after the session had ended is lost, so the sign-in page says so
    (`unsent`), and leads on to the page with the form: most addresses that take something cannot be opened."""

    def handle_no_permission(self, request: HttpRequest, view_func: Callable[..., Any]) -> HttpResponseRedirect:
        if request.method in ("GET", "HEAD"):
            return super().handle_no_permission(request, view_func)
        told = urlencode({self.get_redirect_field_name(view_func): page_before(request), "unsent": "1"}, safe="/")
        return HttpResponseRedirect(f"{resolve_url(self.get_login_url(view_func))}?{told}")


def page_before(request: HttpRequest) -> str:
    """Where the form stood, as far as the browser says so and it is a page of ours; else the start."""
    said = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(said, {request.get_host()}, require_https=request.is_secure()):
        return "/"
    parts = urlsplit(said)
    found = parts.path + (f"?{parts.query}" if parts.query else "")
    return found if url_has_allowed_host_and_scheme(found, None) else "/"
