"""Forgotten passwords: a mail of ours in the receiver's language, to people on record only."""

import email
import email.policy
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from portal.outbox.delivery import deliver_due
from portal.outbox.models import OutboxMessage

pytestmark = pytest.mark.django_db


def mails(folder):
    files = sorted(folder.glob("*.eml")) if folder.exists() else []
    return [email.message_from_bytes(path.read_bytes(), policy=email.policy.default) for path in files]


def ask(client, address):
    """Ask, and let the worker do its part."""
    answer = client.post(reverse("account_reset_password"), {"email": address})
    deliver_due(at=timezone.now())
    return answer


def boxes(page):
    """Those of the form itself; the palette of the frame has one, too."""
    return re.findall(r'<input type="(?:email|password|text)" name="(?!q")[^>]*>', page.content.decode())


@pytest.mark.parametrize(
    ("name", "signed_in", "count"),
    [
        ("account_login", False, 2),
        ("account_reset_password", False, 1),
        ("account_change_password", True, 3),
        ("account_reauthenticate", True, 1),
    ],
)
def test_labels_say_what_goes_in_and_boxes_do_not_look_filled(client, cast, name, signed_in, count):
    if signed_in:
        client.force_login(cast.anna)
    found = boxes(client.get(reverse(name)))
    assert len(found) == count and not any("placeholder" in box for box in found)


def test_the_link_sets_a_new_password_once(client, cast, mail_folder):
    cast.anna.language = "de"
    cast.anna.save()
    assert ask(client, "anna@firma.example").status_code == 302
    (mail,) = mails(mail_folder)
    assert mail["Subject"] == "Ein neues Passwort für Kontaktklar"
    text = mail.get_body(("plain",)).get_content()
    assert "Guten Tag, Anna Beispiel," in text and "example.com" not in text
    assert "Neues Passwort setzen" in mail.get_body(("html",)).get_content()
    path = re.search(r"https?://[^/]+(/\S+)", text)[1]
    form = client.get(path, follow=True)
    assert len(boxes(form)) == 2 and not any("placeholder" in box for box in boxes(form))
    new = {"password1": "sieben-zwerge-am-bach", "password2": "sieben-zwerge-am-bach"}
    assert client.post(form.request["PATH_INFO"], new).status_code == 302
    cast.anna.refresh_from_db()
    assert cast.anna.check_password("sieben-zwerge-am-bach")
    client.logout()
    assert "password1" not in client.get(path, follow=True).content.decode()


@pytest.mark.parametrize("address", ["nobody@firma.example", "someone@else.example"])
def test_an_unknown_address_gets_the_same_answer_and_no_mail(client, cast, mail_folder, address):
    known, unknown = ask(client, "anna@firma.example"), ask(client, address)
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
    assert len(mails(mail_folder)) == 1


def test_a_deactivated_person_gets_no_link(client, cast, mail_folder):
    cast.anna.is_active = False
    cast.anna.save()
    ask(client, "anna@firma.example")
    assert mails(mail_folder) == []


@pytest.mark.parametrize("address", ["anna@firma.example", "nobody@firma.example"])
def test_what_was_typed_stands_in_no_row_and_no_link_does(client, cast, address):
    client.post(reverse("account_reset_password"), {"email": address})
    (row,) = OutboxMessage.objects.values()
    assert address not in str(row) and "password/reset" not in str(row)


def test_a_dead_mail_server_changes_no_answer(client, cast, settings):
    settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = (
        "django.core.mail.backends.smtp.EmailBackend",
        "127.0.0.1",
        9,
    )
    known, unknown = ask(client, "anna@firma.example"), ask(client, "nobody@firma.example")
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url) == (302, known.url)
