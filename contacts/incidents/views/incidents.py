"""The officers' list, one incident with all that followed, its steps and notes."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from contacts.incidents import presenting
from contacts.incidents.forms import NoteForm, StepForm
from contacts.incidents.models import Incident
from contacts.incidents.rules import About, State, Verb, transition
from contacts.incidents.selectors import get_incident, may_judge, open_incidents, story_of
from contacts.incidents.services import containing, judging
from portal.access.paging import page_by_key
from portal.access.person import person
from portal.access.roles import Role, role_required
from training.selectors import refresher_because_of


@require_GET
@role_required(Role.DPO)
def incidents(request: HttpRequest) -> HttpResponse:
    """What is open, the most urgent first; what is closed, newest first."""
    user, at = person(request), timezone.now()
    if request.GET.get("tab") == "closed":
        closed = Incident.objects.visible_to(user).filter(state=State.CLOSED).select_related("reporter", "customer")
        return render(request, "incidents/incidents.html", {"tab": "closed", "page": page_by_key(request, closed)})
    return render(request, "incidents/incidents.html", {"tab": "open", "page": open_incidents(user), "now": at})


@require_GET
def incident(request: HttpRequest, number: str) -> HttpResponse:
    """One incident: for its reporter what was reported and what helps now; for officers also what they decided."""
    user, at = person(request), timezone.now()
    mine = get_incident(user, number)
    story, judge = story_of(mine), may_judge(user, mine)
    context = {
        "incident": mine,
        "story": story,
        "now": at,
        "is_reporter": mine.reporter_id == user.pk,
        "is_officer": user.has_role(Role.DPO),
        "may_judge": judge,
        "order": getattr(mine, "order", None),
        "steps": presenting.step_rows(story),
        "may_tick": transition(Verb.TAKE_STEP, mine.state) is not None,
        "may_assess": judge and transition(Verb.ASSESS, mine.state) is not None,
        "may_decide": judge and transition(Verb.DECIDE, mine.state) is not None,
        "decisions": [(about, story.decision(about), story.stands(about)) for about in About],
        "missing": [judging.missing_sentence(one) for one in story.lacks],
        "note_form": NoteForm(),
        "refresher": refresher_because_of(mine.reporter_id, presenting.causes(mine)),
    }
    return render(request, "incidents/incident.html", context)


@require_POST
def incident_step(request: HttpRequest, number: str) -> HttpResponse:
    """Tick one step, or say that it does not apply."""
    user = person(request)
    mine = get_incident(user, number)
    form = StepForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose one of the steps on this page."))
        return redirect("incident", number)
    try:
        done = containing.take_step(user, incident=mine, at=timezone.now(), **form.cleaned_data)
        if done.state == State.CONTAINED and mine.state != done.state:
            messages.success(request, _("All steps are settled. Thank you."))
    except ValidationError as refusal:
        messages.warning(request, refusal.messages[0])
    return redirect("incident", number)


@require_http_methods(["GET", "POST"])
def incident_note(request: HttpRequest, number: str) -> HttpResponse:
    """Write a note; the page of its own keeps what was typed where something is missing."""
    user = person(request)
    mine = get_incident(user, number)
    form = NoteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            containing.add_note(user, incident=mine, at=timezone.now(), **form.cleaned_data)
            messages.success(request, _("The note is kept."))
            return redirect("incident", number)
        except ValidationError as error:
            form.refuse(error)
    return render(request, "incidents/note.html", {"incident": mine, "form": form})
