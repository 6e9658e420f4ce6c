"""How django-allauth behaves here: accounts are made by the administrator, nobody signs up."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from portal.access.network import network_of
from portal.people.fresh import is_fresh
from portal.people.sessions.browsers import kind_of
from portal.people.sessions.store import BROWSER, NETWORK


class ClosedAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Mails about the account speak the receiver's language, whoever's browser asked for them."""
        with translation.override(context["user"].language if "user" in context else None):
            super().send_mail(template_prefix, email, context)

    def login(self, request: HttpRequest, user) -> None:
        """What the owner will know the session by stands in it from the beginning."""
        super().login(request, user)
        request.session[BROWSER] = kind_of(request.headers.get("user-agent", ""))
        request.session[NETWORK] = network_of(request)

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
        return response
