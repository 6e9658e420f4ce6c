"""“It already happened”: the form for everybody, and one's own reports."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from contacts.incidents.forms import ReportForm
from contacts.incidents.models import Incident
from contacts.incidents.presenting import origin_of
from contacts.incidents.services import reporting
from portal.access.paging import page_by_key
from portal.access.person import person


@require_http_methods(["GET", "POST"])
def incident_report(request: HttpRequest) -> HttpResponse:
    """Report what happened; links from a request, a permit or a customer prefill it."""
    user, at = person(request), timezone.now()
    origin = origin_of(request, user)
    initial = {"noticed_at": timezone.localtime(at)} | (origin.initial or {})
    form = ReportForm(request.POST or None, user=user, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            made = reporting.report(user, at=at, request=origin.request, permit=origin.permit, **form.reported())
            messages.success(request, _("Thank you for reporting it. The data protection officer has been told."))
            return redirect("incident", made.number)
        except ValidationError as error:
            form.refuse(error)
    return render(request, "incidents/report.html", {"form": form, "origin": origin})


@require_GET
def incidents_mine(request: HttpRequest) -> HttpResponse:
    """Own reports, newest first."""
    rows = Incident.objects.filter(reporter=person(request)).select_related("customer")
    return render(request, "incidents/mine.html", {"page": page_by_key(request, rows)})
