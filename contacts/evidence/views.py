"""The page of evidence, for the data protection officer and the auditor; each hand-out is a POST and on record."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from contacts.evidence import services
from contacts.evidence.forms import FORMS, EvidenceForm
from contacts.evidence.pack import Kind
from portal.access.limits import Limit
from portal.access.person import person
from portal.access.roles import role_required

BY_READER = Limit("evidence.reader", 30, 3600)
VERBS: dict[Kind, Any] = {
    Kind.CUSTOMER: services.hand_out_customer,
    Kind.REQUEST: services.hand_out_request,
    Kind.PERIOD: services.hand_out_period,
    Kind.CALLS: services.hand_out_calls,
}


@require_GET
@role_required(*services.READERS)
def evidence(request: HttpRequest) -> HttpResponse:
    """One form for each kind of pack; `?number=` fills in those that ask for a customer."""
    return _page(request, None, status=200)


@require_POST
@role_required(*services.READERS)
def evidence_hand_out(request: HttpRequest, kind: Kind) -> HttpResponse:
    """The ZIP, once it is on record; else the page with what is wrong."""
    reader, at = person(request), timezone.now()
    form = FORMS[kind](request.POST, reader=reader)
    if not form.is_valid():
        return _page(request, form, status=200)
    if not BY_READER.take(str(reader.pk), at=at):
        form.add_error(
            None, _("That were many packs within one hour. Wait until the next one; nothing was handed out.")
        )
        return _page(request, form, status=429)
    try:
        made = VERBS[kind](reader, at=at, **form.given)
    except ValidationError as refusal:
        form.add_error(None, refusal)
        return _page(request, form, status=200)
    return _file(made)


def _page(request: HttpRequest, faulty: EvidenceForm | None, *, status: int) -> HttpResponse:
    reader = person(request)
    forms = {
        kind.value: faulty if isinstance(faulty, form) else form(None, reader=reader) for kind, form in FORMS.items()
    }
    for name in ("customer", "calls"):
        if faulty is None:
            forms[name].initial["number"] = request.GET.get("number", "")
    return render(request, "evidence/evidence.html", {"forms": forms, "faulty": faulty}, status=status)


def _file(made: services.HandedOut) -> HttpResponse:
    """A file to keep, never shown in the browser and kept by no cache."""
    headers = {
        "Content-Disposition": content_disposition_header(True, made.name) or "attachment",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }
    return HttpResponse(made.content, content_type="application/zip", headers=headers)
