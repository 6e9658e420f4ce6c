"""The outbox: written with its cause, delivered once, put off on failure, parked after ten tries."""

import email
import email.policy
from datetime import timedelta
from smtplib import SMTPRecipientsRefused, SMTPSenderRefused, SMTPServerDisconnected

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.core.mail import get_connection
from django.db import transaction

from portal.outbox import delivery, services
from portal.outbox.models import OutboxMessage

CONTEXT = {"number": "R-1001", "requester": "Anna Beispiel", "purpose": "service", "channel": "email", "platform": ""}


def put(cast, now, **fields):
    with transaction.atomic():
        services.mail(to=fields.pop("to", cast.mona), template="decision_needed", context=CONTEXT, at=now, **fields)


def mails(folder):
    files = sorted(folder.glob("*.eml")) if folder.exists() else []
    return [email.message_from_bytes(path.read_bytes(), policy=email.policy.default) for path in files]


@pytest.mark.django_db(transaction=True)
def test_nothing_is_put_outside_a_transaction(cast, now):
    with pytest.raises(RuntimeError, match="transaction"):
        services.mail(to=cast.mona, template="decision_needed", context=CONTEXT, at=now)


@pytest.mark.django_db
def test_a_rolled_back_cause_takes_its_message_with_it(cast, now):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        services.mail(to=cast.mona, template="decision_needed", context=CONTEXT, at=now)
        raise ZeroDivisionError
    assert not OutboxMessage.objects.exists()


@pytest.mark.django_db
def test_a_mail_goes_out_once_with_text_and_html(cast, now, mail_folder):
    put(cast, now)
    assert [delivery.deliver_due(at=now), delivery.deliver_due(at=now)] == [1, 0]
    (mail,) = mails(mail_folder)
    assert mail["To"] == "mona@firma.example"
    assert mail["Subject"] == "Decision needed: E-mail (R-1001)"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert [part.get_content_type() for part in mail.walk() if not part.is_multipart()] == ["text/plain", "text/html"]
    assert "Anna Beispiel" in mail.get_body(("plain",)).get_content()


@pytest.mark.django_db
def test_a_mail_speaks_the_receivers_language(cast, now, mail_folder):
    cast.mona.language = "de"
    cast.mona.save(update_fields=["language"])
    put(cast, now)
    delivery.deliver_due(at=now)
    assert mails(mail_folder)[0]["Subject"] == "Freigabe nötig: E-Mail (R-1001)"


@pytest.mark.django_db
def test_a_key_makes_a_message_unique_for_ever(cast, now):
    put(cast, now, key="review:1:2:2026-11-24")
    put(cast, now, key="review:1:2:2026-11-24")
    delivery.deliver_due(at=now)
    put(cast, now, key="review:1:2:2026-11-24")
    assert OutboxMessage.objects.count() == 1


@pytest.mark.django_db
def test_a_message_is_not_delivered_before_it_is_due(cast, now):
    put(cast, now, due_at=now + timedelta(hours=1))
    assert delivery.deliver_due(at=now) == 0
    assert delivery.deliver_due(at=now + timedelta(hours=1)) == 1


@pytest.mark.django_db
def test_a_failure_is_put_off_with_growing_pauses_and_parked_after_ten(cast, now, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", 1, 1
    assert get_connection().port == 1
    put(cast, now)
    at = now
    for attempt in range(1, 11):
        assert delivery.deliver_due(at=at, limit=1) == 0
        message = OutboxMessage.objects.get()
        assert message.attempts == attempt
        assert message.due_at == at + timedelta(minutes=2 ** (attempt - 1))
        at = message.due_at
    assert message.parked_at is not None
    assert message.last_error == "ConnectionRefusedError"
    assert delivery.deliver_due(at=at + timedelta(days=9)) == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("error", "kept"),
    [
        (SMTPRecipientsRefused({"mona@firma.example": (550, b"mona")}), "SMTPRecipientsRefused: 550"),
        (SMTPSenderRefused(451, b"mona", "mona@firma.example"), "SMTPSenderRefused: 451"),
        (SMTPServerDisconnected("mona@firma.example"), "SMTPServerDisconnected"),
        (ValueError("mona@firma.example"), "ValueError"),
    ],
)
def test_what_is_kept_of_an_error_names_nobody(cast, now, monkeypatch, error, kept):
    def send(_self):
        raise error

    monkeypatch.setattr("django.core.mail.EmailMultiAlternatives.send", send)
    put(cast, now)
    delivery.deliver_due(at=now)
    assert OutboxMessage.objects.get().last_error == kept


@pytest.mark.django_db
def test_one_failing_message_does_not_stop_the_others(cast, now, mail_folder):
    with transaction.atomic():
        services.event("no.such.topic", {}, at=now)
    put(cast, now)
    assert delivery.deliver_due(at=now) == 1
    assert OutboxMessage.objects.get(topic="no.such.topic").attempts == 1
    assert len(mails(mail_folder)) == 1


@pytest.mark.django_db
def test_a_message_that_takes_the_whole_time_of_a_turn_ends_it_and_lets_others_go_first(cast, now, monkeypatch):
    """Going on would get the process killed; being killed would leave the message first in the queue for ever."""
    done = []

    def endless(*, at):
        raise SoftTimeLimitExceeded

    monkeypatch.setitem(delivery._handlers(), "test.endless", (endless,))
    monkeypatch.setitem(delivery._handlers(), "test.changed", (lambda at: done.append("event"),))
    with transaction.atomic():
        services.event("test.endless", {}, at=now)
        services.event("test.changed", {}, at=now)
    assert delivery.deliver_due(at=now) == 0
    assert done == [] and OutboxMessage.objects.get(topic="test.endless").attempts == 1
    assert delivery.deliver_due(at=now) == 1
    assert done == ["event"]


@pytest.mark.django_db
def test_events_do_not_wait_behind_mails(cast, now, monkeypatch):
    done = []
    monkeypatch.setitem(delivery._handlers(), "test.changed", (lambda at: done.append("event"),))
    monkeypatch.setattr("django.core.mail.EmailMultiAlternatives.send", lambda self: done.append("mail"))
    put(cast, now - timedelta(minutes=1))
    with transaction.atomic():
        services.event("test.changed", {}, at=now)
    assert delivery.deliver_due(at=now) == 2
    assert done == ["event", "mail"]


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["Anna\nBcc: x@y.example", "Anna\r\nX: 1", "Anna\u2028Bcc: x"])
def test_line_breaks_in_names_add_no_header(cast, now, mail_folder, name):
    with transaction.atomic():
        services.mail(to=cast.mona, template="decision_needed", context=CONTEXT | {"number": name}, at=now)
    assert delivery.deliver_due(at=now) == 1
    (mail,) = mails(mail_folder)
    assert mail["Bcc"] is None
    assert mail["X"] is None
    assert mail["To"] == "mona@firma.example"


@pytest.mark.django_db
def test_html_in_a_name_stays_text(cast, now, mail_folder):
    with transaction.atomic():
        services.mail(to=cast.mona, template="decision_needed", context=CONTEXT | {"requester": "<b>Anna</b>"}, at=now)
    delivery.deliver_due(at=now)
    (mail,) = mails(mail_folder)
    assert "&lt;b&gt;Anna&lt;/b&gt;" in mail.get_body(("html",)).get_content()
    assert "<b>Anna</b>" in mail.get_body(("plain",)).get_content()


@pytest.mark.django_db(transaction=True)
def test_many_relays_deliver_each_message_once(cast, now, mail_folder):
    from tests.races.conftest import run_together

    for number in range(40):
        put(cast, now, key=f"n{number}")
    counts = run_together(*[lambda: delivery.deliver_due(at=now) for _ in range(4)])
    assert sum(counts) == 40
    assert len(mails(mail_folder)) == 40
