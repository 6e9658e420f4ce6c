"""Who needs a second factor and has none reaches nothing but the page that sets one up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from portal.people.second_factor.rules import needed_of

#: Setting up, proving oneself for that, leaving, and reading the page in one's own way.
OPEN = {
    "second_factor",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "account_reauthenticate",
    "account_logout",
    "set_language",
    "theme",
}


class SecondFactorMiddleware:
    """Pages that ask for no sign-in stay open to everybody; keys of other systems have a door of their own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: object, kwargs: object) -> HttpResponse | None:
        if not getattr(view, "login_required", True) or not lacks_second_factor(request):
            return None
        match = request.resolver_match
        return None if match is not None and match.url_name in OPEN else redirect("second_factor")


def lacks_second_factor(request: HttpRequest) -> bool:
    """Whether the signed-in person needs a second factor and has none. The company's sign-in service counts as one
    where the operator says so (OIDC_PROVES_SECOND_FACTOR), for the sessions that came from there."""
    user = request.user
    if not user.is_authenticated or not needed_of(user.roles, settings.MFA_REQUIRED_ROLES):
        return False
    if getattr(user, "has_second_factor", False):
        return False
    return not (settings.OIDC_PROVES_SECOND_FACTOR and came_from_sign_in_service(request))


def came_from_sign_in_service(request: HttpRequest) -> bool:
    records = request.session.get("account_authentication_methods", [])
    return any(record.get("method") == "socialaccount" for record in records)
