"""The customer's own page: see how one may be contacted, and change it, without an account."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from consent import choices, services
from consent.contacts_made import contacts_of
from consent.forms.outside import LinkForm, WishForm
from consent.models import PreferenceLink
from consent.own_acts import last_act
from consent.receipts.packing import receipts_of
from consent.rules import add_months
from consent.services import own_page as acts
from consent.views.outside import language_now, public, show, trace_of, with_token
from consent.views.session import SECONDS, close, link_of, open_for, own_page
from consent.views.sheets import download
from contacts.customers.models import Objection
from contacts.customers.selectors import normalise_address
from portal.access.limits import Limit
from portal.access.network import network_of

LINKS_BY_NETWORK = Limit("link.network", 20, 3600)
LINKS_BY_ADDRESS = Limit("link.address", 5, 24 * 3600)
WISHES = Limit("wish.customer", 5, 24 * 3600)


@require_safe
@public
@with_token
def preferences_link(request: HttpRequest, token: str) -> HttpResponse:
    """The link from the mail: it moves into a short session, and the address that stays in the browser is a plain
    one. Another customer's page that was still open here is closed, whatever the link is worth."""
    link = services.open_link(token, kind=PreferenceLink.Kind.PAGE, at=timezone.now())
    answer = redirect("preferences")
    return close(answer) if link is None else open_for(answer, link)


@login_not_required
@require_safe
def preferences(request: HttpRequest) -> HttpResponse:
    return _own(request) if link_of(request) else _ask_link(request)


@public
def _ask_link(request: HttpRequest) -> HttpResponse:
    return close(show(request, "public/ask_link.html", {"form": LinkForm()}))


@own_page
def _own(request: HttpRequest, link: PreferenceLink) -> HttpResponse:
    at, customer = timezone.now(), link.customer
    rows = choices.choices_of(customer, at=at, language=language_now())
    context = {
        "customer": customer,
        "purposes": choices.by_purpose(rows),
        "points": choices.known_points(customer),
        "contacts": contacts_of(customer.pk),
        "all_stopped": choices.is_refused(customer, Objection.Scope.FULL),
        "no_advertising": choices.is_refused(customer, Objection.Scope.MARKETING),
        "can_confirm": link.contact_point is not None and link.contact_point.channel == "email",
        "minutes": SECONDS // 60,
    }
    return show(request, "public/preferences.html", context)


@require_POST
@own_page
def preferences_off(request: HttpRequest, link: PreferenceLink) -> HttpResponse:
    """One purpose on one way: one press, at once. What is off already stays off."""
    at = timezone.now()
    choice = _chosen(request, link)
    if choice is not None and choice.state == "on":
        key = {"purpose": choice.purpose, "channel": choice.channel, "platform": choice.platform}
        acts.switch_off(link, at=at, trace=trace_of(request), **key)
    return redirect("preferences_done")


@require_POST
@own_page
def preferences_on(request: HttpRequest, link: PreferenceLink) -> HttpResponse:
    """By e-mail only, and only by the double opt-in that follows."""
    choice = _chosen(request, link)
    if choice is None or not choice.offers_confirmation or choice.text is None:
        return redirect("preferences")
    acts.switch_on(link, text=choice.text, at=timezone.now(), trace=trace_of(request))
    return redirect("preferences_confirmation_sent")


def _chosen(request: HttpRequest, link: PreferenceLink) -> choices.Choice | None:
    """The choice that was pressed, if it is one of this customer's."""
    rows = choices.choices_of(link.customer, at=timezone.now(), language=language_now())
    named = (request.POST.get(name, "") for name in ("purpose", "channel", "platform"))
    return choices.find_choice(rows, *named)


@require_safe
@own_page
def preferences_confirmation_sent(request: HttpRequest, link: PreferenceLink) -> HttpResponse:
    return show(request, "public/confirmation_sent.html", {"point": link.contact_point})


@require_http_methods(["GET", "HEAD", "POST"])
@own_page
def preferences_stop(request: HttpRequest, link: PreferenceLink) -> HttpResponse:
    """All contact: what that means, and the button."""
    return _refuse(request, link, Objection.Scope.FULL, "public/stop.html")


@require_http_methods(["GET", "HEAD", "POST"])
@own_page
def preferences_no_advertising(request: HttpRequest, link: PreferenceLink) -> HttpResponse:
    return _refuse(request, link, Objection.Scope.MARKETING, "public/no_advertising.html")


def _refuse(request: HttpRequest, link: PreferenceLink, scope: str, template: str) -> HttpResponse:
    if request.method == "POST":
        acts.refuse(link, scope=scope, at=timezone.now(), trace=trace_of(request))
        return redirect("preferences_done")
    return show(request, template)


@require_safe
@own_page
def preferences_done(request: HttpRequest, link: PreferenceLink) -> HttpResponse:
    """What was done last on this page, and when; read from the ledger, so it can be shown again."""
    stopped = choices.is_refused(link.customer, Objection.Scope.FULL)
    return show(request, "public/done.html", {"act": last_act(link.customer), "all_stopped": stopped})


@require_http_methods(["GET", "HEAD", "POST"])
@own_page
def preferences_ask(request: HttpRequest, link: PreferenceLink) -> HttpResponse:
    """Correct or ask for data."""
    form = WishForm(request.POST or None)
    at = timezone.now()
    if request.method == "POST" and form.is_valid():
        if WISHES.take(str(link.customer_id), at=at):
            acts.ask(link, at=at, wish=acts.Wish(form.cleaned_data["wish"]), message=form.cleaned_data["message"])
        return redirect("preferences_asked")
    return show(request, "public/ask.html", {"form": form})


@require_safe
@own_page
def preferences_asked(request: HttpRequest, link: PreferenceLink) -> HttpResponse:
    """One month, Art. 12(3) GDPR."""
    return show(request, "public/asked.html", {"answer_by": add_months(timezone.localdate(), 1)})


@require_safe
@own_page
def preferences_receipts(request: HttpRequest, link: PreferenceLink) -> HttpResponse:
    """What was agreed to, as a ZIP of receipts (ISO/IEC TS 27560 and Kantara 1.1)."""
    content = receipts_of(link.customer, at=timezone.now(), language=language_now())
    return download(content, "consent-receipts.zip", "application/zip")


@require_POST
@public
def preferences_ask_link(request: HttpRequest) -> HttpResponse:
    """Somebody wants a link; the answer is the same for every address."""
    form = LinkForm(request.POST)
    if not form.is_valid():
        return show(request, "public/ask_link.html", {"form": form})
    at, email = timezone.now(), form.cleaned_data["email"]
    by_address = normalise_address("email", "", email)
    if LINKS_BY_NETWORK.take(network_of(request), at=at) and LINKS_BY_ADDRESS.take(by_address, at=at):
        services.ask_for_link(address=email, at=at)
    return redirect("preferences_link_sent")


@require_safe
@public
def preferences_link_sent(request: HttpRequest) -> HttpResponse:
    return show(request, "public/link_sent.html")


@require_POST
@public
def preferences_close(request: HttpRequest) -> HttpResponse:
    """For a telephone or computer that others use too."""
    return close(redirect("preferences"))
