"""Changing a question that is kept as a draft: the whole of it, or one thing on a page of its own."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from contacts.requests.context import Context, load
from contacts.requests.forms import QuestionForm
from contacts.requests.list_verdicts import ASSUMED
from contacts.requests.models import ContactRequest
from contacts.requests.selectors import get_request
from contacts.requests.services import asking
from contacts.requests.services.common import NotNow, Stale
from contacts.requests.step_forms import STEPS, StepForm
from contacts.requests.versions import differences, version_of
from contacts.requests.ways import changed_fields, left_out
from portal.access.person import person
from portal.people.models import User


@require_http_methods(["GET", "POST"])
def check_edit(request: HttpRequest, number: str) -> HttpResponse:
    """Change the question; the answer follows at once."""
    user, at = person(request), timezone.now()
    asked = own_draft(user, number)
    context = load(asked.customer, user, at=at)
    changes = prefilled(request, context, asked)
    form = QuestionForm(request.POST or None, context=context, instance=asked, initial=changes)
    if request.method == "POST" and form.is_valid():
        try:
            return edited(request, asked, at=at, seen=request.POST.get("seen", ""), **form.asked())
        except ValidationError as error:
            form.refuse(error)
    page = {"customer": asked.customer, "form": form, "asked": asked, "left_out": left_out(asked, changes)}
    page["seen"] = request.POST.get("seen") or version_of(asked)
    return render(request, "requests/check_form.html", page)


@require_http_methods(["GET", "POST"])
def check_change(request: HttpRequest, number: str, step: str) -> HttpResponse:
    """One thing of the question, and why it is asked; saved, it leads straight back to the answer."""
    if step not in STEPS:
        raise Http404
    user, at = person(request), timezone.now()
    asked = own_draft(user, number)
    form = StepForm(request.POST or None, step=step, context=load(asked.customer, user, at=at), instance=asked)
    if request.method == "POST" and form.is_valid():
        try:
            return edited(request, asked, at=at, seen=request.POST.get("seen", ""), **form.asked())
        except ValidationError as error:
            form.refuse(error)
    page = {"asked": asked, "form": form, "step": STEPS[step], "seen": request.POST.get("seen") or version_of(asked)}
    return render(request, "requests/check_change.html", page)


def prefilled(request: HttpRequest, context: Context, earlier: ContactRequest | None) -> dict[str, Any]:
    """What a link brings along: changes to the earlier question, or reason, address and account."""
    named: dict[str, Any] = {name: request.GET[name] for name in ("purpose", "account_choice") if name in request.GET}
    chosen = request.GET.get("contact_point")
    named |= {"contact_point": chosen} if chosen in [str(point.pk) for point in context.points] else {}
    named |= {name: True for name in ASSUMED if request.GET.get(name) == "on"}
    return changed_fields(context, earlier, request.GET.getlist("change")) | named


def edited(request: HttpRequest, asked: ContactRequest, **changes: Any) -> HttpResponse:
    """The answer to the changed question; what was handed in meanwhile, in another window, stays as it is.

    Raises ValidationError for an address or account that went away meanwhile.
    """
    try:
        asking.edit(person(request), request=asked, **changes)
    except Stale as refusal:
        return _both(request, asked.number, refusal, changes)
    except NotNow as refusal:
        messages.warning(request, refusal.messages[0])
    return redirect("check_answer", asked.number)


def _both(request: HttpRequest, number: str, refusal: Stale, changes: dict[str, Any]) -> HttpResponse:
    """409 with what is saved and what was typed. Where both say the same there is nothing to choose."""
    asked = get_request(person(request), number)
    typed = {name: value for name, value in changes.items() if name not in ("at", "seen")}
    rows = differences(asked, typed)
    if not rows:
        return redirect("check_answer", number)
    sent = [(name, value) for name, values in request.POST.lists() for value in values]
    page = {
        "asked": asked,
        "rows": rows,
        "refusal": refusal.messages[0],
        "sent": [pair for pair in sent if pair[0] not in ("csrfmiddlewaretoken", "seen")],
        "seen": version_of(asked),
    }
    return render(request, "requests/changed.html", page, status=409)


def own_draft(user: User, number: str) -> ContactRequest:
    """403 for those who may see but not change the question."""
    asked = get_request(user, number)
    if asked.requester_id != user.pk:
        raise PermissionDenied
    return asked
