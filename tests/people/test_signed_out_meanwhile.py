"""A session ends while a form is open: what was sent is not taken, the person learns so and comes back to the form."""

import pytest
from django.core.cache import cache
from django.urls import reverse

from portal.people.models import User
from tests.browsing import words
from tests.cast import PASSWORD

pytestmark = pytest.mark.django_db
OURS = "http://testserver"


@pytest.fixture(autouse=True)
def _fresh():
    cache.clear()
    yield
    cache.clear()


def sent(client, address="/language/nowhere/", referer=""):
    return client.post(address, {"x": "1"}, headers={"Referer": referer} if referer else {})


def test_what_is_sent_without_a_session_leads_over_the_sign_in_to_the_form(client, cast):
    form = f"{reverse('check')}?q=4711"
    answer = sent(client, reverse("request_cancel", args=["R-1001"]), OURS + form)
    assert answer.status_code == 302
    page = client.get(answer["Location"])
    assert "nothing was changed" in words(page)
    assert "go back twice" in words(page)
    typed = {"login": "anna@firma.example", "password": PASSWORD, "next": form}
    assert f'name="next" value="{form}"' in page.content.decode()
    assert client.post("/login/", typed)["Location"] == form


@pytest.mark.parametrize(
    "referer",
    [
        "",
        "https://evil.example/",
        "http://testserver.evil.example/x",
        "http://testserver@evil.example/",
        "javascript:x",
        "//evil.example",
        "http://testserver//evil.example/x",
        "http://testserver/\\evil.example",
    ],
)
def test_a_referer_that_is_not_ours_leads_to_the_start(client, cast, referer):
    answer = sent(client, reverse("request_cancel", args=["R-1001"]), referer)
    assert answer["Location"] == "/login/?next=/&unsent=1"


def test_what_is_read_leads_to_itself_and_nothing_was_lost(client, cast):
    answer = client.get(reverse("requests"))
    assert answer["Location"] == f"/login/?next={reverse('requests')}"
    assert "go back twice" not in words(client.get(answer["Location"]))


def test_nothing_was_done_without_a_session(client, cast):
    sent(client, reverse("theme"), OURS + "/")
    client.post(reverse("person_create"), {"email": "new@firma.example"})
    assert not User.objects.filter(email="new@firma.example").exists()


def test_an_address_that_only_takes_something_says_so_when_it_is_opened(client, cast):
    """Bookmarked, typed, or reloaded after a sign-in: a page, where browsers show an error of their own for none."""
    client.force_login(cast.anna)
    answer = client.get(reverse("request_cancel", args=["R-1001"]), headers={"Accept": "text/html"})
    assert answer.status_code == 405
    assert answer["Allow"]
    assert "This address cannot be opened" in words(answer)
    assert 'href="/"' in answer.content.decode()
    assert client.get(reverse("request_cancel", args=["R-1001"]), headers={"Accept": "application/json"}).content == b""


def test_the_fields_of_the_sign_in_are_empty_and_have_labels(client):
    page = client.get("/login/").content.decode()
    assert "placeholder" not in page
    assert 'for="id_login"' in page
    assert 'for="id_password"' in page
