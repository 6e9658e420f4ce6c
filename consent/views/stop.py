"""“Stop” in one step, and the unsubscribe address that an advertising mail carries."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from consent import rules, services
from consent.forms.common import show_refusal
from consent.forms.consents import StopForm
from consent.models import Consent, PreferenceLink
from consent.services.handing import make_unsubscribe_link
from consent.services.links import token_of_link
from consent.services.stopping import stop_contact
from contacts.customers.models import Customer
from contacts.customers.selectors import get_customer, usable_points
from portal.access.person import person
from portal.access.roles import role_required
from portal.vocabulary import Channel, Purpose


@require_http_methods(["GET", "POST"])
@role_required(*services.WITHDRAWERS)
def stop(request: HttpRequest, number: str) -> HttpResponse:
    """The second of two clicks: no advertising, no contact at all, or one consent withdrawn."""
    customer = get_customer(person(request), number)
    standing = Consent.objects.filter(customer=customer, given_at__isnull=False, withdrawn_at__isnull=True)
    form = StopForm(request.POST or None, standing=list(standing))
    if request.method == "POST" and form.is_valid():
        try:
            messages.success(request, _stop(request, customer, form))
            return redirect("customer", customer.number)
        except ValidationError as refusal:
            show_refusal(form, refusal)
    return render(request, "consent/stop.html", {"form": form, "customer": customer})


def _stop(request: HttpRequest, customer: Customer, form: StopForm) -> str:
    """Do it and say what was done."""
    said, at = form.cleaned_data, timezone.now()
    if form.consent is not None:
        services.withdraw_consent(person(request), consent=form.consent, how=said["how"], note=said["note"], at=at)
        return _("The withdrawal counts from this moment. Permits that rested on it are dead.")
    ended = stop_contact(
        person(request),
        customer=customer,
        scope=said["what"],
        channel=said["channel"],
        how=said["how"],
        note=said["note"],
        at=at,
    )
    done = _("The objection counts from now on, for everybody. Permits that it ends are dead.")
    withdrawn = ngettext("%(n)s consent is withdrawn.", "%(n)s consents are withdrawn.", ended) % {"n": ended}
    return f"{done} {withdrawn}" if ended else done


@require_http_methods(["GET", "POST"])
@role_required(*services.WITHDRAWERS)
def unsubscribe_headers(request: HttpRequest, number: str, purpose: str, pk: int) -> HttpResponse:
    """The two headers for one advertising mail to one address (RFC 8058), made by a button."""
    customer = get_customer(person(request), number)
    point = get_object_or_404(usable_points(customer), pk=pk, channel=Channel.EMAIL)
    if purpose not in rules.ADVERTISING:
        raise Http404
    if request.method == "POST":
        try:
            made = make_unsubscribe_link(person(request), point=point, purpose=purpose, at=timezone.now())
            return redirect(f"{request.path}?link={made.pk}")
        except ValidationError as refusal:
            messages.warning(request, " ".join(refusal.messages))
    links = PreferenceLink.objects.filter(kind=PreferenceLink.Kind.UNSUBSCRIBE, contact_point=point, purpose=purpose)
    key = request.GET.get("link", "")
    link = links.filter(pk=key).first() if key.isascii() and key.isdigit() and len(key) < 19 else None
    context = {"customer": customer, "point": point, "purpose": Purpose(purpose).label, "link": link}
    if link:
        context["address"] = settings.SITE_URL + reverse("unsubscribe", args=[token_of_link(link)])
    return render(request, "consent/unsubscribe_headers.html", context)
