"""The officer starts a sign-up by e-mail, sees what waits, and sends customers the link to their own page."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from consent import services
from consent.models import Consent, OptIn, PreferenceLink
from portal.audit.models import AuditEntry
from portal.audit.services import Job
from portal.outbox.models import OutboxMessage
from tests.cast import make_customer, point, wording

pytestmark = pytest.mark.django_db


@pytest.fixture
def address(customer):
    return customer.contact_points.get(channel="email")


def start(client, customer, address, text):
    url = reverse("sign_up_create", args=[customer.number])
    return client.post(url, {"point": address.pk, "text": text.pk}, follow=True).content.decode()


def test_the_officer_starts_a_sign_up_and_there_is_no_consent_yet(client, cast, customer, address):
    text = wording("marketing", "email")
    client.force_login(cast.clara)
    page = start(client, customer, address, text)
    assert "The confirmation mail is on its way" in page
    assert "Waiting for the customer" in page and address.value in page and "2026-12-08T11:00:00+01:00" in page
    opt_in = OptIn.objects.get()
    assert (opt_in.customer, opt_in.via, opt_in.text) == (customer, "officer", text)
    assert OutboxMessage.objects.filter(key=f"opt_in:{opt_in.pk}").count() == 1
    assert not Consent.objects.exists()


def test_a_customer_with_nothing_but_a_sign_up_has_a_page(client, cast, customer, address):
    client.force_login(cast.clara)
    start(client, customer, address, wording("marketing", "email"))
    for name in ("clara", "anna", "rita"):
        client.force_login(getattr(cast, name))
        page = client.get(reverse("customer", args=[customer.number]))
        assert page.status_code == 200 and "No consent on record." in page.content.decode()


def test_the_second_mail_within_minutes_is_refused_and_said_so(client, cast, customer, address):
    client.force_login(cast.clara)
    start(client, customer, address, wording("marketing", "email"))
    assert "has had its confirmation mails" in start(client, customer, address, wording("winback", "email"))
    assert OptIn.objects.count() == 1


def test_only_mail_addresses_and_wordings_for_mail_are_offered(client, cast, customer, address, now):
    by_mail, by_phone = wording("marketing", "email"), wording("marketing", "phone")
    later = services.draft_text(
        cast.clara, line="x", language="de", purpose="winback", channels=["email"], title="E", body="Ja.", at=now
    )
    services.publish_text(cast.clara, text=later, valid_from=now + timedelta(days=3), at=now)
    old = point(customer, "email", "alt@kundin.example", now=now)
    old.retired_at = now
    old.save(update_fields=["retired_at"])
    client.force_login(cast.clara)
    page = client.get(reverse("sign_up_create", args=[customer.number])).content.decode()
    assert f'<option value="{by_mail.pk}"' in page and address.value in page
    assert f'<option value="{by_phone.pk}"' not in page and f'<option value="{later.pk}"' not in page
    assert "alt@kundin.example" not in page and "0221" not in page
    assert "Select a valid choice" in start(client, customer, address, by_phone)
    assert not OptIn.objects.exists()


def test_nobody_is_signed_up_against_a_full_block(client, cast, customer, address):
    text = wording("marketing", "email")
    client.force_login(cast.clara)
    client.post(reverse("consent_stop", args=[customer.number]), {"what": "full_block", "channel": "", "how": "spoken"})
    assert "wants no contact at all" in start(client, customer, address, text)
    assert not OptIn.objects.exists()


def test_without_address_or_wording_the_page_says_what_is_missing(client, cast, customer, address, now):
    client.force_login(cast.clara)
    url = reverse("sign_up_create", args=[customer.number])
    assert "No wording for e-mail" in client.get(url).content.decode()
    address.retired_at = now
    address.save(update_fields=["retired_at"])
    assert "No e-mail address on record" in client.get(url).content.decode()
    assert (
        "No e-mail address on record"
        in client.get(reverse("preference_link_send", args=[customer.number])).content.decode()
    )


# --- what waits


def sign_up(now, n, **changes):
    values = {"address": f"neu{n}@post.example", "text": wording("marketing", "email"), "via": "web_form", "at": now}
    return services.request_opt_in(Job("customer.sign_up"), **values | changes)


def test_the_list_shows_what_waits_with_its_end(client, cast, customer, now):
    sign_up(now - timedelta(days=3), 1)
    sign_up(now, 2, customer=customer)
    sign_up(now - timedelta(days=15), 3)
    done = sign_up(now, 4)
    OptIn.objects.filter(pk=done.pk).update(confirmed_at=now)
    for name in ("clara", "dora", "rita"):
        client.force_login(getattr(cast, name))
        page = client.get(reverse("sign_ups")).content.decode()
        assert "neu1@post.example" in page and "neu2@post.example" in page and "neu4@post.example" not in page
        assert "nobody on record yet" in page and customer.display_name in page
        assert page.count("over; will be deleted") == 1


def test_the_customers_page_shows_only_what_can_still_be_confirmed(client, cast, customer, now):
    sign_up(now - timedelta(days=15), 1, customer=customer)
    sign_up(now, 2, customer=make_customer(now, "9999"))
    client.force_login(cast.clara)
    assert "Waiting for the customer" not in client.get(reverse("customer", args=[customer.number])).content.decode()


def test_an_empty_list_says_so(client, cast):
    client.force_login(cast.clara)
    assert "No sign-up waits" in client.get(reverse("sign_ups")).content.decode()


def test_the_list_costs_the_same_for_many(client, cast, now):
    client.force_login(cast.clara)
    sign_up(now, 0)
    before = _queries(client)
    for n in range(1, 12):
        sign_up(now, n, customer=make_customer(now, f"N{n}"))
    assert _queries(client) == before


def _queries(client) -> int:
    client.get(reverse("sign_ups"))
    with CaptureQueriesContext(connection) as queries:
        client.get(reverse("sign_ups"))
    return len(queries)


# --- the link to the customer's own page


def test_the_link_goes_to_the_chosen_address_once_in_ten_minutes(client, cast, customer, address):
    client.force_login(cast.clara)
    url = reverse("preference_link_send", args=[customer.number])
    assert url in client.get(reverse("customer", args=[customer.number])).content.decode()
    assert address.value in client.get(url).content.decode() and not PreferenceLink.objects.exists()
    page = client.post(url, {"point": address.pk}, follow=True).content.decode()
    assert "The link is on its way" in page
    link = PreferenceLink.objects.get()
    assert (link.contact_point, link.expires_at) == (address, timezone.now() + timedelta(days=30))
    assert AuditEntry.objects.get(verb="preference_link.sent").actor == cast.clara
    again = client.post(url, {"point": address.pk}).content.decode()
    assert "within the last ten minutes" in again and PreferenceLink.objects.count() == 1


def test_the_link_goes_to_no_address_of_somebody_else(client, cast, customer, now):
    theirs = make_customer(now, "9999").contact_points.get(channel="email")
    phone = customer.contact_points.get(channel="phone")
    client.force_login(cast.clara)
    for wrong in (theirs, phone):
        page = client.post(reverse("preference_link_send", args=[customer.number]), {"point": wrong.pk})
        assert "Select a valid choice" in page.content.decode()
    assert not PreferenceLink.objects.exists() and not OutboxMessage.objects.exists()
