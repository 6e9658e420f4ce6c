"""Signing up and confirming it: the form that other sites hold in a frame, and the page behind the link in the mail.

Both act for nobody's session, so there is nothing that a foreign page could borrow: the form says only that somebody
entered an address, and the confirmation's secret stands in its own address. Therefore they ask for no CSRF token,
whose cookie a browser keeps from a frame of another site.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from consent import services, sign_ups
from consent.forms.outside import OptInForm
from consent.services.opt_in import ends_at, find_opt_in
from consent.views.outside import frame_query, framed, language_now, public, show, speak, trace_of, with_token

METHODS = ["GET", "HEAD", "POST"]


@csrf_exempt
@require_http_methods(METHODS)
@framed
def opt_in(request: HttpRequest, line: str) -> HttpResponse:
    """The form. Whoever sends it is told the same, be the address known, refused, limited or new."""
    at = timezone.now()
    text = sign_ups.text_on_show(line, language_now(), at=at)
    if text is None:
        return show(request, "public/no_form.html", status=404)
    form = OptInForm(request.POST or None, shown=text)
    if request.method == "POST" and form.is_valid():
        if not form.is_from_a_program:
            _sign_up(request, form)
        return redirect(reverse("opt_in_sent", args=[line]) + frame_query(request))
    return show(request, "public/opt_in.html", {"form": form, "text": text})


def _sign_up(request: HttpRequest, form: OptInForm) -> None:
    entered = {name: form.cleaned_data[name] for name in ("email", "first_name", "last_name")}
    sign_ups.sign_up(form.shown, at=timezone.now(), trace=trace_of(request), **entered)


@require_safe
@framed
def opt_in_sent(request: HttpRequest, line: str) -> HttpResponse:
    return show(request, "public/opt_in_sent.html")


@csrf_exempt
@require_http_methods(METHODS)
@public
@with_token
def opt_in_confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Looking shows the wording and a button and changes nothing: programs that open every link in a mail confirm
    nothing. Only the press does, once; afterwards the same address tells when that was."""
    at = timezone.now()
    if request.method == "POST":
        services.confirm_opt_in(token, at=at, trace=trace_of(request))
        return redirect(request.get_full_path())
    found = find_opt_in(token, at=at)
    if found is None:
        lines = sign_ups.lines_on_show(language_now(), at=at)
        return show(request, "public/opt_in_over.html", {"lines": lines}, status=404)
    speak(request, fallback=found.text.language)
    context = {"opt_in": found, "text": found.text, "ends_at": ends_at(found, at)}
    return show(request, "public/opt_in_done.html" if found.confirmed_at else "public/opt_in_confirm.html", context)
