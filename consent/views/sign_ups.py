"""Sign-ups by e-mail that the company starts, those that wait, and the link to the customer's own page."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from consent import services
from consent.forms.common import show_refusal
from consent.forms.sign_ups import AddressForm, SignUpForm
from consent.models import ConsentText, OptIn
from consent.models.text import READERS
from consent.selectors import newest, sign_ups_of, with_ends
from consent.services.handing import mail_preference_link
from contacts.customers.selectors import get_customer
from portal.access.paging import page_by_key
from portal.access.person import person
from portal.access.roles import role_required


@require_GET
@role_required(*READERS)
def sign_ups(request: HttpRequest) -> HttpResponse:
    """All that wait for a confirmation, the latest first, with their end."""
    rows = OptIn.objects.visible_to(person(request)).waiting().select_related("customer", "text")
    page, now = page_by_key(request, rows), timezone.now()
    context = {"page": page, "sign_ups": with_ends(page.rows, at=now), "now": now}
    return render(request, "consent/sign_ups.html", context)


@require_http_methods(["GET", "POST"])
@role_required(*services.KEEPERS)
def sign_up_create(request: HttpRequest, number: str) -> HttpResponse:
    """The customer asked to be signed up: a confirmation mail goes out, and without it there is no consent."""
    customer, now = get_customer(person(request), number), timezone.now()
    valid = newest(
        ConsentText.objects.published().filter(channels__contains=["email"], platform="", valid_from__lte=now)
    )
    texts = ConsentText.objects.filter(pk__in=[text.pk for text in valid])
    form = SignUpForm(request.POST or None, customer=customer, texts=texts)
    if request.method == "POST" and form.is_valid():
        point, text = form.cleaned_data["point"], form.cleaned_data["text"]
        try:
            opt_in = services.request_opt_in(
                person(request), address=point.value, text=text, via=OptIn.Via.OFFICER, customer=customer, at=now
            )
            if opt_in is not None:
                messages.success(request, _("The confirmation mail is on its way. Without a confirmation: no consent."))
                return redirect("customer", customer.number)
            form.add_error(
                "point", _("This address has had its confirmation mails: at most one in ten minutes and three a day.")
            )
        except ValidationError as refusal:
            show_refusal(form, refusal)
    context = {"form": form, "customer": customer, "texts": texts, "sign_ups": sign_ups_of(customer.pk, at=now)}
    return render(request, "consent/sign_up_form.html", context)


@require_http_methods(["GET", "POST"])
@role_required(*services.KEEPERS)
def preference_link_send(request: HttpRequest, number: str) -> HttpResponse:
    """The customer asked for the link to their own page: to which address it goes."""
    customer = get_customer(person(request), number)
    form = AddressForm(request.POST or None, customer=customer)
    if request.method == "POST" and form.is_valid():
        try:
            mail_preference_link(person(request), point=form.cleaned_data["point"], at=timezone.now())
            messages.success(request, _("The link is on its way to the customer. It is valid for 30 days."))
            return redirect("customer", customer.number)
        except ValidationError as refusal:
            show_refusal(form, refusal)
    return render(request, "consent/preference_link.html", {"form": form, "customer": customer})
