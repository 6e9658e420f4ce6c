"""Out to the company's sign-in service, and back."""

from __future__ import annotations

import logging

from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import get_next_redirect_url, perform_login
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from portal.access.limits import Limit
from portal.access.network import network_of
from portal.directory.oidc import flow as flows
from portal.directory.oidc.arriving import Unknown, arrive
from portal.directory.oidc.client import Refused, Service

log = logging.getLogger(__name__)
BEGINNINGS = Limit("oidc.begin", 60, 60)


@login_not_required
@never_cache
@require_POST
def company_sign_in(request: HttpRequest) -> HttpResponse:
    """Send the browser to the service; where it was going is kept here, and only if that is a page of ours."""
    _demand_service()
    at = timezone.now()
    if not BEGINNINGS.take(network_of(request), at=at):
        return _no(request, _("Too many tries in this minute. Wait, then try again."), status=429)
    try:
        service = Service.discover()
    except Refused as refusal:
        log.warning("oidc: %s", refusal)
        return _no(request, _("The company's sign-in service does not answer. Try again in a few minutes."), status=502)
    return redirect(service.address(flows.begin(request.session, back=get_next_redirect_url(request) or "", at=at)))


@login_not_required
@never_cache
@require_GET
def company_return(request: HttpRequest) -> HttpResponse:
    """The browser comes back with a code. Whatever is wrong with it, nobody is signed in and the log says why."""
    _demand_service()
    at = timezone.now()
    flow = flows.take(request.session, state=request.GET.get("state", ""), at=at)
    if flow is None:
        return _no(request, _("This sign-in was begun elsewhere, twice or too long ago. Start again."))
    try:
        claims = _claims(request, flow)
        user = arrive(claims, at=at)
    except Refused as refusal:
        log.warning("oidc: %s", refusal)
        return _no(request, _("The company's sign-in service did not confirm who you are. Start again."))
    except Unknown as unknown:
        return _no(request, str(unknown))
    except ValidationError as refusal:
        return _no(request, " ".join(refusal.messages))
    record_authentication(request, user, "socialaccount", provider="oidc")
    return perform_login(request, user, email_verification="none", redirect_url=flow.next or None)


def _claims(request: HttpRequest, flow: flows.Flow):
    if request.GET.get("iss", settings.OIDC_ISSUER) != settings.OIDC_ISSUER:
        raise Refused("the answer comes from another issuer (RFC 9207)")
    code = request.GET.get("code", "")
    if not code or "error" in request.GET:
        raise Refused("the service answered with an error instead of a code")
    return Service.discover().claims(code, flow)


def _demand_service() -> None:
    if not settings.OIDC_ISSUER:
        raise Http404


def _no(request: HttpRequest, sentence: str, status: int = 403) -> HttpResponse:
    return render(request, "directory/refused.html", {"sentence": sentence}, status=status)
