"""Language and appearance: in the profile, in a cookie for the sign-in page, and back to a page of ours."""

import pytest

pytestmark = pytest.mark.django_db


def test_the_language_is_kept_in_the_profile_and_in_a_cookie(client, cast):
    client.force_login(cast.anna)
    response = client.post("/language/", {"language": "de", "next": "/training/"})
    assert response.url == "/training/"
    cast.anna.refresh_from_db()
    assert cast.anna.language == "de"
    assert response.cookies["django_language"].value == "de"
    assert response.cookies["django_language"]["httponly"]


def test_the_sign_in_page_can_change_its_language_too(client):
    response = client.post("/language/", {"language": "en", "next": "/login/"})
    assert response.url == "/login/"
    assert response.cookies["django_language"].value == "en"


@pytest.mark.parametrize("language", ["fr", "", "de-DE-x"])
def test_a_language_we_do_not_speak_changes_nothing(client, cast, language):
    client.force_login(cast.anna)
    response = client.post("/language/", {"language": language})
    cast.anna.refresh_from_db()
    assert cast.anna.language == "en"
    assert "django_language" not in response.cookies


def test_the_appearance_is_kept_in_the_profile_and_in_a_cookie(client, cast):
    client.force_login(cast.anna)
    response = client.post("/theme/", {"theme": "dark", "next": "/"})
    cast.anna.refresh_from_db()
    assert cast.anna.theme == "dark"
    assert response.cookies["theme"].value == "dark"


def test_an_unknown_appearance_changes_nothing(client, cast):
    client.force_login(cast.anna)
    response = client.post("/theme/", {"theme": "neon"})
    cast.anna.refresh_from_db()
    assert cast.anna.theme == "system"
    assert "theme" not in response.cookies


@pytest.mark.parametrize("path", ["/language/", "/theme/"])
@pytest.mark.parametrize("target", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)", ""])
def test_nobody_is_sent_to_somebody_elses_page(client, db, path, target):
    assert client.post(path, {"language": "de", "theme": "dark", "next": target}).url == "/"


@pytest.mark.parametrize("path", ["/language/", "/theme/"])
def test_looking_changes_nothing(client, path):
    assert client.get(path).status_code == 405
