"""What machines and people are told about how the portal is."""

from __future__ import annotations

import hmac

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST

from portal.access import logs
from portal.operations.metrics import exposition


@login_not_required
@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """For Prometheus with `Authorization: Bearer METRICS_TOKEN`. Without a token in the settings, or with another one,
    there is no such page (ASVS 5.0, 13.4.5)."""
    given = request.headers.get("Authorization", "").encode()
    expected = f"Bearer {settings.METRICS_TOKEN}".encode()
    if not settings.METRICS_TOKEN or not hmac.compare_digest(given, expected):
        raise Http404
    return HttpResponse(exposition(at=timezone.now()), content_type=CONTENT_TYPE_LATEST)


def server_error(request: HttpRequest) -> HttpResponse:
    """The page of a fault on our side names the number under which the log has it, and asks the database nothing."""
    return render(None, "500.html", {"request_number": logs.current()}, status=500)
