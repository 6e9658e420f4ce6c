"""“This is no advertising”: saying why."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from contacts.requests.forms import DisputeForm
from contacts.requests.models import ContactRequest
from contacts.requests.promotion import fingerprint, promotion_of
from contacts.requests.rules import State
from contacts.requests.services import disputing
from contacts.requests.services.common import NotNow
from contacts.requests.views.changing import own_draft
from portal.access.person import person


@require_http_methods(["GET", "POST"])
def check_dispute(request: HttpRequest, number: str) -> HttpResponse:
    """Read what was found in the draft and say why it is no advertising."""
    asked = own_draft(person(request), number)
    form = DisputeForm(request.POST or None, initial={"text": fingerprint(asked.draft_text)})
    if request.method == "POST" and form.is_valid():
        return _disputed(request, asked, form)
    promotion = promotion_of(asked)
    if asked.state != State.DRAFT or not promotion.disputable:
        return redirect("check_answer", asked.number)
    return render(request, "requests/dispute.html", {"asked": asked, "form": form, "promotion": promotion})


def _disputed(request: HttpRequest, asked: ContactRequest, form: DisputeForm) -> HttpResponse:
    try:
        disputing.dispute_promotion(person(request), request=asked, at=timezone.now(), **form.cleaned_data)
    except NotNow as refusal:
        messages.warning(request, refusal.messages[0])
    return redirect("check_answer", asked.number)
