"""The pages of last resort. They ask no database, because it may be what failed; all they need is the nonce."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from portal.access import logs


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return HttpResponse(render_to_string("400.html", {"request": request}), status=400)


def server_error(request: HttpRequest) -> HttpResponse:
    """It names the number under which the log has what went wrong."""
    told = {"request": request, "request_number": logs.current()}
    return HttpResponse(render_to_string("500.html", told), status=500)
