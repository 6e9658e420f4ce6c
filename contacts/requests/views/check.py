"""May I contact this customer? Find, ask, read the answer, take over a better way."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from contacts.customers.selectors import get_customer, search
from contacts.requests import afterwards, presenting
from contacts.requests.as_text import as_text
from contacts.requests.context import Context, load
from contacts.requests.deciders import who_decides
from contacts.requests.deciding import Answer, answer
from contacts.requests.forms import QuestionForm
from contacts.requests.frequency import frequency_of
from contacts.requests.models import ContactRequest
from contacts.requests.reviewers import way_of
from contacts.requests.rules import State
from contacts.requests.selectors import get_request
from contacts.requests.services import asking
from contacts.requests.stricter import proposal_of
from contacts.requests.views.changing import edited, own_draft, prefilled
from contacts.requests.ways import left_out, still_planned, ways
from portal.access.person import person
from portal.access.roles import role_required


@require_GET
@role_required(*asking.ASKERS)
def check(request: HttpRequest) -> HttpResponse:
    """Find the customer by name, number or address."""
    words = request.GET.get("q", "").strip()[:200]
    hits = search(person(request), words) if words else []
    return render(request, "requests/check.html", {"words": words, "hits": hits})


@require_http_methods(["GET", "POST"])
@role_required(*asking.ASKERS)
def check_form(request: HttpRequest, number: str) -> HttpResponse:
    """Ask about one customer. Links prefill reason, address and account through the query string."""
    user, at = person(request), timezone.now()
    customer = get_customer(user, number)
    context = load(customer, user, at=at)
    earlier = _earlier(request, context)
    changes = prefilled(request, context, earlier)
    again = QuestionForm.repeated(earlier, context) if earlier is not None else {}
    form = QuestionForm(request.POST or None, context=context, initial=again | changes)
    if request.method == "POST" and form.is_valid():
        try:
            asked, _given = asking.ask(user, customer=customer, at=at, **form.asked())
            return redirect("check_answer", asked.number)
        except ValidationError as error:
            form.refuse(error)
    page = {"customer": customer, "form": form, "left_out": left_out(earlier, changes)}
    return render(request, "requests/check_form.html", page)


def _earlier(request: HttpRequest, context: Context) -> ContactRequest | None:
    """An own earlier question about the same customer (`again`)."""
    number = request.GET.get("again")
    if not number:
        return None
    earlier = get_request(context.requester, number)
    mine = earlier.requester_id == context.requester.pk and earlier.customer_id == context.customer.pk
    return earlier if mine else None


@require_GET
def check_answer(request: HttpRequest, number: str) -> HttpResponse:
    """The verdict card of a draft, decided anew at this moment."""
    asked = get_request(person(request), number)
    if asked.state != State.DRAFT:
        return redirect("request", asked.number)
    given = answer(asked, at=timezone.now())
    levels = frequency_of(given, at=asked.planned_at or given.context.at)
    more = {"levels": levels, "proposal": proposal_of(asked), "network": presenting.registrable(given.question)}
    more["copied"] = as_text(asked, given)
    words = {"asked": asked, **more, **_deciders(asked, given), **shown(given)}
    return render(request, "requests/check_answer.html", words)


def _deciders(asked: ContactRequest, given: Answer) -> dict[str, Any]:
    """Who will decide, where somebody has to."""
    if given.outcome in ("allowed", "forbidden"):
        return {}
    if afterwards.acts_at_once(given):
        return {"at_once": True}
    way = way_of(asked, given.facts, given.outcome, at=timezone.now())
    return {"nobody": way.dead_end, "who": who_decides(way)}


def shown(given: Answer) -> dict[str, Any]:
    """What the verdict card, the ways and the factor rows need."""
    return {
        "given": given,
        "promotion": given.promotion,
        "outcome": given.outcome,
        "tone": presenting.TONES[given.outcome],
        "sentence": presenting.sentence(given),
        "factors": presenting.factor_rows(given),
        "ways": ways(given),
    }


@require_POST
def check_take(request: HttpRequest, number: str) -> HttpResponse:
    """Take over one of the ways that are allowed: another address from the official account."""
    user, at = person(request), timezone.now()
    asked = own_draft(user, number)
    context: Context = load(asked.customer, user, at=at)
    chosen = request.POST.get("contact_point", "")
    point = next((point for point in context.points if str(point.pk) == chosen), None)
    if point is None:
        messages.error(request, _("This address is no longer used. Choose another way."))
        return redirect("check_answer", asked.number)
    account = context.default_account(point)
    planned = still_planned(asked.planned_at, at=context.at)
    values = {"contact_point": point, "account": account, "private_account": False, "planned_at": planned}
    try:
        return edited(request, asked, at=at, **values)
    except ValidationError as error:
        messages.error(request, error.messages[0])
        return redirect("check_answer", asked.number)
