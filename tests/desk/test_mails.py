"""The mails of a development house: who sees which, and never outside development."""

import os

import pytest
from django.db import transaction

from portal.outbox import services as outbox
from portal.outbox.delivery import deliver_due
from tests.desk.reading import nothing_written

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _development(settings):
    settings.LENIENT = True


@pytest.fixture
def sent(cast, now, mail_folder):
    """One mail to Anna, a later one to Sven."""
    for user in (cast.anna, cast.sven):
        with transaction.atomic():
            course = {"title": "Kundenkontakt <b>", "left": 7, "valid_until": "2026-12-01T12:00:00+01:00"}
            context = {**course, "courses": [course], "pauses": True}
            outbox.mail(to=user, template="certificate_due", context=context, at=now)
    assert deliver_due(at=now) == 2
    keys = {}
    for path in mail_folder.glob("*.eml"):
        name = "anna" if b"anna@firma.example" in path.read_bytes() else "sven"
        os.utime(path, (1, 1) if name == "anna" else (2, 2))
        keys[name] = path.stem
    return keys


def get(client, user, path):
    client.force_login(user)
    with nothing_written():
        return client.get(path)


def test_everybody_sees_own_mails_only(client, cast, sent):
    assert [mail.key for mail in get(client, cast.anna, "/mails/").context["rows"]] == [sent["anna"]]
    assert get(client, cast.rita, "/mails/").context["rows"] == []


@pytest.mark.parametrize("name", ["adam", "dora"])
def test_administrator_and_dpo_see_all_newest_first(client, cast, sent, name):
    rows = get(client, getattr(cast, name), "/mails/").context["rows"]
    assert [mail.key for mail in rows] == [sent["sven"], sent["anna"]]
    assert rows[0].receivers == ("sven@firma.example",)
    assert rows[0].subject == "Data protection training: 7 days left"


def test_a_mail_is_shown_as_text(client, cast, sent):
    text = get(client, cast.anna, f"/mails/{sent['anna']}/").content.decode()
    assert "is valid until 1 Dec 2026" in text
    assert "Kundenkontakt &lt;b&gt;" in text
    assert "/training/" in text


def test_the_html_part_is_shut_in_by_a_policy_of_its_own(client, cast, sent):
    response = get(client, cast.anna, f"/mails/{sent['anna']}/html/")
    assert response.status_code == 200
    assert "sandbox" in response.headers["Content-Security-Policy"]
    assert "script-src" not in response.headers["Content-Security-Policy"]
    assert "Kundenkontakt" in response.content.decode()


@pytest.mark.parametrize("ending", ["", "html/"])
def test_somebody_elses_mail_does_not_exist_for_you(client, cast, sent, ending):
    assert get(client, cast.sven, f"/mails/{sent['anna']}/{ending}").status_code == 404


@pytest.mark.parametrize("key", ["0" * 32, "..", "x", "%2e%2e%2fsecret"])
def test_a_key_that_is_none_is_not_found(client, cast, sent, key):
    assert get(client, cast.adam, f"/mails/{key}/").status_code == 404


def test_an_empty_folder_says_so(client, cast):
    assert "No mails yet" in get(client, cast.adam, "/mails/").content.decode()


@pytest.mark.parametrize(("debug", "folder"), [(False, True), (True, False)])
def test_outside_development_the_pages_do_not_exist(client, cast, sent, settings, debug, folder):
    settings.LENIENT = debug
    if not folder:
        settings.MAIL_FOLDER = ""
    for path in ("/mails/", f"/mails/{sent['anna']}/", f"/mails/{sent['anna']}/html/"):
        assert get(client, cast.anna, path).status_code == 404


def test_strangers_are_asked_to_sign_in(client, sent):
    assert client.get("/mails/").status_code == 302
