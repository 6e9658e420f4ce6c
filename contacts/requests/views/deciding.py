"""Around a decision: handing it on, a word about it, and looking at an act in imminent danger afterwards."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from contacts.requests.models import AfterReview, ContactRequest
from contacts.requests.reviewers import desk_of, who_could
from contacts.requests.routing_forms import AfterReviewForm, CommentForm, ReassignForm, show_refusal
from contacts.requests.selectors import get_request
from contacts.requests.services import assigning, danger
from contacts.requests.services.common import NotNow
from portal.access.person import person
from portal.access.roles import Role, role_required


@require_http_methods(["GET", "POST"])
@role_required(Role.MANAGER, Role.DPO)
def reassign(request: HttpRequest, number: str) -> HttpResponse:
    """Hand the decision on to somebody else who may decide."""
    user = person(request)
    asked = get_request(user, number)
    form = _reassign_form(request, asked)
    if form is None:
        messages.warning(request, _("%(number)s does not wait for a decision any more.") % {"number": asked.number})
        return redirect("request", asked.number)
    if request.method == "POST" and form.is_valid():
        try:
            assigning.reassign(user, request=asked, at=timezone.now(), **form.cleaned_data)
            told = {"number": asked.number, "person": form.cleaned_data["to"]}
            messages.success(request, _("%(person)s decides about %(number)s now.") % told)
            return redirect("inbox")
        except NotNow as refusal:
            messages.warning(request, refusal.messages[0])
            return redirect("request", asked.number)
        except ValidationError as refusal:
            show_refusal(form, refusal)
    return render(request, "requests/reassign.html", {"asked": asked, "form": form})


def _reassign_form(request: HttpRequest, asked: ContactRequest) -> ReassignForm | None:
    user = person(request)
    desk = desk_of(asked, at=timezone.now())
    if desk is None:
        return None
    own = desk.seat_of(user)
    if own is None and (not user.has_role(Role.DPO) or desk.bars(user)):
        raise PermissionDenied
    seats = [own] if own is not None else desk.stage.seats
    possible = who_could(desk, seats[0]) if seats else []
    values: dict[str, Any] = {
        "deciding": [user] if own is not None else desk.reviewers,
        "possible": possible,
        "mine": own is not None,
    }
    return ReassignForm(request.POST or None, **values)


@require_POST
def comment(request: HttpRequest, number: str) -> HttpResponse:
    user = person(request)
    asked = get_request(user, number)
    form = CommentForm(request.POST)
    if not form.is_valid():
        messages.warning(request, _("Write a word of at most 2000 characters. Nothing was kept."))
        return redirect("request", asked.number)
    try:
        assigning.comment(user, request=asked, at=timezone.now(), **form.cleaned_data)
        messages.success(request, _("Your comment is kept, and the others are told."))
    except ValidationError as refusal:
        messages.warning(request, refusal.messages[0])
    return redirect("request", asked.number)


@require_POST
@role_required(Role.MANAGER, Role.DPO)
def danger_review(request: HttpRequest, number: str) -> HttpResponse:
    """Approve an act in imminent danger afterwards, or say that it was not justified."""
    user = person(request)
    asked = get_request(user, number)
    row = get_object_or_404(AfterReview.objects.select_related("request"), request=asked)
    form = AfterReviewForm(request.POST)
    if not form.is_valid():
        messages.warning(request, _("Choose one of the two answers. Nothing was kept."))
        return redirect("request", asked.number)
    try:
        danger.review_afterwards(user, review=row, at=timezone.now(), **form.cleaned_data)
        messages.success(request, _("Your verdict about %(number)s is recorded.") % {"number": asked.number})
    except ValidationError as refusal:
        messages.warning(request, refusal.messages[0])
    return redirect("request", asked.number)
