"""Reports: all plots that somebody may see on one page, the figures of each as CSV, and the lists behind columns."""

from __future__ import annotations

from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from contacts.reports import words
from contacts.reports.forms import LookForm
from contacts.reports.lists import permits_ending, requests_waiting
from contacts.reports.plots import kinds_for, report_for, reports_for
from contacts.reports.plots.waiting import class_words
from contacts.reports.scope import OVER_ALL, OVER_TEAM, READERS, scope_of
from portal.access.paging import page_by_key
from portal.access.person import person
from portal.access.roles import role_required
from portal.people.groups import FEWEST_PEOPLE


@require_GET
@role_required(*READERS)
def reports(request: HttpRequest) -> HttpResponse:
    form = LookForm(request.GET or None)
    look, scope = form.look(timezone.now()), scope_of(person(request))
    found = reports_for(scope, look)
    query = request.GET.urlencode() if form.is_valid() else ""
    context = {
        "form": form,
        "said": form.said(look),
        "scope": scope,
        "reports": found,
        "fewest": FEWEST_PEOPLE,
        "is_filtered": any(kind.filtered for kind in kinds_for(scope)),
        "is_empty": scope.has_requests and scope.is_told and not any(one.rows for one in found if one.of_contacts),
        "query": query,
        "suffix": f"?{query}" if query else "",
        "at": look.at,
    }
    return render(request, "reports/reports.html", context)


@require_GET
@role_required(*READERS)
def report_csv(request: HttpRequest, key: str) -> HttpResponse:
    """The rows of the table of one plot; 404 for a plot that this person does not see."""
    at = timezone.now()
    report = report_for(scope_of(person(request)), LookForm(request.GET or None).look(at), key)
    if report is None:
        raise Http404
    response = HttpResponse(report.csv(), content_type="text/csv; charset=utf-8")
    name = f"{key}-{timezone.localdate(at):%Y-%m-%d}.csv"
    response.headers["Content-Disposition"] = content_disposition_header(True, name)
    return response


@require_GET
@role_required(*OVER_ALL, *OVER_TEAM)
def report_ending(request: HttpRequest, month: str) -> HttpResponse:
    """The permits behind the column of a month, as 2027-03."""
    look = LookForm(request.GET or None).look(timezone.now())
    try:
        first = datetime.strptime(month, "%Y-%m").date()  # noqa: DTZ007  (a month has no zone)
        rows = permits_ending(scope_of(person(request)), look, first)
    except ValueError:
        raise Http404 from None
    page = None if rows is None else page_by_key(request, rows)
    context = {"month": words.month(first), "page": page, "fewest": FEWEST_PEOPLE}
    return render(request, "reports/ending.html", context)


@require_GET
@role_required(*OVER_ALL, *OVER_TEAM)
def report_waiting(request: HttpRequest, number: int) -> HttpResponse:
    """The requests behind the column of a class of age, counted from 0."""
    look = LookForm(request.GET or None).look(timezone.now())
    try:
        rows = requests_waiting(scope_of(person(request)), look, number)
    except IndexError:
        raise Http404 from None
    page = None if rows is None else page_by_key(request, rows)
    context = {"age": class_words()[number], "page": page, "fewest": FEWEST_PEOPLE}
    return render(request, "reports/waiting.html", context)
