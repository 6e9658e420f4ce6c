"""The administrators' pages about receivers of events. They show no event's content."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portal.access.paging import page_by_key
from portal.access.person import person
from portal.access.roles import Role, role_required
from portal.webhooks import services
from portal.webhooks.forms import EndpointForm
from portal.webhooks.models import Delivery, Endpoint


@require_http_methods(["GET", "POST"])
@role_required(Role.ADMINISTRATOR)
@sensitive_variables("made")
def webhooks(request: HttpRequest) -> HttpResponse:
    """The receivers, and a new one: its secret is shown once, in the answer to the press of the button."""
    form = EndpointForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = _register(request, form)
        if made is not None:
            return render(request, "webhooks/secret.html", {"endpoint": made[0], "secret": made[1]})
    return render(request, "webhooks/webhooks.html", {"form": form, "page": page_by_key(request, _mine(request))})


def _mine(request: HttpRequest):
    return Endpoint.objects.visible_to(person(request)).select_related("created_by")


def _register(request: HttpRequest, form: EndpointForm) -> tuple[Endpoint, str] | None:
    try:
        return services.register_endpoint(person(request), at=timezone.now(), **form.cleaned_data)
    except ValidationError as refusal:
        for field, errors in refusal.message_dict.items():
            form.add_error(field if field in form.fields else None, errors)
        return None


@require_GET
@role_required(Role.ADMINISTRATOR)
def webhook(request: HttpRequest, pk: int) -> HttpResponse:
    """One receiver and what was sent to it, the newest first."""
    endpoint = get_object_or_404(_mine(request), pk=pk)
    page = page_by_key(request, endpoint.deliveries.select_related("event").defer("event__data"))
    both_sign = endpoint.old_until is not None and endpoint.old_until > timezone.now()
    return render(request, "webhooks/webhook.html", {"endpoint": endpoint, "page": page, "both_sign": both_sign})


@require_POST
@role_required(Role.ADMINISTRATOR)
@sensitive_variables("secret")
def webhook_rotate(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(_mine(request), pk=pk)
    endpoint, secret = services.rotate_secret(person(request), endpoint=found, at=timezone.now())
    return render(request, "webhooks/secret.html", {"endpoint": endpoint, "secret": secret})


@require_POST
@role_required(Role.ADMINISTRATOR)
def webhook_off(request: HttpRequest, pk: int) -> HttpResponse:
    endpoint = get_object_or_404(_mine(request), pk=pk)
    services.switch_off(person(request), endpoint=endpoint, at=timezone.now())
    messages.success(request, _("The receiver is told nothing any more."))
    return redirect("webhook", pk)


@require_POST
@role_required(Role.ADMINISTRATOR)
def webhook_on(request: HttpRequest, pk: int) -> HttpResponse:
    endpoint = get_object_or_404(_mine(request), pk=pk)
    services.switch_on(person(request), endpoint=endpoint, at=timezone.now())
    messages.success(request, _("The receiver is told again, within seconds."))
    return redirect("webhook", pk)


def _delivery(request: HttpRequest, pk: int, delivery: int) -> Delivery:
    endpoint = get_object_or_404(_mine(request), pk=pk)
    return get_object_or_404(endpoint.deliveries.select_related("endpoint", "event"), pk=delivery)


@require_GET
@role_required(Role.ADMINISTRATOR)
def webhook_delivery(request: HttpRequest, pk: int, delivery: int) -> HttpResponse:
    """One event for one receiver, with every try."""
    found = _delivery(request, pk, delivery)
    page = page_by_key(request, found.attempts.all())
    return render(request, "webhooks/delivery.html", {"delivery": found, "endpoint": found.endpoint, "page": page})


@require_POST
@role_required(Role.ADMINISTRATOR)
def webhook_again(request: HttpRequest, pk: int, delivery: int) -> HttpResponse:
    try:
        services.send_again(person(request), delivery=_delivery(request, pk, delivery), at=timezone.now())
        messages.success(request, _("The event is sent again within seconds, under the same number."))
    except ValidationError as refusal:
        messages.warning(request, refusal.messages[0])
    return redirect("webhook", pk)
