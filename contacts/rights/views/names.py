"""The release of names by two: an officer asks, another officer or an administrator decides without seeing them."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from contacts.incidents.models import Incident
from contacts.rights.forms import DecideNamesForm, ReasonForm
from contacts.rights.selectors import SECOND, get_release, get_request
from contacts.rights.services import releasing
from portal.access.person import person
from portal.access.roles import Role, role_required


@require_http_methods(["GET", "POST"])
def data_request_names(request: HttpRequest, number: str) -> HttpResponse:
    """Ask for the release."""
    found = get_request(person(request), number)
    if not person(request).has_role(Role.DPO):
        raise PermissionDenied
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            releasing.ask_names(person(request), request=found, at=timezone.now(), **form.cleaned_data)
            messages.success(request, _("The release is asked for. Somebody else decides about it."))
            return redirect("data_request", number)
        except ValidationError as error:
            form.refuse(error)
    context = {"found": found, "form": form, "title": _("Tell who acted outside the rules?"), "hint": "names"}
    return render(request, "rights/act.html", context)


@require_http_methods(["GET", "POST"])
@role_required(*SECOND)
def name_release(request: HttpRequest, pk: int) -> HttpResponse:
    """The second look: the reason and the incidents by number; no name of a customer or of who acted."""
    release = get_release(person(request), pk)
    form = DecideNamesForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            releasing.decide_names(person(request), release=release, at=timezone.now(), **form.cleaned_data)
            messages.success(request, _("Your decision is kept."))
            return redirect("start")
        except ValidationError as error:
            form.refuse(error)
    incidents = Incident.objects.filter(customer=release.request.customer).order_by("pk")
    return render(request, "rights/names.html", {"release": release, "form": form, "incidents": incidents})
