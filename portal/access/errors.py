"""The pages of last resort. They ask no database, because it may be what failed; all they need is the nonce."""

from __future__ import annotations

import sys

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from portal.ui.error_words import PAGES

#: After how many seconds somebody may ask again whom the database did not answer.
RETRY_AFTER = 30
TOO_LARGE = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What could not be read, or was too large to be read."""
    return page(request, 413 if isinstance(exception, TOO_LARGE) else 400)


def server_error(request: HttpRequest) -> HttpResponse:
    """503 where the database does not answer, else 500; each names the number under which the log has what went wrong.

    Django calls this while the exception is being handled.
    """
    if not isinstance(sys.exception(), OperationalError | InterfaceError):
        return page(request, 500)
    response = page(request, 503)
    response.headers["Retry-After"] = str(RETRY_AFTER)
    return response


def page(request: HttpRequest, key: int | str) -> HttpResponse:
    """The page of a status, or of a key of `error_words`, without context processors."""
    return HttpResponse(render_to_string(f"{key}.html", {"request": request}), status=PAGES[str(key)].code)
