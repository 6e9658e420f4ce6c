"""Passwords: long, any signs, never by the calendar, kept by Argon2."""

import re

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import get_hasher
from django.test import Client

from tests.cast import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna(client, cast) -> Client:
    client.force_login(cast.anna)
    return client


def change(browser, new: str, old: str = PASSWORD):
    return browser.post("/password/change/", {"oldpassword": old, "password1": new, "password2": new})


def holds(cast, password: str) -> bool:
    return get_user_model().objects.get(pk=cast.anna.pk).check_password(password)


@pytest.mark.parametrize("new", ["kurz-2026", "1qaz2wsx3edc", "qwerty123456", "anna@firma.example"])
def test_a_short_or_common_password_is_refused(anna, cast, new):
    answer = change(anna, new)
    assert answer.status_code == 200 and answer.context["form"].errors
    assert holds(cast, PASSWORD)


def test_changing_asks_for_the_old_one(anna, cast):
    assert change(anna, "ein-neues-wort-2027", old="falsch").status_code == 200
    assert holds(cast, PASSWORD)


@pytest.mark.parametrize("new", ["nur kleine woerter hier", "ÄÖÜ ß 漢字 und noch mehr", "x7" * 64, "Groß UND klein ab"])
def test_any_composition_is_taken_as_it_is(anna, cast, new):
    assert change(anna, new).status_code == 302
    assert holds(cast, new) and not holds(cast, new.swapcase()) and not holds(cast, new[:-1])


def test_the_fields_mask_and_let_helpers_fill_in(anna):
    page = Client().get("/login/").content.decode() + anna.get("/password/change/").content.decode()
    page = re.sub(r"<form [^>]*site-search.*?</form>|<dialog.*?</dialog>", "", page, flags=re.DOTALL)
    assert page.count('type="password"') == 4
    assert 'autocomplete="off"' not in page and "onpaste" not in page
    assert 'autocomplete="current-password"' in page and 'autocomplete="new-password"' in page
    assert "hint" not in page.lower().replace("passwordhints", "")


def test_no_password_ends_by_itself(settings):
    fields = {field.name for field in get_user_model()._meta.get_fields()}
    assert not {name for name in fields if "expire" in name or "password_" in name}
    assert not [one for one in settings.AUTH_PASSWORD_VALIDATORS if "Expir" in one["NAME"] or "History" in one["NAME"]]


def test_passwords_are_kept_by_argon2(cast):
    hasher = get_hasher()
    assert hasher.algorithm == "argon2" and cast.anna.password.startswith("argon2$argon2id$")
    assert hasher.memory_cost >= 19 * 1024 and hasher.time_cost >= 2


def test_an_installation_begins_without_accounts():
    assert not get_user_model().objects.exists()
