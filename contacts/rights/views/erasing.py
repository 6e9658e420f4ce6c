"""The page of an erasure: what goes, what stays and why; one proposes, another carries it out."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from contacts.rights import presenting
from contacts.rights.forms import ReasonForm
from contacts.rights.models import DataRequest
from contacts.rights.rules import Verb
from contacts.rights.selectors import get_request
from contacts.rights.services import erasing
from contacts.rights.services.common import allowed
from contacts.rights.views.acting import case
from contacts.rights.views.documents import as_file
from portal.access.person import person


@require_http_methods(["GET", "POST"])
def data_request_erasure(request: HttpRequest, number: str) -> HttpResponse:
    """The preview, with the button for whoever's turn it is."""
    found = get_request(person(request), number)
    may = allowed(person(request), found)
    form = ReasonForm(request.POST or None)
    if request.method == "POST":
        if Verb.CARRY_OUT in may:
            return _carried_out(request, found)
        if Verb.PROPOSE not in may:
            raise PermissionDenied
        if form.is_valid() and _proposed(request, found, form):
            return redirect("data_request", number)
    if found.customer is None or not may & {Verb.PROPOSE, Verb.CARRY_OUT, Verb.SEND_BACK}:
        raise PermissionDenied
    shown = presenting.preview(found.customer, timezone.now())
    return render(request, "rights/erasure.html", {"found": found, "form": form, "may": may, "preview": shown})


def _proposed(request: HttpRequest, found: DataRequest, form: ReasonForm) -> bool:
    try:
        erasing.propose(person(request), request=found, at=timezone.now(), **form.cleaned_data)
    except ValidationError as error:
        form.refuse(error)
        return False
    messages.success(request, _("The erasure is proposed. Another data protection officer carries it out."))
    return True


def _carried_out(request: HttpRequest, found: DataRequest) -> HttpResponse:
    """The answer is the letter: the name that stands in it is nowhere else any more."""
    try:
        letter = erasing.carry_out(person(request), request=found, at=timezone.now())
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect("data_request_erasure", found.number)
    return as_file(letter, f"{found.number}-erased", "pdf")


@require_http_methods(["GET", "POST"])
def data_request_send_back(request: HttpRequest, number: str) -> HttpResponse:
    """Not like this: back to whoever works on it."""
    found = case(request, number, Verb.SEND_BACK)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            erasing.send_back(person(request), request=found, at=timezone.now(), **form.cleaned_data)
            messages.success(request, _("The erasure was sent back."))
            return redirect("data_request", number)
        except ValidationError as error:
            form.refuse(error)
    return render(request, "rights/act.html", {"found": found, "form": form, "title": _("Send the erasure back")})
