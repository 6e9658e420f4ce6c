"""Setting up, showing and taking away second factors: allauth's pages, each change with its entry in the trail."""

from __future__ import annotations

from typing import Any

from allauth.account.decorators import reauthentication_required
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from allauth.mfa.webauthn.views import AddWebAuthnView, EditWebAuthnView, RemoveWebAuthnView
from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_GET, require_POST

from portal.access.person import person
from portal.people.second_factor import services
from portal.people.second_factor.adapter import FACTORS
from portal.people.second_factor.gate import lacks_second_factor
from portal.people.second_factor.rules import needed_of


@require_GET
def second_factor(request: HttpRequest) -> HttpResponse:
    """What this person has set up, and why something is missing."""
    user = person(request)
    rows = list(Authenticator.objects.filter(user=user).order_by("created_at"))
    context = {
        "app": next((row for row in rows if row.type == "totp"), None),
        "keys": [row for row in rows if row.type == "webauthn"],
        "codes_left": next((len(row.wrap().get_unused_codes()) for row in rows if row.type == "recovery_codes"), None),
        "has_factor": any(row.type in FACTORS for row in rows),
        "needed": needed_of(user.roles, settings.MFA_REQUIRED_ROLES),
        "locked": lacks_second_factor(request),
    }
    return render(request, "mfa/second_factor.html", context)


@require_POST
@reauthentication_required(app="allauth.mfa")
@sensitive_variables("codes")
def second_factor_codes(request: HttpRequest) -> HttpResponse:
    """New recovery codes, shown once, in the answer to the press of the button; earlier ones open nothing any more."""
    user = person(request)
    if not Authenticator.objects.filter(user=user, type__in=FACTORS).exists():
        messages.error(request, _("Set up an app or a key first; recovery codes stand in for one that is lost."))
        return redirect("second_factor")
    codes = services.new_recovery_codes(user, at=timezone.now())
    return render(request, "mfa/codes.html", {"codes": codes})


class Told:
    """One transaction for the change and its entry; then back to the page of all factors."""

    verb = ""
    said: str | Promise = ""

    def form_valid(self, form: Any) -> HttpResponse:
        request: HttpRequest = self.request  # type: ignore[attr-defined]
        with transaction.atomic():
            response = super().form_valid(form)  # type: ignore[misc]
            services.note(person(request), verb=self.verb, kind=self.kind(), at=timezone.now())
        messages.success(request, str(self.said))
        return response

    def kind(self) -> str:
        return "totp" if isinstance(self, ActivateTOTPView | DeactivateTOTPView) else "webauthn"

    def get_success_url(self) -> str:
        return str(reverse_lazy("second_factor"))


class AppAdd(Told, ActivateTOTPView):
    verb, said = "second_factor.added", gettext_lazy("The app is set up. Make recovery codes now, in case you lose it.")


class AppRemove(Told, DeactivateTOTPView):
    verb, said = "second_factor.removed", gettext_lazy("The app is removed.")


class KeyAdd(Told, AddWebAuthnView):
    verb, said = "second_factor.added", gettext_lazy("The key is set up. Make recovery codes now, in case you lose it.")


class KeyRemove(Told, RemoveWebAuthnView):
    verb, said = "second_factor.removed", gettext_lazy("The key is removed.")

    def form_valid(self, form: Any) -> HttpResponse:
        if not services.may_remove(self.get_object()):
            messages.error(self.request, services.NEEDED)
            return redirect("second_factor")
        return super().form_valid(form)


@method_decorator(reauthentication_required(app="allauth.mfa"), name="dispatch")
class KeyRename(EditWebAuthnView):
    success_url = reverse_lazy("second_factor")


app_add, app_remove = AppAdd.as_view(), AppRemove.as_view()
key_add, key_remove, key_rename = KeyAdd.as_view(), KeyRemove.as_view(), KeyRename.as_view()
