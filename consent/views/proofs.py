"""The evidence by customer number: the way to the consents of somebody who was erased, and whom no list shows."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from consent.forms.consents import NumberForm
from consent.models import Consent
from consent.models.text import READERS
from consent.selectors import ConsentAnswer, answer_of
from consent.services import DEFAULT
from contacts.customers.models import Customer
from contacts.customers.selectors import get_for_proof
from portal.access.person import person
from portal.access.roles import role_required


@require_GET
@role_required(*READERS)
def proofs(request: HttpRequest) -> HttpResponse:
    form = NumberForm(request.GET or None)
    customer = _asked_for(request, form)
    rows = _consents(customer) if customer else []
    return render(request, "consent/proofs.html", {"form": form, "customer": customer, "rows": rows})


def _asked_for(request: HttpRequest, form: NumberForm) -> Customer | None:
    if not form.is_valid():
        return None
    try:
        return get_for_proof(person(request), form.cleaned_data["number"])
    except Http404:
        form.add_error("number", _("There is nobody of this number whose evidence you may read. Check the number."))
        return None


def _consents(customer: Customer) -> list[tuple[Consent, ConsentAnswer]]:
    at = timezone.now()
    found = Consent.objects.filter(customer=customer).select_related("customer")
    return [(one, answer_of(one, at=at, zone=one.zone(), thresholds=DEFAULT)) for one in found]
