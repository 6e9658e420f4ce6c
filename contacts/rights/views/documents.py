"""Letters and data as files. Each is on record, so making one is a press and no link."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST

from contacts.rights.models import Letter
from contacts.rights.selectors import get_request
from contacts.rights.services.documents import make_letter
from portal.access.person import person
from portal.access.roles import Role, require_role


@require_POST
def data_request_letter(request: HttpRequest, number: str, kind: str) -> HttpResponse:
    """One letter as PDF, or the data to take along as JSON."""
    found = get_request(person(request), number)
    require_role(request.user, Role.DPO)
    if kind not in Letter.Kind.values:
        raise Http404
    try:
        content = make_letter(person(request), request=found, kind=kind, at=timezone.now())
    except ValidationError as refusal:
        messages.warning(request, refusal.messages[0])
        return redirect("data_request", number)
    return as_file(content, f"{found.number}-{kind}", "json" if kind == Letter.Kind.PORTABILITY else "pdf")


def as_file(content: bytes, name: str, ending: str) -> HttpResponse:
    response = HttpResponse(content, content_type=f"application/{ending}")
    response["Content-Disposition"] = content_disposition_header(True, f"{name}.{ending}") or ""
    response["Cache-Control"] = "no-store"
    return response
