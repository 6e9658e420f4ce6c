"""Sentences whose German once said something else than meant."""

from pathlib import Path

import pytest
from django.urls import reverse

from contacts.requests.services import submitting
from portal.access.roles import Role
from tests.browsing import words
from tests.cast import person
from tests.requests.scenes import report_by_mail

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]


def in_german(client, user):
    user.language = "de"
    user.save(update_fields=["language"])
    client.force_login(user)
    return client


def test_a_first_contact_is_about_something_not_against_it(client, cast, customer):
    page = in_german(client, cast.anna).get(reverse("inbound_create", args=["4711"]))
    assert "Worum es ging" in words(page)


@pytest.mark.parametrize(
    ("officers", "sentence"),
    [(1, "Es entscheidet: Dora Beispiel."), (2, "Es entscheidet eine dieser Personen: Dora Beispiel, Doris Beispiel.")],
)
def test_who_decides_is_said_for_one_and_for_several(client, cast, customer, accounts, now, officers, sentence):
    cast.anna.manager = None
    cast.anna.save(update_fields=["manager"])
    if officers == 2:
        person("doris", Role.DPO)
    asked = submitting.submit(cast.anna, request=report_by_mail(cast, customer, accounts, now), at=now)
    assert sentence in words(in_german(client, cast.anna).get(reverse("request", args=[asked.number])))


def test_lines_without_a_source_are_told_what_happens_to_them(client, cast):
    page = in_german(client, cast.clara).get(reverse("imports"))
    assert "Diese Zeilen werden abgelehnt" in words(page)


@pytest.mark.parametrize(
    "word", ["Kursredaktion", "Einwilligungspflege", "Einwilligungsstelle", "die Verwaltung ", "Regelbuch"]
)
def test_whom_one_is_sent_to_has_the_name_of_the_role_or_of_the_page(word):
    """Whoever is told to ask “die Kursredaktion” finds nobody of that name: the role is called Schulungsleitung."""
    told = [*(ROOT / "locale" / "de").rglob("*.po"), *(ROOT / "contacts" / "policy" / "alternatives").glob("*.py")]
    assert not [str(path) for path in told if word in path.read_text(encoding="utf-8").replace('"\n"', "")]
