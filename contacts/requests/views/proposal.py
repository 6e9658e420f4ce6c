"""What a reviewer proposed instead, taken over with one press."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from contacts.requests.rules import State
from contacts.requests.services import proposing
from contacts.requests.views.changing import own_draft
from portal.access.person import person


@require_POST
def check_take_proposal(request: HttpRequest, number: str) -> HttpResponse:
    """Take over and hand in; the page of the request then says who decides, or where the permit is."""
    user = person(request)
    asked = own_draft(user, number)
    key = request.POST.get("proposal", "")
    wanted = int(key) if key.isascii() and key.isdigit() and len(key) < 19 else 0
    try:
        asked = proposing.take_over(user, request=asked, proposal=wanted, at=timezone.now())
    except ValidationError as refusal:
        messages.warning(request, refusal.messages[0])
        return redirect("request", asked.number)
    if asked.state == State.DRAFT:
        messages.warning(request, _("Meanwhile the rules do not allow this. It is changed, but not handed in."))
        return redirect("request", asked.number)
    return redirect("request_sent", asked.number)
