"""The site: who enters, by which door, which addresses there are, and its own browser policy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from csp.decorators import csp_replace
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path, reverse, reverse_lazy
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe
from unfold.sites import UnfoldAdminSite

from portal.access.roles import Role
from portal.desk.operator import condition
from portal.people.models import User

#: Unfold draws with Alpine, which evaluates the expressions in its attributes and sets styles. This holds for these
#: pages alone, which show nothing that a customer or a stranger has written (docs/decisions/0051).
POLICY = {"script-src": ["'self'", "'unsafe-eval'"], "style-src": ["'self'", "'unsafe-inline'"]}
#: Of the addresses that Django's admin brings: changing and adding by its forms would pass the services by.
KEPT = {"index", "app_list", "jsi18n", "search", "logout", "password_change"}


class OperatorSite(UnfoldAdminSite):
    site_title = site_header = "Kontaktklar"
    index_title = _("How the portal is")
    index_template = "operator/index.html"

    def has_permission(self, request: HttpRequest) -> bool:
        return isinstance(request.user, User) and request.user.is_active and request.user.has_role(Role.ADMINISTRATOR)

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Callable[..., HttpResponseBase]:
        """A stranger is sent to the portal's own sign-in, with its limits; somebody else may not."""
        shown = csp_replace(POLICY)(view)

        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path(), resolve_url("account_login"))
            if not self.has_permission(request):
                raise PermissionDenied
            return shown(request, *args, **kwargs)

        return guarded

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """The lists, and what their templates name."""
        registered = [one for one in super().get_urls() if getattr(one, "name", None) in KEPT or _is_list(one)]
        for one in registered:
            if isinstance(one, URLPattern):
                # Not the admin's own, which is not there.
                vars(one.callback)["login_url"] = reverse_lazy("account_login")
        return [path("health/", self.admin_view(self.health), name="health"), *registered]

    @method_decorator(require_safe)
    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        found = condition.condition(at=timezone.now())
        shown = {"parts": found, "worst": condition.worst(found), "lists": self._lists()}
        return super().index(request, {**(extra_context or {}), **shown})

    def titles(self) -> dict[str, Any]:
        """What each list is called, by the name of its address."""
        return {f"{one.opts.app_label}_{one.opts.model_name}_changelist": one.title for one in self._registry.values()}

    def _lists(self) -> list[tuple[Any, str]]:
        return [(title, reverse(f"admin:{name}")) for name, title in self.titles().items()]

    def health(self, request: HttpRequest) -> HttpResponse:
        """The same as the first page, under the name that other pages link to."""
        return self.index(request)

    def logout(self, request: HttpRequest, extra_context: Any = None) -> HttpResponseBase:
        return HttpResponseRedirect(resolve_url("account_logout"))

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> HttpResponseBase:
        return HttpResponseRedirect(resolve_url("account_change_password"))


def _is_list(entry: URLPattern | URLResolver) -> bool:
    """The addresses of one registered table; `Listed` leaves only the list of them."""
    return isinstance(entry, URLResolver)


site = OperatorSite(name="admin")
