"""The consent pages: record, read, withdraw in two clicks; refusals at their fields."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from consent.models import Consent, ConsentEvent
from consent.services import give_consent
from tests.cast import make_customer, wording

pytestmark = pytest.mark.django_db


@pytest.fixture
def consent(cast, customer):
    at = timezone.now() - timedelta(days=1)
    values = {"purpose": "marketing", "channel": "email", "how": "paper", "evidence": "Formular 7"}
    values["text"] = wording("marketing", "email")
    return give_consent(cast.clara, customer=customer, given_at=at, at=at, **values)


def form(**changes):
    moment = timezone.localtime() - timedelta(hours=1)
    plain = {
        "purpose": "marketing",
        "channel": "email",
        "platform": "",
        "given_at": f"{moment:%Y-%m-%dT%H:%M}",
        "how": "paper",
        "text": wording("marketing", "email").pk,
        "evidence": "Ordner 3",
        "ends_on": "",
    }
    return plain | changes


def test_a_consent_is_recorded_with_its_evidence(client, cast, customer):
    client.force_login(cast.clara)
    answer = client.post(reverse("consent_give", args=[customer.number]), form())
    assert answer.url == reverse("customer", args=[customer.number])
    event = ConsentEvent.objects.get()
    assert (event.evidence, event.recorded_by, event.proof) == ("Ordner 3", cast.clara, True)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"purpose": ""}, "Reason: This field is required."),
        ({"purpose": "private"}, "Select a valid choice"),
        ({"channel": "messenger"}, "Choose the platform"),
        ({"platform": "whatsapp"}, "This channel has no platform"),
        ({"given_at": "2099-01-01T10:00"}, "The time lies in the future"),
        ({"given_at": "gestern"}, "Enter a valid date/time."),
        ({"ends_on": "2020-01-01"}, "This day has passed"),
        ({"how": "telepathy"}, "Select a valid choice"),
        ({"evidence": "x" * 501}, "at most 500 characters"),
    ],
)
def test_a_wrong_entry_is_named_and_nothing_is_lost_or_written(client, cast, customer, changes, words):
    client.force_login(cast.clara)
    page = client.post(reverse("consent_give", args=[customer.number]), form(**changes)).content.decode()
    assert words.replace("Reason", "Purpose") in page or words in page
    if "evidence" not in changes:
        assert "Ordner 3" in page
    assert not Consent.objects.exists()


def test_an_entry_before_the_last_one_is_refused_on_the_form(client, cast, customer, consent):
    client.force_login(cast.clara)
    early = f"{timezone.localtime() - timedelta(days=9):%Y-%m-%dT%H:%M}"
    page = client.post(reverse("consent_give", args=[customer.number]), form(given_at=early)).content.decode()
    assert "There is a later entry" in page


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
