"""The time machine: what a customer could be contacted for at any date, and past verdicts decided again."""

from __future__ import annotations

from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from contacts.customers.models import Customer
from contacts.customers.selectors import get_customer
from contacts.requests.another_day import GRID, context_at, grid_at
from contacts.requests.models import GivenDecision
from contacts.requests.replaying import Replayer
from contacts.requests.selectors import get_request
from contacts.requests.time_forms import InstantForm
from contacts.rulebook.fact_words import name_of
from portal.access.paging import page_by_key
from portal.access.person import person

MOST_SHOWN = 100


@require_GET
def customer_on(request: HttpRequest, number: str) -> HttpResponse:
    """The grid of the customer's page as of another instant."""
    user, now = person(request), timezone.now()
    mine = get_customer(user, number)
    data = request.GET if "day" in request.GET else None
    form = InstantForm(data, reader=user, zone=ZoneInfo(mine.timezone), now=now)
    found = _found(request, mine, form) if form.is_valid() else {}
    return render(request, "requests/customer_on.html", {"customer": mine, "form": form, "purposes": GRID, **found})


def _found(request: HttpRequest, mine: Customer, form: InstantForm) -> dict[str, Any]:
    asker = None if form.trained else person(request)
    context = context_at(mine, asker, about=form.about, now=form.now)
    rows = grid_at(context, trained=form.trained)
    agreed = [answer for answer in context.consents.values() if answer.consent is not None]
    return {
        "about": form.about,
        "is_past": context.past is not None,
        "rules": context.rules,
        "grid": rows,
        "assumed": [name_of(name) for name in dict.fromkeys(name for row in rows for name in row.assumed)],
        "consents": sorted(agreed, key=lambda answer: str(answer.consent)),
        "objections": sorted(context.objections, key=lambda said: said[2]),
    }


@require_GET
def request_decisions(request: HttpRequest, number: str) -> HttpResponse:
    """Every decision about one request, decided again; for whoever may read the request."""
    asked = get_request(person(request), number)
    page = page_by_key(request, asked.decisions.all())
    replays = Replayer(at=timezone.now()).replay_all(page.rows)
    context = {"asked": asked, "page": page, "rows": list(zip(page.rows, replays, strict=True))}
    return render(request, "requests/decisions.html", context)


@require_GET
def customer_answers(request: HttpRequest, number: str) -> HttpResponse:
    """What other systems were told about one customer, the latest first, as far as the reader may see it."""
    mine = get_customer(person(request), number)
    rows = GivenDecision.objects.visible_to(person(request)).filter(customer=mine).order_by("-made_at", "-pk")
    given = rows.select_related("token", "contact_point")[:MOST_SHOWN]
    return render(request, "requests/answers.html", {"customer": mine, "given": given, "most": MOST_SHOWN})


@require_GET
def given_decision(request: HttpRequest, number: UUID) -> HttpResponse:
    """One answer that another system was given, decided again."""
    rows = GivenDecision.objects.visible_to(person(request))
    kept = get_object_or_404(rows.select_related("customer", "contact_point", "token", "acts_for"), pk=number)
    replay = Replayer(at=timezone.now()).replay(kept)
    return render(request, "requests/answer.html", {"kept": kept, "replay": replay})
