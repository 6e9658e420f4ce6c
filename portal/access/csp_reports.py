"""Where browsers tell that a page wanted to load or run what its policy forbids (ASVS 5.0, 3.4.7; W3C CSP 3, 5.3).

A report names the address of a page, and that can name a customer or carry a token. What is noted is the name of the
page in portal/urls.py, the directive, and of what was blocked no more than the site: a line in the log, no row.
Anybody can send reports, so they are counted, and what is beyond the limits is dropped without a word.
"""

from __future__ import annotations

import json
import logging
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.http.request import UnreadablePostError
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from portal.access.limits import Limit
from portal.access.network import network_of

logger = logging.getLogger(__name__)
FROM_ONE_NETWORK = Limit("csp.report.network", 20, 3600)
FROM_EVERYBODY = Limit("csp.report.all", 500, 3600)
LONGEST_REPORT = 16 * 1024
MOST_IN_ONE = 5
WORD = re.compile(r"[a-z][a-z-]{0,40}")
#: What browsers write in place of an address.
NO_ADDRESS = {"inline", "eval", "wasm-eval", "self", "data", "blob", "trusted-types-policy", "trusted-types-sink"}


@dataclass(frozen=True, slots=True)
class Violation:
    """One line of the log: names and sites, nobody's data."""

    page: str
    directive: str
    blocked: str


@csrf_exempt
@login_not_required
@require_POST
def csp_report(request: HttpRequest) -> HttpResponse:
    """Always 204: whoever sends nonsense learns nothing."""
    at = timezone.now()
    found = violations(_body(request))
    if found and FROM_ONE_NETWORK.take(network_of(request), at=at) and FROM_EVERYBODY.take("", at=at):
        for one in found:
            logger.warning("policy violated: page=%s directive=%s blocked=%s", one.page, one.directive, one.blocked)
    return HttpResponse(status=204)


def _body(request: HttpRequest) -> bytes:
    try:
        return request.read(LONGEST_REPORT)
    except UnreadablePostError:
        return b""


def violations(body: bytes) -> list[Violation]:
    """What a report says, in the old form (one object under "csp-report") or the new one (a list of reports)."""
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return []
    if isinstance(told, dict):
        return _read(
            [told.get("csp-report")], "document-uri", ("effective-directive", "violated-directive"), "blocked-uri"
        )
    bodies = [one.get("body") for one in told if isinstance(one, dict)] if isinstance(told, list) else []
    return _read(bodies, "documentURL", ("effectiveDirective",), "blockedURL")


def _read(reports: list[Any], page: str, directives: tuple[str, ...], blocked: str) -> list[Violation]:
    known = [one for one in reports[:MOST_IN_ONE] if isinstance(one, dict)]
    return [
        Violation(
            _page(one.get(page)), _directive(next(filter(None, map(one.get, directives)), "")), _site(one.get(blocked))
        )
        for one in known
    ]


def _page(address: object) -> str:
    """The name of the page, never its address."""
    try:
        return resolve(urlsplit(str(address)).path).url_name or "unknown"
    except (Resolver404, ValueError):
        return "unknown"


def _directive(words: object) -> str:
    found = WORD.match(str(words))
    return found.group() if found else "unknown"


def _site(address: object) -> str:
    """Scheme and host of what was blocked; a word where there is no address."""
    if str(address) in NO_ADDRESS:
        return str(address)
    try:
        parts = urlsplit(str(address))
        host = (parts.hostname or "").encode("idna").decode("ascii")
    except (UnicodeError, ValueError):
        return "unknown"
    return f"{parts.scheme}://{host}" if parts.scheme in ("http", "https", "ws", "wss") and host else "unknown"
