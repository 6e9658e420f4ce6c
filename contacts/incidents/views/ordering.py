"""The order: written by an officer, read and acknowledged by its receiver."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from contacts.incidents.forms import OrderForm
from contacts.incidents.letters import order_body, order_title
from contacts.incidents.models import Incident, Order
from contacts.incidents.selectors import get_incident
from contacts.incidents.services import ordering
from contacts.incidents.services.common import NotNow
from contacts.incidents.views.judging import own_case
from portal.access.person import person


@require_http_methods(["GET", "POST"])
def incident_order_issue(request: HttpRequest, number: str) -> HttpResponse:
    """Write the order; it begins with the standard words in the receiver's language."""
    found = own_case(request, number)
    receiver = found.reporter
    body = order_body(receiver.language, name=receiver.get_full_name(), number=found.number)
    form = OrderForm(request.POST or None, initial={"body": body})
    if request.method == "POST" and form.is_valid():
        try:
            ordering.issue_order(person(request), incident=found, at=timezone.now(), **form.cleaned_data)
            messages.success(request, _("The order is issued; the receiver is told."))
            return redirect("incident_order", number)
        except NotNow as refusal:
            messages.warning(request, refusal.messages[0])
            return redirect("incident", number)
        except ValidationError as error:
            form.refuse(error)
    context = {"incident": found, "form": form, "title": order_title(receiver.language)}
    return render(request, "incidents/order_issue.html", context)


@require_GET
def incident_order(request: HttpRequest, number: str) -> HttpResponse:
    """The letter, for its receiver and the officers."""
    found = get_incident(person(request), number)
    order = _order(found)
    is_receiver = order.receiver_id == person(request).pk
    return render(request, "incidents/order.html", {"incident": found, "order": order, "is_receiver": is_receiver})


@require_POST
def incident_order_acknowledge(request: HttpRequest, number: str) -> HttpResponse:
    """The receiver has read it."""
    found = get_incident(person(request), number)
    try:
        ordering.acknowledge_order(person(request), order=_order(found), at=timezone.now())
        messages.success(request, _("Thank you. It is on record that you have read the order."))
    except NotNow as refusal:
        messages.warning(request, refusal.messages[0])
    return redirect("incident_order", number)


def _order(found: Incident) -> Order:
    order = getattr(found, "order", None)
    if order is None:
        raise Http404
    return order
