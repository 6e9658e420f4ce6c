"""The forms around one customer. The list and the customer's page, which tell what is allowed, are in
contacts/requests."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from contacts.customers import services
from contacts.customers.forms import (
    ContactPointForm,
    CustomerForm,
    InboundForm,
    NewCustomerForm,
)
from contacts.customers.selectors import get_customer, usable_points
from portal.access.person import person
from portal.access.roles import role_required


@require_http_methods(["GET", "POST"])
@role_required(*services.KEEPERS)
def customer_create(request: HttpRequest) -> HttpResponse:
    form = NewCustomerForm(request.POST or None)
    arguments = {"at": timezone.now()}
    if request.method == "POST" and form.is_valid() and _try(form, services.create_customer, request, **arguments):
        messages.success(request, _("The customer is saved. Add an address with its source next."))
        return redirect("customer", form.cleaned_data["number"])
    return _form_page(request, form, _("New customer"))


@require_http_methods(["GET", "POST"])
@role_required(*services.KEEPERS)
def customer_edit(request: HttpRequest, number: str) -> HttpResponse:
    customer = get_customer(person(request), number)
    form = CustomerForm(request.POST or None, instance=customer)
    arguments = {"customer": customer, "at": timezone.now()}
    if request.method == "POST" and form.is_valid() and _try(form, services.update_customer, request, **arguments):
        messages.success(request, _("The changes are saved."))
        return redirect("customer", number)
    return _form_page(request, form, _("Edit customer"), customer)


@require_http_methods(["GET", "POST"])
@role_required(*services.RECORDERS)
def contact_point_create(request: HttpRequest, number: str) -> HttpResponse:
    """A new address; where it came from is as important as the address itself."""
    customer = get_customer(person(request), number)
    form = ContactPointForm(request.POST or None, initial={"collected_on": timezone.localdate()})
    arguments = {"customer": customer, "at": timezone.now()}
    if request.method == "POST" and form.is_valid() and _try(form, services.add_contact_point, request, **arguments):
        messages.success(request, _("The address is saved with its source."))
        return redirect("customer", number)
    return _form_page(request, form, _("New address"), customer)


@require_POST
@role_required(*services.KEEPERS)
def contact_point_verify(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    point = get_object_or_404(usable_points(get_customer(person(request), number)), pk=pk)
    services.verify_contact_point(person(request), point=point, at=timezone.now())
    messages.success(request, _("The address is marked as verified."))
    return redirect("customer", number)


@require_POST
@role_required(*services.KEEPERS)
def contact_point_retire(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    point = get_object_or_404(usable_points(get_customer(person(request), number)), pk=pk)
    services.retire_contact_point(person(request), point=point, at=timezone.now())
    messages.success(request, _("The address is no longer used. Permits for it have ended."))
    return redirect("customer", number)


@require_http_methods(["GET", "POST"])
@role_required(*services.RECORDERS)
def inbound_create(request: HttpRequest, number: str) -> HttpResponse:
    customer = get_customer(person(request), number)
    form = InboundForm(request.POST or None)
    arguments = {"customer": customer, "now": timezone.now()}
    if request.method == "POST" and form.is_valid() and _try(form, services.record_inbound, request, **arguments):
        messages.success(request, _("It is noted that the customer got in touch."))
        return redirect("customer", number)
    return _form_page(request, form, _("The customer got in touch"), customer)


def _try(form: BaseForm, verb: Any, request: HttpRequest, **arguments: Any) -> bool:
    """Call a verb with the form's data; what it refuses is shown at the fields."""
    try:
        verb(person(request), **arguments, **form.cleaned_data)
    except ValidationError as refusal:
        for field, errors in getattr(refusal, "message_dict", {"": refusal.messages}).items():
            form.add_error(field if field in form.fields else None, errors)
        return False
    return True


def _form_page(request: HttpRequest, form: BaseForm, title: str, customer: Any = None) -> HttpResponse:
    return render(request, "customers/form.html", {"form": form, "title": title, "customer": customer})
