"""After handing in: the confirmation, which can be bookmarked, and the receipt as a file."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from contacts.requests.deciders import waiting_words
from contacts.requests.freezing import snapshot_of
from contacts.requests.models import ContactRequest, Snapshot
from contacts.requests.receipt import receipt_pdf
from contacts.requests.reviewers import desk_of
from contacts.requests.rules import WAITING
from contacts.requests.selectors import get_request
from portal.access.person import person


@require_GET
def request_sent(request: HttpRequest, number: str) -> HttpResponse:
    """The number, who decides and by when, what happens next. Once it is decided the request's own page says more."""
    asked, now = get_request(person(request), number), timezone.now()
    if asked.state not in WAITING:
        return redirect("request", asked.number)
    desk = desk_of(asked, at=now)
    page = {"asked": asked, "waiting": waiting_words(desk, at=now), "snapshot": _handed_in(asked)}
    return render(request, "requests/sent.html", page)


@require_GET
def request_receipt(request: HttpRequest, number: str) -> HttpResponse:
    """What was handed in, as a PDF: 404 for what never was."""
    asked = get_request(person(request), number)
    response = HttpResponse(receipt_pdf(asked, _handed_in(asked)), content_type="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="{asked.number}.pdf"'
    return response


def _handed_in(asked: ContactRequest) -> Snapshot:
    snapshot = snapshot_of(asked)
    if snapshot is None:
        raise Http404
    return snapshot
