"""What officers do: assess, decide, close, and take the export along."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from contacts.incidents.export import WRITERS
from contacts.incidents.forms import AssessForm, DecideForm
from contacts.incidents.models import Incident
from contacts.incidents.rules import About, Verb, transition
from contacts.incidents.selectors import get_incident, may_judge, story_of
from contacts.incidents.services import exporting, judging
from contacts.incidents.services.common import NotNow
from portal.access.person import person


def own_case(request: HttpRequest, number: str) -> Incident:
    """403 for those who may see the incident but not assess it."""
    found = get_incident(person(request), number)
    if not may_judge(person(request), found):
        raise PermissionDenied
    return found


@require_http_methods(["GET", "POST"])
def incident_assess(request: HttpRequest, number: str) -> HttpResponse:
    """Assess the risk, or assess it anew: the form begins with the latest words."""
    found = own_case(request, number)
    form = AssessForm(request.POST or None, instance=None, initial=_latest(found))
    if request.method == "POST" and form.is_valid():
        try:
            judging.assess(person(request), incident=found, at=timezone.now(), **form.cleaned_data)
            messages.success(request, _("The assessment is kept. Decide now who is told."))
            return redirect("incident", number)
        except NotNow as refusal:
            messages.warning(request, refusal.messages[0])
            return redirect("incident", number)
        except ValidationError as error:
            form.refuse(error)
    return render(request, "incidents/assess.html", {"incident": found, "form": form})


def _latest(found: Incident) -> dict[str, object]:
    latest = story_of(found).assessment
    return {name: getattr(latest, name) for name in judging.ASSESSED} if latest else {}


@require_http_methods(["GET", "POST"])
def incident_decide(request: HttpRequest, number: str, about: str) -> HttpResponse:
    """Decide whether the authority, or the person concerned, is told; enter when it was done."""
    found = own_case(request, number)
    if about not in set(About):
        raise Http404
    story = story_of(found)
    risk = story.assessment.risk if story.assessment else ""
    form = DecideForm(request.POST or None, about=about, risk=risk, initial=DecideForm.repeated(story.decision(about)))
    if request.method == "POST" and form.is_valid():
        try:
            judging.decide(person(request), incident=found, about=about, at=timezone.now(), **form.cleaned_data)
            messages.success(request, _("The decision is kept."))
            return redirect("incident", number)
        except NotNow as refusal:
            messages.warning(request, refusal.messages[0])
            return redirect("incident", number)
        except ValidationError as error:
            form.refuse(error)
    if request.method == "GET" and transition(Verb.DECIDE, found.state) is None:
        return redirect("incident", number)
    context = {"incident": found, "form": form, "about": about, "assessment": story.assessment}
    context["hours"] = (found.due_at - found.aware_at) // timedelta(hours=1)
    return render(request, "incidents/decide.html", context)


@require_POST
def incident_close(request: HttpRequest, number: str) -> HttpResponse:
    found = own_case(request, number)
    try:
        judging.close(person(request), incident=found, at=timezone.now())
        messages.success(request, _("%(number)s is closed.") % {"number": found.number})
    except NotNow as refusal:
        messages.warning(request, refusal.messages[0])
    return redirect("incident", number)


@require_POST
def incident_export(request: HttpRequest, number: str, kind: str) -> HttpResponse:
    """The document for the authority. A POST: each export leaves an entry in the trail."""
    found = own_case(request, number)
    if kind not in WRITERS:
        raise Http404
    write, content_type = WRITERS[kind]
    try:
        content = exporting.export(person(request), incident=found, kind=kind, write=write, at=timezone.now())
    except NotNow as refusal:
        messages.warning(request, refusal.messages[0])
        return redirect("incident", number)
    name = content_disposition_header(True, f"{found.number}.{kind}") or "attachment"
    headers = {"Content-Disposition": name, "X-Content-Type-Options": "nosniff"}
    return HttpResponse(content, content_type=content_type, headers=headers)
