"""The description of the API: current, valid, and for people who are signed in."""

import json
import re
from pathlib import Path

import pytest
from django.urls import get_resolver, reverse

from portal.api.document import as_text, document

ROOT = Path(__file__).resolve().parents[2]


def test_the_file_says_what_the_code_does():
    """After a change: manage.py openapi > docs/openapi.json."""
    assert (ROOT / "docs" / "openapi.json").read_text(encoding="utf-8") == as_text()


def test_it_is_openapi_3_1_and_every_call_asks_for_a_key():
    described = document()
    assert described["openapi"].startswith("3.1")
    operations = [one for methods in described["paths"].values() for one in methods.values()]
    assert len(operations) > 30
    assert described["components"]["securitySchemes"]["Key"] == {"type": "http", "scheme": "bearer"}
    for operation in operations:
        assert operation["security"] == [{"Key": []}] and operation["summary"] and operation["description"]
        assert {"401", "403", "422", "429"} <= set(operation["responses"])
        assert "Retry-After" in operation["responses"]["429"]["headers"]
        for status, answer in operation["responses"].items():
            said = "text/csv" if operation["operationId"].endswith("screening_api_result") else "application/json"
            kind = said if int(status) < 400 else "application/problem+json"
            assert list(answer["content"]) == [kind]


def test_every_call_has_a_name_of_its_own_and_every_link_leads_somewhere():
    operations = [one for methods in document()["paths"].values() for one in methods.values()]
    by_name = {one["operationId"]: one for one in operations}
    assert len(by_name) == len(operations)
    links = [
        link for one in operations for answer in one["responses"].values() for link in answer.get("links", {}).values()
    ]
    assert len(links) >= 30
    for link in links:
        takes = {one["name"] for one in by_name[link["operationId"]]["parameters"]}
        assert {name.rpartition(".")[2] for name in link["parameters"]} <= takes


def test_every_address_of_the_api_is_described():
    described = {re.sub(r"{\w+}", "{}", path) for path in document()["paths"]}
    for name, found in get_resolver().reverse_dict.items():
        if isinstance(name, str) and name.startswith("api_") and name not in ("api_docs", "api_openapi", "api_unknown"):
            for pattern, _names in found[0]:
                assert "/" + re.sub(r"%\(\w+\)s", "{}", pattern) in described, name


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
