"""How questions do, rates by department, and completions for other systems."""

from __future__ import annotations

import io
import json

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from contacts.rulebook.selectors import rule_set_in_force
from portal.access.person import person
from portal.access.roles import Role, role_required
from portal.cells import Table
from portal.people.groups import FEWEST_PEOPLE
from training.analysis import FEWEST_ATTEMPTS
from training.interchange import completions_csv, xapi_statements
from training.interchange.completions import HEADINGS
from training.models import CourseKind, ItemSum
from training.presenting.item_plot import item_about, item_marks, item_plot
from training.selectors import authoring as shelf
from training.selectors.items import items_of
from training.selectors.statistics import item_rows, rates_by_department
from training.services.exporting import export_completions
from training.views.author.common import READERS, WRITERS


@require_GET
@role_required(*READERS)
def statistics(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Question by question, without names: what was asked, how easy it is, what tempts."""
    edition = shelf.get_version(person(request), slug, number)
    rows = item_rows(edition, rule_set_in_force(timezone.now()))
    context = {
        "edition": edition,
        "rows": rows,
        "fewest": FEWEST_ATTEMPTS,
        "most": max((row.figures.attempts for row in rows), default=0),
    }
    items = items_of(ItemSum.objects.filter(version=edition))
    plot = {"plot": item_plot("items", items), "about": item_about(), "legend": item_marks()} if items else {}
    return render(request, "training/author/statistics.html", context | plot)


@require_GET
@role_required(*READERS)
def statistics_csv(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """The figures of the table, for German Excel; empty cells where too few have answered."""
    edition = shelf.get_version(person(request), slug, number)
    text = io.StringIO(newline="")
    table = Table(text)
    table.row([_("Question"), _("Attempts"), _("Facility (per cent)"), _("Discrimination")])
    for row in item_rows(edition, rule_set_in_force(timezone.now())):
        found = row.figures.discrimination
        told = [row.facility_percent, None if found is None else round(found, 2)]
        table.row([row.text, row.figures.attempts, *("" if one is None else one for one in told)])
    response = HttpResponse(text.getvalue().encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = content_disposition_header(True, f"questions-{slug}-{number}.csv")
    return response


@require_GET
@role_required(Role.DPO)
def rates(request: HttpRequest) -> HttpResponse:
    """Who is trained, by department: shares only, and none about fewer than five people."""
    rows = rates_by_department(today=timezone.localdate())
    context = {"rows": rows, "kinds": CourseKind.labels, "fewest": FEWEST_PEOPLE}
    return render(request, "training/author/rates.html", context)


@require_POST
@role_required(*WRITERS)
def completions_file(request: HttpRequest, kind: str) -> HttpResponse:
    """Certificates as CSV for spreadsheets, or as xAPI statements for a learning record store. A press, because the
    trail keeps who took them."""
    if kind not in ("csv", "json"):
        raise Http404
    rows = export_completions(person(request), kind=kind, at=timezone.now())
    if kind == "csv":
        content = completions_csv(rows, get_language() or "de", [_(heading) for heading in HEADINGS])
        response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    else:
        statements = xapi_statements(rows, settings.SITE_URL)
        content = json.dumps(statements, ensure_ascii=False, indent=1).encode()
        response = HttpResponse(content, content_type="application/json")
    response.headers["Content-Disposition"] = f'attachment; filename="completions.{kind}"'
    return response
