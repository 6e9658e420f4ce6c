"""The audit trail as a page, for the data protection officer and the auditor."""

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from portal.access.paging import page_by_key
from portal.access.person import person
from portal.access.roles import Role, role_required
from portal.audit.forms import AuditFilter
from portal.audit.selectors import entries, head_lines, lines, state

#: Entries of a page: each with its fields before and after, so that half of an ordinary page is long enough.
SIZE = 25


@require_GET
@role_required(Role.DPO, Role.AUDITOR)
def audit(request: HttpRequest) -> HttpResponse:
    """Newest first. A filter that cannot be read is named at its field, and nothing is filtered by it."""
    form = AuditFilter(request.GET)
    form.is_valid()
    page = page_by_key(request, entries(person(request), form.cleaned_data), size=SIZE)
    context = {"form": form, "page": page, "lines": lines(page.rows), "filtered": any(form.cleaned_data.values())}
    return render(request, "audit/audit.html", context)


@require_GET
@role_required(Role.DPO, Role.AUDITOR)
def audit_state(request: HttpRequest) -> HttpResponse:
    """How the trail stands: what is sealed, the newest head, where heads were anchored, the last verification."""
    return render(request, "audit/state.html", {"state": state(timezone.now())})


@require_GET
@role_required(Role.DPO, Role.AUDITOR)
def audit_heads(request: HttpRequest) -> StreamingHttpResponse:
    """All signed heads as a file to keep, which `manage.py audit_verify --heads` takes."""
    response = StreamingHttpResponse(head_lines(), content_type="application/jsonl; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="audit-heads.jsonl"'
    return response
