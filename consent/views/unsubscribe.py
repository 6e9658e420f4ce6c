"""The unsubscribe button of mail programs (RFC 8058), and the same as a page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from consent.models import PreferenceLink
from consent.services import is_unsubscribed, open_link, withdraw_by_link
from consent.views.outside import public, show, speak, trace_of, with_token
from portal.vocabulary import Purpose


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@public
@with_token
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """A mail program sends its POST without cookies and without having seen a page (RFC 8058, 3.2), so there is no
    CSRF token to ask for: the secret in the address is what allows this, and nothing else. A GET changes nothing."""
    link = open_link(token, kind=PreferenceLink.Kind.UNSUBSCRIBE, at=timezone.now())
    if link is not None:
        speak(request, fallback=link.customer.language)
    if request.method != "POST":
        return _page(request, link)
    if link is not None:
        withdraw_by_link(link, at=timezone.now(), trace=trace_of(request))
    if request.POST.get("List-Unsubscribe") == "One-Click":
        return _plain(link)
    return redirect(request.get_full_path())


def _page(request: HttpRequest, link: PreferenceLink | None) -> HttpResponse:
    if link is None:
        return show(request, "public/unsubscribe_over.html", status=404)
    context = {"purpose": Purpose(link.purpose).label, "done": is_unsubscribed(link)}
    return show(request, "public/unsubscribe.html", context)


def _plain(link: PreferenceLink | None) -> HttpResponse:
    if link is None:
        words, status = _("This link is not known, or its time is over. No mail is sent through it any more."), 404
    else:
        words, status = _("Done: you get no more of these mails."), 200
    return HttpResponse(words, status=status, content_type="text/plain; charset=utf-8")
