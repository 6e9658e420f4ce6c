"""Whose language a page speaks: the person's, then what was chosen here, then the company's, then the browser's."""

import pytest

pytestmark = pytest.mark.django_db


def language(client, browser="", **headers):
    page = client.get("/login/" if "_auth_user_id" not in client.session else "/", HTTP_ACCEPT_LANGUAGE=browser)
    return page.content.decode().split('<html lang="')[1][:2]


def test_without_anything_else_the_browser_says(client):
    assert language(client, "en-GB,en;q=0.9") == "en"
    assert language(client, "de-AT") == "de"


def test_a_browser_of_another_language_gets_german(client):
    assert language(client, "fr-FR") == "de"


def test_the_company_goes_before_the_browser(client, settings):
    settings.COMPANY_LANGUAGE = "de"
    assert language(client, "en-GB") == "de"


def test_what_somebody_chose_goes_before_the_company(client, settings):
    settings.COMPANY_LANGUAGE = "de"
    client.post("/language/", {"language": "en"})
    assert language(client, "de-DE") == "en"


def test_the_profile_goes_before_everything(client, settings, cast):
    settings.COMPANY_LANGUAGE = "de"
    client.post("/language/", {"language": "de"})
    client.force_login(cast.anna)
    assert language(client, "de-DE") == "en"


@pytest.mark.parametrize("address", ["/api/v1/customers", "/scim/v2/Users"])
def test_a_system_is_answered_in_the_language_that_it_asks_for(client, settings, cast, address):
    """Neither the company's language nor a session goes before it."""
    settings.COMPANY_LANGUAGE = "de"
    asked = {"HTTP_ACCEPT_LANGUAGE": "en", "HTTP_ACCEPT": "application/json"}
    assert "There is no valid key" in client.get(address, **asked).content.decode()
    cast.anna.language = "de"
    cast.anna.save()
    client.force_login(cast.anna)
    answer = client.get(address, **asked)
    assert "There is no valid key" in answer.content.decode() and answer["Content-Language"] == "en"
