"""The annex to the works agreement, as a page and as PDF in both languages."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import override
from django.views.decorators.http import require_GET

from portal.access.roles import Role, role_required
from portal.retention.agreement import parts, pdf

READERS = (Role.DPO, Role.AUDITOR, Role.ADMINISTRATOR)


@require_GET
@role_required(*READERS)
def agreement(request: HttpRequest) -> HttpResponse:
    context = {"parts": parts(timezone.now()), "languages": settings.LANGUAGES}
    return render(request, "retention/works_agreement.html", context)


@require_GET
@role_required(*READERS)
def agreement_pdf(request: HttpRequest, language: str) -> HttpResponse:
    if language not in dict(settings.LANGUAGES):
        raise Http404
    with override(language):
        made = pdf(language, timezone.now())
    headers = {"Content-Disposition": f'attachment; filename="works-agreement-{language}.pdf"'}
    return HttpResponse(made, content_type="application/pdf", headers=headers)
