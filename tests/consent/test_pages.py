"""The consent pages for everybody who works with customers: read one, withdraw in two clicks."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from consent.services import give_consent
from tests.cast import make_customer, wording

pytestmark = pytest.mark.django_db


@pytest.fixture
def consent(cast, customer):
    at = timezone.now() - timedelta(days=1)
    values = {"purpose": "marketing", "channel": "email", "how": "paper", "evidence": "Formular 7"}
    values["text"] = wording("marketing", "email")
    return give_consent(cast.clara, customer=customer, given_at=at, at=at, **values)


def test_the_page_of_a_consent_shows_every_event(client, cast, customer, consent):
    client.force_login(cast.rita)
    page = client.get(reverse("consent", args=[customer.number, consent.pk])).content.decode()
    assert "Formular 7" in page and "Clara Beispiel" in page
    assert reverse("consent_withdraw", args=[customer.number, consent.pk]) not in page


def test_a_withdrawal_takes_two_clicks_from_the_customers_page(client, cast, customer, consent):
    client.force_login(cast.anna)
    first = reverse("consent_withdraw", args=[customer.number, consent.pk])
    assert first in client.get(reverse("customer", args=[customer.number])).content.decode()
    second = client.get(first).content.decode()
    assert "checked" in second and "btn-stop" in second
    consent.refresh_from_db()
    assert consent.withdrawn_at is None
    client.post(first, {"how": "spoken", "note": ""})
    consent.refresh_from_db()
    assert consent.withdrawn_at is not None
    again = client.post(first, {"how": "spoken", "note": ""}, follow=True).content.decode()
    assert "already been withdrawn" in again


def test_a_consent_of_another_customer_is_not_found(client, cast, consent, now):
    other = make_customer(now, "9999")
    client.force_login(cast.clara)
    for name in ("consent", "consent_withdraw"):
        assert client.get(reverse(name, args=[other.number, consent.pk])).status_code == 404
    assert (
        client.post(reverse("consent_withdraw", args=[other.number, consent.pk]), {"how": "spoken"}).status_code == 404
    )
    consent.refresh_from_db()
    assert consent.withdrawn_at is None
