"""Evidence files: handed out as a download to those who keep the proof or check it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from consent.models import EvidenceFile
from consent.selectors import get_consent
from consent.services.evidence import content_of
from consent.views.story import FILE_READERS
from contacts.customers.selectors import get_customer
from portal.access.person import person
from portal.access.roles import role_required


@require_GET
@role_required(*FILE_READERS)
def evidence_file(request: HttpRequest, number: str, pk: int, file: int) -> HttpResponse:
    """The file if it is still the one that was kept; never shown in the browser, whatever is in it."""
    mine = get_consent(get_customer(person(request), number), pk)
    found = get_object_or_404(EvidenceFile.objects.filter(events__consent=mine).distinct(), pk=file)
    try:
        content = content_of(found)
    except FileNotFoundError:
        return _missing(request, number, pk, _("The file is gone from the store. Have it restored from the backup."))
    if content is None:
        wrong = _("The file in the store is not the one that was kept: its SHA-256 differs. Tell the operator.")
        return _missing(request, number, pk, wrong)
    headers = {
        "Content-Disposition": content_disposition_header(True, found.name) or "attachment",
        "X-Content-Type-Options": "nosniff",
    }
    return HttpResponse(content, content_type=found.content_type, headers=headers)


def _missing(request: HttpRequest, number: str, pk: int, why: str) -> HttpResponse:
    messages.error(request, why)
    return redirect("consent", number, pk)
