"""Who reads which cookie, and that a session's answers are kept nowhere."""

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna(cast) -> Client:
    browser = Client()
    browser.force_login(cast.anna)
    return browser


def test_no_script_reads_the_session(cast):
    from tests.cast import PASSWORD

    browser = Client()
    cookies = browser.post("/login/", {"login": "anna@firma.example", "password": PASSWORD}).cookies
    assert cookies["session"]["httponly"] and cookies["session"]["samesite"] == "Lax"
    assert all(morsel["samesite"] for morsel in cookies.values())
    assert not any(morsel["domain"] for morsel in cookies.values())


@pytest.mark.parametrize("path", ["/", "/no-such-page/", "/customers", "/people/", "/check/customers/0/", "/api/v1/x"])
def test_every_answer_to_a_session_is_no_store(anna, path):
    """Errors, refusals and redirects too."""
    assert anna.get(path).headers["Cache-Control"] == "no-store"


def test_query_and_body_are_kept_apart(client, cast):
    """What stands in the address is not taken for what was posted, and of two values the last counts everywhere."""
    client.force_login(cast.anna)
    client.post("/theme/?theme=dark", {})
    cast.anna.refresh_from_db()
    assert cast.anna.theme != "dark"
    client.post("/theme/", "theme=dark&theme=light", content_type="application/x-www-form-urlencoded")
    cast.anna.refresh_from_db()
    assert cast.anna.theme == "light"
