"""How questions do, rates by department, and completions for other systems."""

from __future__ import annotations

import json

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from portal.access.person import person
from portal.access.roles import Role, role_required
from training.analysis import FEWEST_ATTEMPTS
from training.interchange import completions_csv, xapi_statements
from training.interchange.completions import HEADINGS
from training.models import CourseKind
from training.selectors import authoring as shelf
from training.selectors.completions import completions
from training.selectors.statistics import FEWEST_PEOPLE, item_rows, rates_by_department
from training.views.author.common import READERS


@require_GET
@role_required(*READERS)
def statistics(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Question by question, without names: what was asked, how easy it is, what tempts."""
    edition = shelf.get_version(person(request), slug, number)
    rows = item_rows(edition)
    context = {
        "edition": edition,
        "rows": rows,
        "fewest": FEWEST_ATTEMPTS,
        "most": max((row.figures.attempts for row in rows), default=0),
    }
    return render(request, "training/author/statistics.html", context)


@require_GET
@role_required(Role.DPO)
def rates(request: HttpRequest) -> HttpResponse:
    """Who is trained, by department: shares only, and none about fewer than five people."""
    rows = rates_by_department(today=timezone.localdate())
    context = {"rows": rows, "kinds": CourseKind.labels, "fewest": FEWEST_PEOPLE}
    return render(request, "training/author/rates.html", context)


@require_GET
@role_required(*READERS)
def completions_file(request: HttpRequest, kind: str) -> HttpResponse:
    """Certificates as CSV for spreadsheets, or as xAPI statements for a learning record store."""
    if kind == "csv":
        headings = [_(heading) for heading in HEADINGS]
        content = completions_csv(completions(), get_language() or "de", headings)
        response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    elif kind == "json":
        statements = xapi_statements(completions(), settings.SITE_URL)
        content = json.dumps(statements, ensure_ascii=False, indent=1).encode()
        response = HttpResponse(content, content_type="application/json")
    else:
        raise Http404
    response.headers["Content-Disposition"] = f'attachment; filename="completions.{kind}"'
    return response
