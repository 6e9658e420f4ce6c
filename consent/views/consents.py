"""The pages of one customer's consents: read one with its proof; record, renew, correct, withdraw."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from consent import services
from consent.forms.common import show_refusal
from consent.forms.consents import ConsentForm, CorrectionForm, EvidenceForm, WayForm, WithdrawalForm
from consent.models import Consent
from consent.selectors import get_consent
from consent.services.evidence import evidence_of
from consent.services.giving import correctable
from consent.views.story import current_evidence, page_of
from contacts.customers.models import Customer
from contacts.customers.selectors import get_customer
from portal.access.person import person
from portal.access.roles import role_required


@require_GET
def consent(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """The state now, the wording that the person saw, and every event that led there with its evidence."""
    customer = get_customer(person(request), number)
    mine = get_consent(customer, pk)
    return render(request, "consent/consent.html", page_of(person(request), mine, at=timezone.now()))


@require_http_methods(["GET", "POST"])
@role_required(*services.KEEPERS)
def consent_give(request: HttpRequest, number: str) -> HttpResponse:
    """First for what and over which way (in the address of the page), then the evidence: only what fits is offered."""
    customer = get_customer(person(request), number)
    way = WayForm(request.GET or None)
    if not way.is_valid():
        return render(request, "consent/way.html", {"form": way, "customer": customer})
    about = Consent(customer=customer, **way.cleaned_data)
    form = ConsentForm(request.POST or None, request.FILES or None, about=about, by=person(request))
    verb = services.give_consent
    if request.method == "POST" and _record(request, form, verb, customer=customer, **way.cleaned_data):
        messages.success(request, _("The consent is in the ledger and counts from now on."))
        return redirect("customer", customer.number)
    return _form_page(request, form, customer, about, _("Record a consent"), _("Record the consent"))


@require_http_methods(["GET", "POST"])
@role_required(*services.KEEPERS)
def consent_renew(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """The customer confirmed a consent that still stands."""
    customer = get_customer(person(request), number)
    mine = get_consent(customer, pk)
    form = ConsentForm(
        request.POST or None, request.FILES or None, about=mine, by=person(request), initial={"text": mine.text_id}
    )
    if request.method == "POST" and _record(request, form, services.renew_consent, consent=mine):
        messages.success(request, _("The consent is renewed; the months of silence start again."))
        return redirect("consent", customer.number, pk)
    return _form_page(request, form, customer, mine, _("Renew a consent"), _("Renew the consent"))


@require_http_methods(["GET", "POST"])
@role_required(*services.KEEPERS)
def consent_correct(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Say better what is on record; the first entry stays readable beside the correction."""
    customer = get_customer(person(request), number)
    mine = get_consent(customer, pk)
    if correctable(mine) is None:
        messages.warning(
            request, _("Nothing here can be corrected: the consent is withdrawn, was corrected before, or never given.")
        )
        return redirect("consent", customer.number, pk)
    form = CorrectionForm(request.POST or None, request.FILES or None, about=mine, evidence=current_evidence(mine))
    if request.method == "POST" and _record(request, form, services.correct_consent, consent=mine):
        messages.success(request, _("The correction is in the ledger, beside the entry that it corrects."))
        return redirect("consent", customer.number, pk)
    return _form_page(request, form, customer, mine, _("Correct a consent"), _("Save the correction"))


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


def _record(request: HttpRequest, form: EvidenceForm, verb: Callable[..., Any], **arguments: Any) -> bool:
    """Call a verb with the form's words and its file; what it refuses is shown at the fields."""
    if form.is_valid():
        at = timezone.now()
        try:
            with evidence_of(person(request), form.cleaned_data["file"], at=at) as file:
                verb(person(request), at=at, evidence_file=file, **arguments, **form.words())
            return True
        except ValidationError as refusal:
            show_refusal(form, refusal)
    form.say_file_again()
    return False


def _form_page(
    request: HttpRequest, form: EvidenceForm, customer: Customer, about: Consent, title: str, button: str
) -> HttpResponse:
    context = {"form": form, "customer": customer, "consent": about, "title": title, "button": button}
    return render(request, "consent/evidence_form.html", context)
