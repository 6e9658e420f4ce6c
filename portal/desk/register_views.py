"""The register as a page and as a file."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from portal.access.paging import page_by_key
from portal.access.person import person
from portal.access.roles import Role, role_required
from portal.desk.register import KINDS, READERS, RegisterForm, basis_words, export_register, rows_of


@require_GET
@role_required(*READERS)
def register(request: HttpRequest) -> HttpResponse:
    """Newest first. A filter that cannot be read is named at its field, and nothing is filtered by it."""
    kind = _kind(request)
    form, now = RegisterForm(request.GET, kind=kind), timezone.now()
    form.is_valid()
    page = page_by_key(request, rows_of(person(request), kind, form.cleaned_data, at=now))
    context = {
        "kind": kind,
        "form": form,
        "page": page,
        "rows": [(row, basis_words(row)) for row in page],
        "filtered": any(form.cleaned_data.values()),
        "now": now,
        "may_export": person(request).has_role(Role.DPO),
    }
    return render(request, "desk/register.html", context)


@require_POST
@role_required(Role.DPO)
def register_export(request: HttpRequest) -> HttpResponse:
    """The same rows as CSV: a POST, because the trail tells of it."""
    kind = request.POST.get("kind", "")
    kind = kind if kind in KINDS else KINDS[0]
    form = RegisterForm(request.POST, kind=kind)
    form.is_valid()
    text = export_register(person(request), kind=kind, wanted=form.cleaned_data, at=timezone.now())
    response = HttpResponse(text.encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{kind}.csv"'
    return response


def _kind(request: HttpRequest) -> str:
    wanted = request.GET.get("what", "")
    return wanted if wanted in KINDS else KINDS[0]
