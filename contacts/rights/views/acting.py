"""Acts with a reason on a page of their own: identity, more time, an end, an answer; and the end of a restriction."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from contacts.customers.restricting import lift_restriction
from contacts.customers.selectors import get_customer
from contacts.rights.forms import AnswerForm, IdentityForm, ObjectionForm, ReasonForm, RefusableForm
from contacts.rights.models import DataRequest
from contacts.rights.rules import Kind, Verb
from contacts.rights.selectors import get_request
from contacts.rights.services import answering, register
from contacts.rights.services.common import allowed
from portal.access.person import person
from portal.access.roles import Role, role_required


def case(request: HttpRequest, number: str, verb: Verb) -> DataRequest:
    """403 for those who may see the request but not do this to it, whatever its state."""
    found = get_request(person(request), number)
    if verb not in allowed(person(request), found):
        raise PermissionDenied
    return found


def _page(
    request: HttpRequest, found: DataRequest, form: RefusableForm, title: str, act: Callable[..., Any], **more: Any
) -> HttpResponse:
    """One form, one verb: back to the request once it is done, or the form with what is wrong."""
    if request.method == "POST" and form.is_valid():
        try:
            act(person(request), request=found, at=timezone.now(), **more.pop("said", form.cleaned_data))
            messages.success(request, _("Done. What can be done next stands below."))
            return redirect("data_request", found.number)
        except ValidationError as error:
            form.refuse(error)
    return render(request, "rights/act.html", {"found": found, "form": form, "title": title, **more})


@require_http_methods(["GET", "POST"])
def data_request_identity(request: HttpRequest, number: str) -> HttpResponse:
    """Make sure who asks."""
    found = case(request, number, Verb.CONFIRM)
    form = IdentityForm(request.POST or None, user=person(request), request=found)
    said = form.identified() if request.method == "POST" and form.is_valid() else {}
    return _page(request, found, form, _("Who asks?"), register.confirm_identity, said=said, hint="identity")


@require_http_methods(["GET", "POST"])
def data_request_extend(request: HttpRequest, number: str) -> HttpResponse:
    """Two further months, with the reason."""
    found = case(request, number, Verb.EXTEND)
    form = ReasonForm(request.POST or None)
    return _page(request, found, form, _("Take two more months"), register.extend, hint="extend")


@require_http_methods(["GET", "POST"])
def data_request_refuse(request: HttpRequest, number: str) -> HttpResponse:
    """Refuse with a reason."""
    found = case(request, number, Verb.REFUSE)
    form = ReasonForm(request.POST or None)
    return _page(request, found, form, _("Refuse the request"), register.refuse, hint="refuse")


@require_http_methods(["GET", "POST"])
def data_request_withdraw(request: HttpRequest, number: str) -> HttpResponse:
    """The person does not want it any more."""
    found = case(request, number, Verb.WITHDRAW)
    form = ReasonForm(request.POST or None)
    return _page(request, found, form, _("The request was taken back"), register.withdraw)


@require_http_methods(["GET", "POST"])
def data_request_answer(request: HttpRequest, number: str) -> HttpResponse:
    """It is done; a restriction or an objection takes effect with it."""
    found = case(request, number, Verb.ANSWER)
    form = (ObjectionForm if found.kind == Kind.OBJECTION else AnswerForm)(request.POST or None)
    return _page(request, found, form, _("The answer"), answering.answer, hint=found.kind)


@require_http_methods(["GET", "POST"])
@role_required(Role.DPO)
def restriction_lift(request: HttpRequest, number: str) -> HttpResponse:
    """The restriction of a customer's data ends."""
    customer = get_customer(person(request), number)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            lift_restriction(person(request), customer=customer, at=timezone.now(), **form.cleaned_data)
            messages.success(request, _("The restriction has ended."))
            return redirect("customer", customer.number)
        except ValidationError as error:
            form.refuse(error)
    return render(request, "rights/lift.html", {"customer": customer, "form": form})
