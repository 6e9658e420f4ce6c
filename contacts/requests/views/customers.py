"""The list of customers: filters, marks, and for a chosen reason the verdicts by channel. GET changes nothing."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from contacts.customers.listing import customer_page
from contacts.customers.models import READERS
from contacts.requests.deciding import ASKERS
from contacts.requests.list_forms import ListForm, query_of, within
from contacts.requests.list_hindrances import hindrances_of
from contacts.requests.list_marks import beside
from contacts.requests.list_verdicts import CHANNELS, verdicts_in
from contacts.requests.several import load_several
from portal.access.person import person
from portal.access.roles import role_required
from portal.vocabulary import Purpose


@require_GET
@role_required(*READERS)
def customers(request: HttpRequest) -> HttpResponse:
    """One page by name. A verdict is told only for a reason that somebody chose (docs/decisions/0054)."""
    user, at = person(request), timezone.now()
    asks = user.has_role(*ASKERS)
    form = ListForm(request.GET, asks=asks)
    filters = form.filters()
    page = customer_page(request, user, filters, within=within(user, filters, at=at))
    context: dict[str, Any] = {"form": form, "page": page, "query": query_of(filters), "asks": asks}
    context["filtered"] = bool(filters.keys() - {"purpose"})
    context["beside"] = beside(user, page.rows, at=at)
    if purpose := filters.get("purpose"):
        read = load_several(page.rows, user, at=at)
        verdicts = verdicts_in(read, purpose)
        context |= {"purpose": Purpose(purpose), "channels": CHANNELS, "verdicts": verdicts}
        context["hindrances"] = hindrances_of(read, verdicts)
    return render(request, "customers/customers.html", context)
