"""One question about several marked customers: ask, check what would become of each, send."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from contacts.customers.models import Customer
from contacts.requests.asking_several import MOST, Row, rows_of
from contacts.requests.deciding import ASKERS
from contacts.requests.presence import presence_on
from contacts.requests.services.asking_together import Sent, ask_together
from contacts.requests.several_forms import SeveralForm
from portal.access.person import person
from portal.access.roles import role_required


@require_http_methods(["GET", "POST"])
@role_required(*ASKERS)
def check_several(request: HttpRequest) -> HttpResponse:
    """The question, and with its first press the page on which one checks the answers; from there (`change`) it leads
    back to the question as it was typed. Nothing is kept yet."""
    marked = _marked(request)
    if not marked or len(marked) > MOST:
        return _back(request, marked)
    form = _form(request)
    if request.method != "POST" or not form.is_valid() or "change" in request.POST:
        return render(request, "requests/several/ask.html", {"form": form, "customers": marked})
    rows = rows_of(person(request), marked, form.wish(), at=timezone.now())
    return _check_page(request, form, rows)


@require_POST
@role_required(*ASKERS)
def check_several_send(request: HttpRequest) -> HttpResponse:
    """Send what the check page showed; what became of each customer is said by name."""
    marked, form, once = _marked(request), _form(request), _key(request)
    if not marked or len(marked) > MOST or once is None:
        return _back(request, marked)
    if not form.is_valid():
        return render(request, "requests/several/ask.html", {"form": form, "customers": marked})
    user, now = person(request), timezone.now()
    rows = rows_of(user, marked, form.wish(), at=now)
    sent = ask_together(user, rows=_as_shown(request, rows), fields=form.asked(), once=once, at=now)
    return render(request, "requests/several/sent.html", {"sent": sent, "done": _done(sent)})


def _check_page(request: HttpRequest, form: SeveralForm, rows: list[Row]) -> HttpResponse:
    typed = [(name, value) for name, values in request.POST.lists() for value in values]
    page = {
        "form": form,
        "rows": rows,
        "sending": sum(row.sends for row in rows),
        "typed": [pair for pair in typed if pair[0] not in ("csrfmiddlewaretoken", "change")],
        "once": uuid4(),
    }
    return render(request, "requests/several/check.html", page)


def _as_shown(request: HttpRequest, rows: Iterable[Row]) -> list[Row]:
    """The rows that the check page offered to send, each with the verdict that stood there."""
    shown = dict(value.rsplit(":", 1) for value in request.POST.getlist("shown") if ":" in value)
    known = [(row, shown.get(row.customer.number, "")) for row in rows]
    return [replace(row, outcome=verdict) for row, verdict in known if verdict]


def _done(sent: Iterable[Sent]) -> int:
    return sum(one.request is not None for one in sent)


def _form(request: HttpRequest) -> SeveralForm:
    presence, chosen = presence_on(timezone.localdate(), person(request)), {"purpose": request.GET.get("purpose", "")}
    return SeveralForm(request.POST or None, presence=presence, initial=chosen)


def _marked(request: HttpRequest) -> list[Customer]:
    """The customers behind `?customer=4711&customer=4712`; whom this person may not see is left out, as nonsense is."""
    said = request.POST if request.method == "POST" else request.GET
    numbers = [number for number in said.getlist("customer") if "\x00" not in number][: MOST + 1]
    return list(Customer.objects.visible_to(person(request)).filter(number__in=numbers))


def _key(request: HttpRequest) -> UUID | None:
    try:
        return UUID(request.POST.get("once", ""))
    except ValueError:
        return None


def _back(request: HttpRequest, marked: list[Customer]) -> HttpResponse:
    if len(marked) > MOST:
        messages.warning(
            request, _("Mark at most %(most)d customers, and ask about the others afterwards.") % {"most": MOST}
        )
    else:
        messages.warning(request, _("Mark at least one customer in the list."))
    return redirect("customers")
