"""The record of processing activities: the list, one activity with its versions, and what the officer does to it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portal.access.paging import page_by_key
from portal.access.person import person
from portal.access.roles import Role, role_required
from portal.desk.processing import services as verbs
from portal.desk.processing.files import FORMS
from portal.desk.processing.forms import ActivityForm, EndForm
from portal.desk.processing.models import READERS, ActivityVersion
from portal.desk.processing.rules import OWN
from portal.desk.processing.selectors import (
    Activity,
    activity_at,
    controller,
    due_sentence,
    missing_sentences,
    parts_of,
    record_at,
)
from portal.desk.processing.showing import changes_of, differences, named
from portal.retention.forms import show_refusal

TYPES = {"csv": "text/csv; charset=utf-8", "pdf": "application/pdf"}


@require_GET
@role_required(*READERS)
def processing(request: HttpRequest) -> HttpResponse:
    """The whole record in short, with what is still missing and what is to be looked at again."""
    user, now = person(request), timezone.now()
    found, today = record_at(user, now), timezone.localdate(now)
    standing = [one for one in found if not one.is_ended]
    context = {
        "rows": [(one, one.is_due(today)) for one in standing],
        "ended": [one for one in found if one.is_ended],
        "missing": missing_sentences(standing),
        "due": due_sentence(standing, today),
        "controller": controller(),
        "may_write": user.has_role(Role.DPO),
        "languages": settings.LANGUAGES,
        # The authority reads the company's language, whatever the officer reads.
        "file_language": settings.LANGUAGE_CODE,
    }
    return render(request, "desk/processing/list.html", context)


@require_GET
@role_required(*READERS)
def processing_activity(request: HttpRequest, key: str) -> HttpResponse:
    return _page(request, _activity(request, key))


@require_GET
@role_required(*READERS)
def processing_version(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """A former version, whole: what people had written, and what the portal said beside it then."""
    rows = ActivityVersion.objects.visible_to(person(request)).select_related("made_by")
    found = get_object_or_404(rows, activity=key, number=number)
    drawn = found.drawn.get(get_language() or "de", {})
    context = {"version": found, "name": named(found), "parts": parts_of(drawn, found.said)}
    return render(request, "desk/processing/version.html", context)


@require_http_methods(["GET", "POST"])
@role_required(Role.DPO)
def processing_new(request: HttpRequest) -> HttpResponse:
    form = ActivityForm(request.POST or None, activity=OWN)
    if request.method == "POST" and form.is_valid():
        try:
            made = verbs.add_activity(person(request), values=form.values, at=timezone.now())
            messages.success(request, _("The activity stands in the record."))
            return redirect("processing_activity", made.activity)
        except ValidationError as refusal:
            show_refusal(form, refusal)
    return render(request, "desk/processing/form.html", {"form": form})


@require_http_methods(["GET", "POST"])
@role_required(Role.DPO)
def processing_change(request: HttpRequest, key: str) -> HttpResponse:
    found = _activity(request, key)
    first = {**found.said, "name": found.name, "based_on": found.number}
    form = ActivityForm(request.POST or None, activity=key, initial=first)
    act = partial(verbs.change_activity, person(request), activity=key)
    try:
        if request.method == "POST" and _done(request, form, act, _("Saved as a new version."), values=True):
            return redirect("processing_activity", key)
    except verbs.Stale as refusal:
        return _both(request, key, form, refusal)
    return render(request, "desk/processing/form.html", {"form": form, "activity": found})


@require_POST
@role_required(Role.DPO)
def processing_review(request: HttpRequest, key: str) -> HttpResponse:
    """Looked at, nothing to change."""
    found, form = _activity(request, key), BasedOnForm(request.POST)
    act = partial(verbs.review_activity, person(request), activity=key)
    try:
        if _done(request, form, act, _("Noted. It is due again in a year.")):
            return redirect("processing_activity", key)
    except verbs.Stale as refusal:
        show_refusal(form, refusal)
        return _page(request, _activity(request, key), form, status=409)
    return _page(request, found, form)


@require_http_methods(["GET", "POST"])
@role_required(Role.DPO)
def processing_end(request: HttpRequest, key: str) -> HttpResponse:
    """The page of checking before an activity ends."""
    found = _activity(request, key)
    if not found.is_own:
        raise Http404
    form = EndForm(request.POST or None, initial={"based_on": found.number})
    act = partial(verbs.end_activity, person(request), activity=key)
    try:
        if request.method == "POST" and _done(request, form, act, _("The activity has ended and stays in the record.")):
            return redirect("processing_activity", key)
    except verbs.Stale as refusal:
        return _end_anew(request, key, form, refusal)
    return render(request, "desk/processing/end.html", {"form": form, "activity": found})


@require_POST
@role_required(Role.DPO)
def processing_export(request: HttpRequest) -> HttpResponse:
    """A POST, because the trail tells who took the record."""
    wanted, language = request.POST.get("form", ""), request.POST.get("language") or get_language() or "de"
    if wanted not in FORMS or language not in dict(settings.LANGUAGES):
        raise Http404
    with override(language):
        made = verbs.export_record(person(request), form=wanted, language=language, at=timezone.now())
    headers = {"Content-Disposition": f'attachment; filename="processing-{language}.{wanted}"'}
    return HttpResponse(made, content_type=TYPES[wanted], headers=headers)


class BasedOnForm(forms.Form):
    based_on = forms.IntegerField(required=False, min_value=0, max_value=2**31 - 1)


def _activity(request: HttpRequest, key: str) -> Activity:
    return activity_at(person(request), key, timezone.now())


def _both(request: HttpRequest, key: str, form: ActivityForm, refusal: verbs.Stale) -> HttpResponse:
    """409 with what stands in the record and what was typed. Where both say the same there is nothing to choose."""
    found = _activity(request, key)
    rows = differences(found, form.values)
    if not rows:
        return redirect("processing_activity", key)
    page = {"activity": found, "rows": rows, "refusal": refusal.messages[0], "sent": form.values.items()}
    return render(request, "desk/processing/changed.html", page, status=409)


def _end_anew(request: HttpRequest, key: str, form: EndForm, refusal: verbs.Stale) -> HttpResponse:
    """409 with the present version below the reason that was typed; a second press is about that one."""
    found = _activity(request, key)
    anew = EndForm({**form.cleaned_data, "based_on": found.number})
    show_refusal(anew, refusal)
    return render(request, "desk/processing/end.html", {"form": anew, "activity": found, "changed": True}, status=409)


def _page(request: HttpRequest, found: Activity, form: forms.Form | None = None, status: int = 200) -> HttpResponse:
    user, today = person(request), timezone.localdate()
    rows = ActivityVersion.objects.visible_to(user).filter(activity=found.key).select_related("made_by")
    page = page_by_key(request, rows)
    context = {
        "activity": found,
        "is_due": found.is_due(today),
        "page": page,
        "versions": changes_of(found, page),
        "form": form,
        "may_write": user.has_role(Role.DPO) and not found.is_ended,
    }
    return render(request, "desk/processing/activity.html", context, status=status)


def _done(
    request: HttpRequest, form: forms.Form, act: Callable[..., object], sentence: str, *, values: bool = False
) -> bool:
    """Whether the verb took what was sent; where it refused, its sentence stands at the form. Raises Stale."""
    if not form.is_valid():
        return False
    told = dict(form.cleaned_data)
    based_on = told.pop("based_on") or 0
    try:
        act(based_on=based_on, at=timezone.now(), **({"values": told} if values else told))
    except verbs.Stale:
        raise
    except ValidationError as refusal:
        show_refusal(form, refusal)
        return False
    messages.success(request, sentence)
    return True
