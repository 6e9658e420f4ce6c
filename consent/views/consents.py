"""The pages of one customer's consents: read one with its events, record one, withdraw one."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from consent import services
from consent.forms.consents import ConsentForm, WithdrawalForm
from consent.selectors import answer_of, get_consent
from contacts.customers.models import Customer
from contacts.customers.selectors import get_customer
from portal.access.person import person
from portal.access.roles import role_required


@require_GET
def consent(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """The state now, and every event that led there with its evidence."""
    customer = get_customer(person(request), number)
    mine = get_consent(customer, pk)
    answer = answer_of(mine, at=timezone.now(), zone=mine.zone(), thresholds=services.DEFAULT)
    events = mine.events.select_related("recorded_by").order_by("-at", "-pk")
    may_withdraw = person(request).has_role(*services.WITHDRAWERS) and mine.given_at and not mine.withdrawn_at
    context = {"customer": customer, "consent": mine, "answer": answer, "events": events, "may_withdraw": may_withdraw}
    return render(request, "consent/consent.html", context)


@require_http_methods(["GET", "POST"])
@role_required(*services.KEEPERS)
def consent_give(request: HttpRequest, number: str) -> HttpResponse:
    customer = get_customer(person(request), number)
    form = ConsentForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _give(request, customer, form):
        messages.success(request, _("The consent is in the ledger and counts from now on."))
        return redirect("customer", customer.number)
    return render(request, "consent/give.html", {"form": form, "customer": customer})


def _give(request: HttpRequest, customer: Customer, form: ConsentForm) -> bool:
    try:
        services.give_consent(person(request), customer=customer, at=timezone.now(), **form.cleaned_data)
    except ValidationError as refusal:
        for field, errors in getattr(refusal, "message_dict", {"": refusal.messages}).items():
            form.add_error(field if field in form.fields else None, errors)
        return False
    return True


@require_http_methods(["GET", "POST"])
@role_required(*services.WITHDRAWERS)
def consent_withdraw(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """The second of two clicks: what ends, and the button that ends it."""
    customer = get_customer(person(request), number)
    mine = get_consent(customer, pk)
    form = WithdrawalForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.withdraw_consent(person(request), consent=mine, at=timezone.now(), **form.cleaned_data)
            messages.success(request, _("The withdrawal counts from this moment. Permits that rested on it are dead."))
        except ValidationError as refusal:
            messages.warning(request, " ".join(refusal.messages))
        return redirect("customer", customer.number)
    return render(request, "consent/withdraw.html", {"form": form, "customer": customer, "consent": mine})
