"""The inbox of reviewers: to do, snoozed, done. The address says which of them is shown."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from contacts.requests.inbox import Key, Waiting, done_by, entries, glance_of, morning, part_of, waiting_of, week_of
from contacts.requests.reviewers import after_reviews_for
from contacts.requests.selectors import get_request
from contacts.requests.services import snoozing
from contacts.requests.undoing import undo_of
from portal.access.paging import page_by_key
from portal.access.person import person
from portal.access.roles import Role, role_required
from training.selectors import course_before_reviewing

TABS = ("todo", "snoozed", "done")
SIZE = 30


class SnoozeForm(forms.Form):
    until = forms.DateField()


@require_GET
@role_required(Role.MANAGER, Role.DPO)
def inbox(request: HttpRequest) -> HttpResponse:
    """What waits for this person's verdict, the first due first; what is put aside; what was decided."""
    user, now = person(request), timezone.now()
    tab = request.GET.get("tab", "todo")
    tab = tab if tab in TABS else "todo"
    glance = glance_of(user, at=now)
    waiting = waiting_of(user, at=now, glance=glance)
    context: dict[str, Any] = {
        "tab": tab,
        "now": now,
        "waiting": waiting,
        "course": course_before_reviewing(user.pk, today=timezone.localdate(now)),
    }
    if tab == "done":
        return render(request, "requests/inbox/done.html", context | _done(request))
    done = {name: request.GET.get(name, "") for name in ("aside", "decided")}
    context["undo"] = undo_of(user, waiting=waiting, **done)
    context |= _page(request, waiting, waiting.to_do if tab == "todo" else waiting.snoozed)
    if tab == "todo":
        context["dangers"] = after_reviews_for(user, at=now) if glance.may_look else []
        context["week"] = week_of(glance) if not context["rows"] else (0, None)
    return render(request, "requests/inbox.html", context)


def _page(request: HttpRequest, waiting: Waiting, keys: list[Key]) -> dict[str, Any]:
    part = part_of(keys, request.GET.get("after", ""), size=SIZE)
    return {"rows": entries(waiting, part.keys), "further": part.further, "back": part.back}


def _done(request: HttpRequest) -> dict[str, Any]:
    return {"page": page_by_key(request, done_by(person(request), at=timezone.now()), size=SIZE)}


@require_POST
@role_required(Role.MANAGER, Role.DPO)
def inbox_snooze(request: HttpRequest, number: str) -> HttpResponse:
    """Put one entry aside until the morning of a day."""
    user, now = person(request), timezone.now()
    asked, form = get_request(user, number), SnoozeForm(request.POST)
    if not form.is_valid():
        messages.warning(request, _("Choose the day on which it shall come back. Nothing was changed."))
        return redirect("inbox")
    try:
        day: date = form.cleaned_data["until"]
        snoozing.snooze(user, request=asked, until=morning(day), at=now)
        messages.success(request, _("%(number)s is put aside until then.") % {"number": asked.number})
        return redirect(f"{reverse('inbox')}?aside={asked.number}")
    except ValidationError as refusal:
        messages.warning(request, refusal.messages[0])
    return redirect("inbox")


@require_POST
@role_required(Role.MANAGER, Role.DPO)
def inbox_wake(request: HttpRequest, number: str) -> HttpResponse:
    user = person(request)
    asked = get_request(user, number)
    try:
        snoozing.wake(user, request=asked, at=timezone.now())
        messages.success(request, _("%(number)s waits under “To do” again.") % {"number": asked.number})
    except ValidationError as refusal:
        messages.warning(request, refusal.messages[0])
    return redirect("inbox")
