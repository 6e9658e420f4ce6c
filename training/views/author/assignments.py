"""Who has to take which course, and who gets more time."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from portal.access.person import person
from portal.access.roles import role_required
from training.forms import AssignmentForm, MoreTimeForm
from training.models import Assignment, TimeExtension
from training.selectors.duties import assignment_rows
from training.services import assigning
from training.services.more_time import give_more_time
from training.views.author.common import WRITERS, attempt, tell


@require_http_methods(["GET", "POST"])
@role_required(*assigning.ASSIGNERS)
def assignments(request: HttpRequest) -> HttpResponse:
    """What is assigned to whom with how many still to do; a new assignment below."""
    form = AssignmentForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            assigning.assign(person(request), at=timezone.now(), **form.cleaned_data)
            messages.success(request, _("The course is assigned. People see it on their start page at once."))
            return redirect("author_assignments")
        except ValidationError as error:
            tell(form, error)
    rows = assignment_rows(today=timezone.localdate())
    return render(request, "training/author/assignments.html", {"form": form, "rows": rows})


@require_POST
@role_required(*assigning.ASSIGNERS)
def assignment_end(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Assignment, pk=pk)
    done = _("The assignment has ended. Certificates stay as they are.")
    attempt(request, lambda: assigning.end_assignment(person(request), assignment=found, at=timezone.now()), done)
    return redirect("author_assignments")


@require_http_methods(["GET", "POST"])
@role_required(*WRITERS)
def more_time(request: HttpRequest) -> HttpResponse:
    """More time for one person, for every quiz with a limit, until it is ended."""
    form = MoreTimeForm(request.POST or None, acting_user=person(request))
    if request.method == "POST" and form.is_valid():
        try:
            give_more_time(person(request), at=timezone.now(), **form.cleaned_data)
            messages.success(request, _("From now on this person has more time, also in a quiz that runs."))
            return redirect("author_more_time")
        except ValidationError as error:
            tell(form, error)
    latest = TimeExtension.objects.order_by("person_id", "-pk").distinct("person_id").select_related("person")
    rows = [one for one in latest if one.percent]
    return render(request, "training/author/more_time.html", {"form": form, "rows": rows})
