"""Documents about one consent to take along: the evidence sheet (PDF and JSON) and the receipts."""

from __future__ import annotations

import json

from django.contrib import messages
from django.core.serializers.json import DjangoJSONEncoder
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from consent.models import Consent
from consent.receipts.packing import receipt_of
from consent.selectors import get_consent
from consent.sheets import Sheet, as_json, on_paper, sheet_of
from consent.views.outside import language_now
from consent.views.story import FILE_READERS
from contacts.customers.selectors import get_customer
from portal.access.person import person
from portal.access.roles import role_required
from portal.paper.pdf import render_pdf

FORMATS = ("27560", "kantara")


@require_GET
@role_required(*FILE_READERS)
def consent_evidence(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """The evidence sheet as PDF/UA, in the reader's language."""
    sheet = _sheet(request, number, pk)
    content = render_pdf("consent_evidence", on_paper(sheet), language=language_now(), at=sheet.made_at)
    return download(content, f"{sheet.file_name}.pdf", "application/pdf")


@require_GET
@role_required(*FILE_READERS)
def consent_evidence_json(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """The same for machines."""
    sheet = _sheet(request, number, pk)
    content = json.dumps(as_json(sheet), cls=DjangoJSONEncoder, ensure_ascii=False, indent=2) + "\n"
    return download(content.encode(), f"{sheet.file_name}.json", "application/json")


@require_GET
@role_required(*FILE_READERS)
def consent_receipt(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """The receipt, as `?format=27560` (ISO/IEC TS 27560, JSON-LD) or `?format=kantara`."""
    kind = request.GET.get("format", FORMATS[0])
    if kind not in FORMATS:
        raise Http404
    consent = _consent(request, number, pk)
    try:
        content = receipt_of(consent, kind, at=timezone.now(), language=language_now())
    except ValueError:
        messages.warning(request, _("No consent was given yet, so there is no receipt in this format."))
        return redirect("consent", number, pk)
    content_type = "application/ld+json" if kind == "27560" else "application/json"
    return download(content, f"receipt-{kind}-{pk}.json", content_type)


def _consent(request: HttpRequest, number: str, pk: int) -> Consent:
    return get_consent(get_customer(person(request), number), pk)


def _sheet(request: HttpRequest, number: str, pk: int) -> Sheet:
    return sheet_of(_consent(request, number, pk), at=timezone.now().replace(microsecond=0))


def download(content: bytes, name: str, content_type: str) -> HttpResponse:
    """A file to keep, never shown in the browser and kept by no cache."""
    headers = {
        "Content-Disposition": content_disposition_header(True, name) or "attachment",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }
    return HttpResponse(content, content_type=content_type, headers=headers)
