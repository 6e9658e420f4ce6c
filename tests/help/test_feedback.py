"""Feedback on accessibility: a mail to whoever answers for it, and no trace of who wrote."""

import pytest

from portal.help.services import send_feedback
from portal.outbox.delivery import deliver_due
from portal.outbox.models import OutboxMessage
from tests.browsing import words

pytestmark = pytest.mark.django_db
SAID = {"words": "The button cannot be reached by keyboard.", "page": "/check/", "reply_to": "", "website": ""}


def send(client, **changes):
    return client.post("/accessibility/", SAID | changes, follow=True)


def test_somebody_who_is_signed_out_can_report_a_barrier(client, cast, now, mail_folder):
    assert "Thank you." in words(send(client))
    assert deliver_due(at=now) == 1
    (mail,) = mail_folder.glob("*.eml")
    text = mail.read_text("utf-8")
    assert "To: dora@firma.example" in text
    assert "The button cannot be reached by keyboard." in text
    assert "No address for an answer was given." in text


def test_who_wrote_is_not_kept_unless_they_gave_an_address(client, cast):
    client.force_login(cast.anna)
    send(client)
    row = OutboxMessage.objects.get()
    assert "anna" not in f"{row.payload} {row.key}"
    send(client, reply_to="anna@zuhause.example")
    assert OutboxMessage.objects.latest("pk").payload["reply_to"] == "anna@zuhause.example"


def test_without_an_officer_it_goes_to_the_administrators(cast, now):
    cast.dora.roles = []
    cast.dora.save(update_fields=["roles"])
    assert send_feedback(words="x", page="", reply_to="", at=now) == 1
    assert OutboxMessage.objects.get().recipient == cast.adam


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"words": " "}, "Say in a sentence what does not work."),
        ({"words": "x" * 2001}, "This is too long: 2,000 characters at most."),
        ({"reply_to": "anna"}, "This is no e-mail address."),
        ({"page": "x" * 201}, "Give the page in at most 200 characters."),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_sent(client, cast, change, sentence):
    page = client.post("/accessibility/", SAID | change)
    assert sentence in words(page)
    assert "<title>Error: " in page.content.decode()
    assert not OutboxMessage.objects.exists()


def test_the_sixth_message_of_an_hour_waits_and_its_text_is_kept(client, cast):
    for _turn in range(5):
        assert "Thank you." in words(send(client))
    page = send(client, words="The sixth one")
    assert page.status_code == 429
    assert int(page.headers["Retry-After"]) <= 3600
    assert "Too many messages in this hour." in words(page)
    assert "The sixth one" in page.content.decode()
    assert OutboxMessage.objects.count() == 5


def test_a_program_that_fills_in_everything_sends_nothing(client, cast):
    assert "Thank you." in words(send(client, website="https://spam.example"))
    assert not OutboxMessage.objects.exists()


def test_the_page_somebody_came_from_is_filled_in(client):
    assert 'value="/check/"' in client.get("/accessibility/?page=/check/").content.decode()


def test_the_statement_names_what_does_not_conform_a_date_and_whom_to_turn_to(client, settings):
    settings.ACCESSIBILITY_ENFORCEMENT = "Schlichtungsstelle, Musterstadt"
    page = words(client.get("/accessibility/"))
    assert "conforms in part" in page
    assert "30 Nov 2026" in page
    assert "Schlichtungsstelle, Musterstadt" in page
