"""Codes of an app and recovery codes: what opens, what does not, and that each opens once."""

import re
import time
from email import message_from_bytes, policy

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.utils import timezone

from portal.audit.models import AuditEntry
from portal.outbox.delivery import deliver_due
from tests.people.second_factor.codes import code_at
from tests.people.second_factor.conftest import set_up, sign_in

pytestmark = pytest.mark.django_db
CODES = re.compile(r"<code>(\d{8})</code>")


@pytest.fixture
def secret(client, cast, now) -> str:
    """Dora has an app and has signed out."""
    sign_in(client, "dora")
    key = set_up(client, now)
    client.post("/logout/")
    return key


def signed_in(client) -> bool:
    return "_auth_user_id" in client.session


def test_the_published_codes_of_rfc_6238_are_ours():
    """Appendix B, SHA1, the last six of eight digits."""
    from base64 import b32encode

    key = b32encode(b"12345678901234567890").decode()
    assert [code_at(key, at) for at in (59, 1111111109, 20000000000)] == ["287082", "081804", "353130"]


def test_password_and_code_together_sign_in(client, cast, secret, later):
    moment = later(60)
    assert sign_in(client, "dora")["Location"] == "/login/second-factor/"
    assert not signed_in(client)
    assert client.get("/")["Location"].startswith("/login/")
    answer = client.post("/login/second-factor/", {"code": code_at(secret, moment)})
    assert (answer.status_code, signed_in(client)) == (302, True)


def test_a_new_password_does_not_go_round_the_factor(client, cast, secret, later, mail_folder):
    moment = later(60)
    Client().post("/password/reset/", {"email": "dora@firma.example"})
    deliver_due(at=timezone.now())
    (mail,) = mail_folder.glob("*.eml")
    text = message_from_bytes(mail.read_bytes(), policy=policy.default).get_body(("plain",)).get_content()
    form = client.get(re.search(r"https?://[^/]+(/\S+)", text)[1], follow=True)
    new = "sieben-zwerge-am-bach"
    client.post(form.request["PATH_INFO"], {"password1": new, "password2": new})
    assert not signed_in(client)
    answer = client.post("/login/", {"login": "dora@firma.example", "password": new})
    assert (answer["Location"], signed_in(client)) == ("/login/second-factor/", False)
    client.post("/login/second-factor/", {"code": code_at(secret, moment)})
    assert signed_in(client)


def test_a_wrong_code_is_refused_in_a_sentence_and_leaves_a_line_in_the_log(client, cast, secret, later, caplog):
    later(60)
    sign_in(client, "dora")
    answer = client.post("/login/second-factor/", {"code": "000000"})
    assert "This code is wrong, or it was used already." in answer.content.decode()
    assert not signed_in(client)
    assert f"Second factor refused: account {cast.dora.pk}, network 127.0.0.0/24." in caplog.messages


@pytest.mark.parametrize("seconds", [-31, 31, 3600])
def test_a_code_of_another_time_is_refused(client, cast, secret, later, seconds):
    moment = later(90)
    sign_in(client, "dora")
    client.post("/login/second-factor/", {"code": code_at(secret, moment + seconds)})
    assert not signed_in(client)


def test_a_code_opens_once(client, cast, secret, later):
    moment = later(60)
    sign_in(client, "dora")
    client.post("/login/second-factor/", {"code": code_at(secret, moment)})
    second = Client()
    sign_in(second, "dora")
    second.post("/login/second-factor/", {"code": code_at(secret, moment)})
    assert not signed_in(second)


def test_guessing_codes_ends_after_five(client, cast, secret, later):
    moment = later(60)
    sign_in(client, "dora")
    for guess in range(5):
        client.post("/login/second-factor/", {"code": f"{guess:06d}"})
    client.post("/login/second-factor/", {"code": code_at(secret, moment)})
    assert not signed_in(client)


def test_the_secret_lies_in_the_database_under_a_key(client, cast, secret, settings):
    kept = Authenticator.objects.get(type="totp").data["secret"]
    assert secret not in kept
    assert Authenticator.objects.get(type="totp").wrap().validate_code(code_at(secret, time.time())) is True
    settings.SECRET_KEY = "x" * 50
    assert Authenticator.objects.get(type="totp").wrap().validate_code("000000") is False


def test_an_earlier_secret_key_still_reads_the_factor(client, cast, secret, settings, later):
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "y" * 50
    moment = later(60)
    assert Authenticator.objects.get(type="totp").wrap().validate_code(code_at(secret, moment))


def test_recovery_codes_are_shown_once_and_each_opens_once(client, cast, secret, later):
    moment = later(60)
    sign_in(client, "dora")
    client.post("/login/second-factor/", {"code": code_at(secret, moment)})
    page = client.post("/second-factor/codes/").content.decode()
    codes = CODES.findall(page)
    assert len(set(codes)) == 10
    assert codes[0] not in client.get("/second-factor/").content.decode()
    assert codes[0] not in str(list(Authenticator.objects.values_list("data", flat=True)))
    for expected in (True, False):
        browser = Client()
        sign_in(browser, "dora")
        browser.post("/login/second-factor/", {"code": codes[0]})
        assert signed_in(browser) is expected
    assert AuditEntry.objects.filter(verb="second_factor.codes_made").count() == 1


def test_new_recovery_codes_replace_the_earlier_ones(client, cast, secret, later):
    moment = later(60)
    sign_in(client, "dora")
    client.post("/login/second-factor/", {"code": code_at(secret, moment)})
    first, second = (CODES.findall(client.post("/second-factor/codes/").content.decode()) for _turn in range(2))
    assert not set(first) & set(second)
    browser = Client()
    sign_in(browser, "dora")
    browser.post("/login/second-factor/", {"code": first[3]})
    assert not signed_in(browser)


def test_the_last_factor_of_an_officer_stays(client, cast, secret, later):
    moment = later(60)
    sign_in(client, "dora")
    client.post("/login/second-factor/", {"code": code_at(secret, moment)})
    answer = client.post("/second-factor/app/remove/")
    assert "Your role asks for a second factor." in answer.content.decode()
    assert Authenticator.objects.filter(user=cast.dora, type="totp").exists()


def test_who_needs_none_may_remove_it(client, cast, now):
    sign_in(client, "anna")
    set_up(client, now)
    assert client.post("/second-factor/app/remove/")["Location"] == "/second-factor/"
    assert not Authenticator.objects.filter(user=cast.anna).exists()
    assert AuditEntry.objects.filter(verb="second_factor.removed", actor=cast.anna).count() == 1


@pytest.mark.parametrize("path", ["/second-factor/app/", "/second-factor/keys/add/", "/second-factor/codes/"])
def test_ten_minutes_after_the_sign_in_a_change_asks_for_the_person_again(client, cast, path, later):
    client.force_login(cast.anna)
    later(11 * 60)
    answer = client.post(path, {})
    assert answer["Location"].startswith("/reauthenticate/")


def test_the_password_once_more_leads_back(client, cast, later):
    client.force_login(cast.anna)
    later(11 * 60)
    answer = client.post("/reauthenticate/?next=/second-factor/app/", {"password": "kontakt-klar-2026"})
    assert answer["Location"] == "/second-factor/app/"
    assert client.get("/second-factor/app/").status_code == 200
