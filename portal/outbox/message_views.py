"""Messages: what mails tell a colleague, readable in the portal at once, by nobody else."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from portal.access.paging import page_by_key
from portal.access.person import person
from portal.outbox import marking, reading
from portal.outbox.models import OutboxMessage

SIZE = 20
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Line:
    """One message as the page shows it."""

    pk: int
    at: datetime
    is_read: bool
    told: reading.Told


@require_GET
def messages(request: HttpRequest) -> HttpResponse:
    """Own messages, newest first: all, or those not read yet."""
    unread_only = request.GET.get("show") == "unread"
    rows = OutboxMessage.objects.told(person(request)).select_related("mark", "recipient")
    rows = rows.filter(mark__isnull=True) if unread_only else rows
    page = page_by_key(request, rows, size=SIZE)
    lines = [_line(row) for row in page]
    context = {
        "page": page,
        "lines": lines,
        "unread_only": unread_only,
        "newest": max((one.pk for one in lines), default=0),
    }
    return render(request, "outbox/messages.html", context)


def _line(row: OutboxMessage) -> Line:
    """A message whose words cannot be put together must not hide the others."""
    try:
        told = reading.told(row)
    except Exception:
        logger.exception("message %s cannot be shown", row.pk)
        told = reading.subject_only(row)
    return Line(row.pk, row.created_at, hasattr(row, "mark"), told)


def _mine(request: HttpRequest, pk: int) -> OutboxMessage:
    return get_object_or_404(OutboxMessage.objects.told(person(request)).select_related("recipient"), pk=pk)


@require_POST
def message_open(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark as read, and go to the thing that the message is about."""
    found = _mine(request, pk)
    marking.mark_read(person(request), message=found, at=timezone.now())
    return redirect(_line(found).told.path or "messages")


@require_POST
def message_read(request: HttpRequest, pk: int) -> HttpResponse:
    marking.mark_read(person(request), message=_mine(request, pk), at=timezone.now())
    return _back(request)


@require_POST
def message_unread(request: HttpRequest, pk: int) -> HttpResponse:
    marking.mark_unread(person(request), message=_mine(request, pk))
    return _back(request)


@require_POST
def messages_read(request: HttpRequest) -> HttpResponse:
    """Everything that was on the page, and what is older."""
    until = request.POST.get("until", "")
    number = int(until) if until.isascii() and until.isdigit() and len(until) < 19 else 0
    marking.mark_all_read(person(request), until=number, at=timezone.now())
    return redirect("messages")


def _back(request: HttpRequest) -> HttpResponse:
    """To the page of messages on which the button was pressed."""
    target = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return redirect(target if ours and target.startswith("/messages/") else "messages")
