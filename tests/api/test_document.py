"""The description of the API: current, valid, and for people who are signed in."""

import json
from pathlib import Path

import pytest
from django.urls import reverse

from portal.api.document import as_text, document

ROOT = Path(__file__).resolve().parents[2]


def test_the_file_says_what_the_code_does():
    """After a change: manage.py openapi > docs/openapi.json."""
    assert (ROOT / "docs" / "openapi.json").read_text(encoding="utf-8") == as_text()


def test_it_is_openapi_3_1_and_every_call_asks_for_a_key():
    described = document()
    assert described["openapi"].startswith("3.1")
    operations = [one for methods in described["paths"].values() for one in methods.values()]
    assert len(operations) > 4
    for operation in operations:
        assert operation["security"] and operation["summary"] and operation["description"]
        assert {"401", "403", "422", "429"} <= set(operation["responses"])
        for status, answer in operation["responses"].items():
            kind = "application/json" if int(status) < 400 else "application/problem+json"
            assert list(answer["content"]) == [kind]


def test_the_words_of_the_rules_are_those_of_the_api():
    from typing import get_args

    from contacts import policy
    from contacts.requests import api_bodies as bodies

    for name, kind in (
        (bodies.PurposeName, policy.Purpose),
        (bodies.ChannelName, policy.Channel),
        (bodies.PlatformName, policy.Platform),
        (bodies.OutcomeName, policy.Outcome),
    ):
        assert set(get_args(name)) == {member.value for member in kind}


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["api_docs", "api_openapi"])
def test_strangers_read_nothing(client, name):
    assert client.get(reverse(name)).status_code == 302


@pytest.mark.django_db
def test_who_is_signed_in_reads_the_page_and_the_document(client, cast):
    client.force_login(cast.adam)
    page = client.get(reverse("api_docs")).content.decode()
    for path in document()["paths"]:
        assert path in page
    assert json.loads(client.get(reverse("api_openapi")).content) == document()
