"""Whom to tell of a hole (RFC 9116)."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from portal.checks import combinations

PATH = "/.well-known/security.txt"


def test_it_names_the_contact_and_ends_within_a_year(client, settings):
    settings.SECURITY_CONTACT = "mailto:security@firma.example"
    settings.SITE_URL = "https://kontakt.firma.example"
    answer = client.get(PATH)
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    fields = dict(line.split(": ", 1) for line in answer.content.decode().splitlines())
    assert fields["Contact"] == "mailto:security@firma.example"
    assert fields["Canonical"] == f"https://kontakt.firma.example{PATH}"
    assert fields["Preferred-Languages"] == "de, en"
    left = datetime.fromisoformat(fields["Expires"]) - timezone.now()
    assert timedelta(days=30) < left < timedelta(days=365)


def test_without_a_contact_there_is_none(client):
    assert client.get(PATH).status_code == 404


@pytest.mark.parametrize("contact", ["security@firma.example", "mailto:a b@firma.example", "mailto:a\nX: 1", "ftp://x"])
def test_a_contact_that_is_no_address_stops_the_start(settings, contact):
    settings.SECURITY_CONTACT = contact
    assert "kontaktklar.E041" in [one.id for one in combinations()]
