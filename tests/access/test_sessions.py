"""From the sign-in to the sign-out: a new key each time, twelve hours at most, and dead afterwards."""

from datetime import timedelta
from http.cookies import SimpleCookie

import pytest
from django.test import Client
from django.utils import timezone

from portal.people.sessions.models import SignedIn
from tests.cast import PASSWORD

pytestmark = pytest.mark.django_db
LOGIN = {"login": "anna@firma.example", "password": PASSWORD}


@pytest.fixture
def anna(cast):
    browser = Client()
    assert browser.post("/login/", LOGIN).status_code == 302
    return browser


def key_of(browser) -> str:
    return browser.cookies["session"].value


def with_cookie(value: str) -> Client:
    browser = Client()
    browser.cookies = SimpleCookie({"session": value})
    return browser


def test_signing_in_makes_a_new_session(cast):
    browser = with_cookie("a" * 32)
    browser.post("/login/", LOGIN)
    first = key_of(browser)
    browser.post("/logout/")
    browser.post("/login/", LOGIN)
    assert len({first, key_of(browser), "a" * 32}) == 3
    assert len(first) == 32 and first.isalnum()  # 36 signs to choose from: 165 bits


def test_an_invented_session_is_nobodys(cast):
    assert with_cookie("b" * 32).get("/").headers["Location"].startswith("/login/")


def test_a_copy_of_the_cookie_is_worth_nothing_after_signing_out(anna):
    copy = with_cookie(key_of(anna))
    assert copy.get("/").status_code == 200
    anna.post("/logout/")
    assert copy.get("/").headers["Location"].startswith("/login/")


def test_signing_out_tells_the_browser_to_forget(anna):
    answer = anna.post("/logout/")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_session_ends_after_twelve_hours_whatever_happens(anna):
    """The end is kept by the server, and looking at pages does not move it."""
    kept = SignedIn.objects.get(session_key=key_of(anna))
    assert abs(kept.expire_date - timezone.now() - timedelta(hours=12)) < timedelta(minutes=1)
    SignedIn.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert anna.get("/").headers["Location"].startswith("/login/")
    assert not anna.cookies["session"]["max-age"] or int(anna.cookies["session"]["max-age"]) == 0


def test_a_new_password_ends_the_other_sessions(anna, cast):
    other = Client()
    other.post("/login/", LOGIN)
    new = "ganz-anders-klar-2027"
    changed = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    assert anna.post("/password/change/", changed).status_code == 302
    assert other.get("/").headers["Location"].startswith("/login/")


def test_every_page_offers_the_way_out(anna):
    for path in ("/", "/check/", "/requests/", "/permits/", "/training/", "/messages/", "/customers/"):
        assert 'action="/logout/"' in anna.get(path).content.decode(), path
