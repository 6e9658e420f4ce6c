"""Legal holds: the list, placing one, and one hold with all that can be done about it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portal.access.person import person
from portal.access.roles import Role, role_required
from portal.people.models import User
from portal.retention import holds as verbs
from portal.retention.forms import EndForm, HoldForm, ReviewForm, show_refusal
from portal.retention.models import Hold

READERS = (Role.DPO, Role.AUDITOR, Role.ADMINISTRATOR)
RELATED = ("placed_by", "end_asked_by", "ended_by")


@require_GET
@role_required(*READERS)
def holds(request: HttpRequest) -> HttpResponse:
    """What stands, the next to be looked at first; below what has ended."""
    user = person(request)
    rows = Hold.objects.visible_to(user).select_related(*RELATED)
    context = {"standing": rows.standing(), "ended": rows.exclude(ended_at=None).order_by("-ended_at")[:50]}
    return render(request, "retention/holds.html", context | {"may_place": user.has_role(Role.DPO)})


@require_http_methods(["GET", "POST"])
@role_required(Role.DPO)
def hold_place(request: HttpRequest) -> HttpResponse:
    user = person(request)
    form = HoldForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid() and form.found is not None:
        values = {name: form.cleaned_data[name] for name in ("reason", "review_on")}
        try:
            made = verbs.place_hold(user, found=form.found, at=timezone.now(), **values)
            messages.success(request, _("The hold stands. Nothing of this number is deleted or erased."))
            return redirect("hold", made.pk)
        except ValidationError as refusal:
            show_refusal(form, refusal)
    return render(request, "retention/hold_form.html", {"form": form})


@require_GET
@role_required(*READERS)
def hold(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, _hold(request, pk), ReviewForm(), EndForm())


@require_POST
@role_required(Role.DPO)
def hold_keep(request: HttpRequest, pk: int) -> HttpResponse:
    found, form = _hold(request, pk), ReviewForm(request.POST)
    act = partial(verbs.keep_hold, person(request), hold=found, at=timezone.now())
    if _done(request, form, act, _("It stands until it is looked at on that day.")):
        return redirect("hold", pk)
    return _page(request, found, form, EndForm())


@require_POST
@role_required(Role.DPO)
def hold_ask_end(request: HttpRequest, pk: int) -> HttpResponse:
    found, form = _hold(request, pk), EndForm(request.POST)
    act = partial(verbs.ask_end, person(request), hold=found, at=timezone.now())
    if _done(request, form, act, _("Asked. The hold ends when a second person has looked.")):
        return redirect("hold", pk)
    return _page(request, found, ReviewForm(), form)


@require_POST
@role_required(*verbs.SECOND_LOOK)
def hold_end(request: HttpRequest, pk: int) -> HttpResponse:
    """The second look."""
    try:
        verbs.end_hold(person(request), hold=_hold(request, pk), at=timezone.now())
        messages.success(request, _("The hold has ended. What is over its time goes within the hour."))
    except ValidationError as refusal:
        messages.warning(request, refusal.messages[0])
    return redirect("hold", pk)


def _hold(request: HttpRequest, pk: int) -> Hold:
    return get_object_or_404(Hold.objects.visible_to(person(request)).select_related(*RELATED), pk=pk)


def _done(request: HttpRequest, form: forms.Form, act: Callable[..., object], sentence: str) -> bool:
    if not form.is_valid():
        return False
    try:
        act(**form.cleaned_data)
    except ValidationError as refusal:
        show_refusal(form, refusal)
        return False
    messages.success(request, sentence)
    return True


def _page(request: HttpRequest, found: Hold, review: forms.Form, end: forms.Form) -> HttpResponse:
    user = person(request)
    context = {"hold": found, "review_form": review, "end_form": end, "may_keep": user.has_role(Role.DPO)}
    return render(request, "retention/hold.html", context | {"may_end": _may_end(user, found)})


def _may_end(user: User, found: Hold) -> bool:
    asked = found.end_asked_by
    return asked is not None and user.has_role(*verbs.SECOND_LOOK) and not user.is_same_person_as(asked)
