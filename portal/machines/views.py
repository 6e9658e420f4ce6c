"""The administrators' page about other systems that use the API, and everybody's about those that act for them."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portal.access.person import person
from portal.access.roles import Role, role_required
from portal.machines import services
from portal.machines.forms import TokenForm
from portal.machines.models import ApiToken
from portal.people.fresh import fresh_sign_in_required


@require_http_methods(["GET", "POST"])
@role_required(Role.ADMINISTRATOR)
@fresh_sign_in_required("POST")
@sensitive_variables("made")
def machines(request: HttpRequest) -> HttpResponse:
    """The keys, and a new one: it is shown once, in the answer to the press of the button."""
    form = TokenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = _make(request, form)
        if made is not None:
            return render(request, "machines/made.html", {"token": made[0], "secret": made[1]})
    at = timezone.now()
    rows = [(token, token.state_at(at)) for token in _mine(request)]
    return render(request, "machines/machines.html", {"form": form, "rows": rows})


def _mine(request: HttpRequest):
    return ApiToken.objects.visible_to(person(request)).select_related("created_by", "acts_for")


def _make(request: HttpRequest, form: TokenForm) -> tuple[ApiToken, str] | None:
    try:
        return services.make_token(person(request), at=timezone.now(), **form.values())
    except ValidationError as refusal:
        for field, errors in refusal.message_dict.items():
            form.add_error(field if field in form.fields else None, errors)
        return None


@require_POST
@role_required(Role.ADMINISTRATOR)
def machine_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    token = get_object_or_404(_mine(request), pk=pk)
    services.revoke_token(person(request), token=token, at=timezone.now())
    messages.success(request, _("The key opens nothing any more."))
    return redirect("machines")


@require_GET
def own_systems(request: HttpRequest) -> HttpResponse:
    """What acts in this person's place, or waits for their word."""
    at = timezone.now()
    rows = [(token, token.state_at(at)) for token in _for_me(request)]
    return render(request, "machines/own.html", {"rows": rows})


def _for_me(request: HttpRequest):
    return ApiToken.objects.acting_for(person(request)).select_related("created_by")


@require_POST
@fresh_sign_in_required("POST")
def own_system_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    token = get_object_or_404(_for_me(request), pk=pk)
    try:
        services.confirm_token(person(request), token=token, at=timezone.now())
        messages.success(request, _("%(system)s acts in your place from now on.") % {"system": token.name})
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect("own_systems")


@require_POST
def own_system_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    token = get_object_or_404(_for_me(request), pk=pk)
    services.revoke_token(person(request), token=token, at=timezone.now())
    messages.success(request, _("%(system)s does not act in your place any more.") % {"system": token.name})
    return redirect("own_systems")
