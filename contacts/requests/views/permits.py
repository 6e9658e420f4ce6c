"""A permit: read it, use it, log what happened, end it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from contacts.policy.derived import ADV, effective_purpose
from contacts.policy.facts import Channel, Purpose
from contacts.requests import presenting
from contacts.requests.deciding import Answer, answer, standing
from contacts.requests.frequency import frequency_of
from contacts.requests.models import Permit, PermitUse
from contacts.requests.permit_forms import LogForm, PermitNumberForm, RevokeForm
from contacts.requests.rules import PermitState, permit_state
from contacts.requests.selectors import (
    SHOWN,
    WrongNumber,
    contacts_today,
    get_permit,
    may_revoke,
    shown_permits,
)
from contacts.requests.services import permits as verbs
from contacts.requests.services.common import NotNow
from contacts.requests.stricter import terms_of
from portal.access.paging import page_by_key
from portal.access.person import person
from portal.people.models import User


@require_GET
def permits(request: HttpRequest) -> HttpResponse:
    """Own permits, newest first; and the way to a permit whose number one was told."""
    user = person(request)
    form = PermitNumberForm(request.GET if "number" in request.GET else None)
    if form.is_bound and form.is_valid():
        found = Permit.objects.visible_to(user).filter(pk=form.cleaned_data["number"]).first()
        if found is not None:
            return redirect("permit", found.number)
        form.add_error("number", _("There is no permit with this number that you may see."))
    now, which = timezone.now(), request.GET.get("show", "all")
    which = which if which in SHOWN else "all"
    page = page_by_key(request, shown_permits(user, which, at=now))
    return render(request, "requests/permits.html", {"page": page, "now": now, "form": form, "which": which})


@require_GET
def permit(request: HttpRequest, number: str) -> HttpResponse:
    """The permit with its present standing: derived now, whatever the bookkeeping says."""
    user, at = person(request), timezone.now()
    try:
        mine = get_permit(user, number)
    except WrongNumber as wrong:
        form = PermitNumberForm({"number": wrong.typed})
        return render(request, "requests/permit_unknown.html", {"form": form}, status=404)
    state = permit_state(mine.state, mine.valid_until, at)
    given = answer(mine.request, at=at, now_not_planned=True)
    uses = list(mine.uses.select_related("contact"))
    context = {
        "permit": mine,
        "state": state,
        "given": given,
        "obligations": given.decision.obligations,
        "ended_because": presenting.reasons_by_id(mine.revoked_reason) if mine.revoked_reason else [],
        "is_holder": mine.holder_id == user.pk,
        "may_revoke": may_revoke(user, mine),
        "advertises_for": _advertises_for(mine, given),
        "uses": uses,
        "next_use": len(uses) + 1,
        "to_log": next((use for use in uses if not hasattr(use, "contact")), None),
        "terms": terms_of(mine.request),
        **(_before_use(user, mine, given, uses, at) if state == PermitState.ACTIVE else {}),
    }
    return render(request, "requests/permit.html", context)


def _before_use(user: User, mine: Permit, given: Answer, uses: list[PermitUse], at: datetime) -> dict[str, Any]:
    """What somebody should know before making contact: whether it is possible now, and who has been there today."""
    now = standing(given, mine)
    return {
        "standing": now,
        "reasons": presenting.reasons_by_id(now.because) if now.because else [],
        "because": now.because,
        "levels": frequency_of(given, at=at),
        "today": contacts_today(user, mine.customer, at=at),
    }


def _advertises_for(mine: Permit, given: Answer) -> str:
    """The purpose for which a mail under this permit is advertising, or "": such a mail offers to unsubscribe."""
    purpose = effective_purpose(Purpose(mine.purpose), given.question.contains_promotion)
    by_email = mine.contact_point.channel == Channel.EMAIL
    return purpose.value if by_email and purpose in ADV else ""


@require_POST
def permit_redeem(request: HttpRequest, number: str) -> HttpResponse:
    """Use the permit now; afterwards the contact is logged."""
    user = person(request)
    mine = get_permit(user, number)
    try:
        read = "conditions_read" in request.POST
        redemption = verbs.redeem(user, permit=mine, at=timezone.now(), conditions_read=read)
    except verbs.LogFirst as refusal:
        messages.error(request, refusal.messages[0])
        return redirect("contact_log", mine.number, refusal.use.use_number)
    except NotNow as refusal:
        messages.error(request, refusal.messages[0])
        return redirect("permit", mine.number)
    if redemption.use is None:
        messages.error(request, presenting.refusal_words(redemption))
        return redirect("permit", mine.number)
    messages.success(request, _("You may make contact now. Afterwards, log what happened."))
    return redirect("contact_log", mine.number, redemption.use.use_number)


@require_http_methods(["GET", "POST"])
def contact_log(request: HttpRequest, number: str, use_number: int) -> HttpResponse:
    """Log the contact with its outcome; an objection told in it counts at once."""
    user = person(request)
    mine = get_permit(user, number)
    use = get_object_or_404(mine.uses.filter(used_by=user).select_related("permit"), use_number=use_number)
    form = LogForm(request.POST or None, permit=mine)
    if request.method == "POST" and form.is_valid():
        try:
            verbs.log_contact(user, use=use, at=timezone.now(), **form.cleaned_data)
            messages.success(request, _("The contact is logged."))
            return redirect("permit", mine.number)
        except NotNow as refusal:
            messages.warning(request, refusal.messages[0])
            return redirect("permit", mine.number)
        except ValidationError as error:
            form.refuse(error)
    return render(request, "requests/contact_log.html", {"permit": mine, "use": use, "form": form})


@require_http_methods(["GET", "POST"])
def permit_revoke(request: HttpRequest, number: str) -> HttpResponse:
    """End a permit by hand, with a reason."""
    user = person(request)
    mine = get_permit(user, number)
    if not may_revoke(user, mine):
        raise PermissionDenied
    form = RevokeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            verbs.revoke(user, permit=mine, reason=form.cleaned_data["reason"], at=timezone.now())
            messages.success(request, _("The permit has ended; the holder is told."))
        except NotNow as refusal:
            messages.warning(request, refusal.messages[0])
        return redirect("permit", number)
    return render(request, "requests/permit_revoke.html", {"permit": mine, "form": form})
