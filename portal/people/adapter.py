"""How django-allauth behaves here: accounts are made by the administrator, nobody signs up."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal import ratelimit
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from portal.access.network import network_of
from portal.people import attempts, glass, sign_in_log
from portal.people.fresh import is_fresh
from portal.people.local import is_break_glass, may_sign_in_locally
from portal.people.sessions.browsers import kind_of
from portal.people.sessions.store import BROWSER, NETWORK

#: The company's directory has said yes to the password, not the portal.
LDAP = "portal.directory.ldap.LdapBackend"


class ClosedAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def login(self, request: HttpRequest, user) -> None:
        """What the owner will know the session by stands in it from the beginning."""
        super().login(request, user)
        request.session[BROWSER] = kind_of(request.headers.get("user-agent", ""))
        request.session[NETWORK] = network_of(request)

    def is_safe_url(self, url: str | None) -> bool:
        """A page of this very host; what is no address at all is none either, and breaks nothing."""
        request = context.request
        return url_has_allowed_host_and_scheme(url, {request.get_host()}, require_https=request.is_secure())

    def pre_login(self, request: HttpRequest, user, **kwargs: Any) -> HttpResponse | None:
        """The one place that every way of signing in passes, also a passkey: where the company's service signs people
        in, nobody comes in beside it, for what it has closed must be closed here."""
        records = request.session.get("account_authentication_methods", [])
        from_service = bool(records) and records[-1].get("method") == "socialaccount"
        from_service = from_service or getattr(user, "backend", "") == LDAP
        if not from_service and not may_sign_in_locally(user):
            raise ImmediateHttpResponse(redirect("account_login"))
        return super().pre_login(request, user, **kwargs)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Every password passes here, that of a sign-in and one that is asked for again."""
        key = attempts.key_of(request, credentials.get("email") or "")
        usage = ratelimit.consume(request, app="allauth.account", action="login_failed", key=key)
        self._login_failed_rl_usage = usage  # a right password gives its try back
        if not usage:
            raise self.validation_error("too_many_login_attempts")

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        super().authentication_failed(request, **credentials)
        sign_in_log.refused(request, credentials.get("email") or "")

    def set_password(self, user, password: str) -> None:
        """A new password gives the tries for this account back."""
        super().set_password(user, password)
        key = attempts.key_of(context.request, user.email)
        ratelimit.clear(context.request, app="allauth.account", action="login_failed", key=key)

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Nobody who has just signed in is asked again."""
        return not is_fresh(context.request)

    def post_login(self, request, user, **kwargs) -> HttpResponse:
        """From sign-in on, the pages speak the person's language."""
        response = super().post_login(request, user, **kwargs)
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            user.language,
            httponly=True,
            samesite="Lax",
            secure=settings.LANGUAGE_COOKIE_SECURE,
        )
        attempts.remember(response, user.email)
        sign_in_log.succeeded(request, user)
        if is_break_glass(user):
            glass.tell(user, at=timezone.now())
        return response
