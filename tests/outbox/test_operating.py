"""Messages that could not be delivered: seen by the administrator, without content, and settled with a reason."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from portal.audit.models import AuditEntry
from portal.outbox import alarms, bundles, delivery, operating, services
from portal.outbox.models import OutboxMessage
from portal.outbox.mornings import next_morning
from tests.cast import person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("standing_clock")]
SECRET = "Geheimrat"


def message(to, now, **fields):
    values = {"kind": "mail", "topic": "commented", "payload": {"number": "R-1", "author": SECRET}, "recipient": to}
    values |= {"key": fields.pop("key", f"k{OutboxMessage.objects.count()}"), "due_at": now}
    return OutboxMessage.objects.create(**values | fields)


def parked(to, now, **fields):
    error = f"SMTPRecipientsRefused: {{'{SECRET}@firma.example': (550, b'no')}}"
    return message(to, now, parked_at=now, attempts=10, last_error=error, **fields)


def page(client, user) -> str:
    client.force_login(user)
    response = client.get("/outbox/")
    assert response.status_code == 200
    return response.content.decode()


def test_the_page_names_kind_receiver_error_and_tries_and_no_content(cast, now, client):
    parked(cast.anna, now)
    message(None, now - timedelta(minutes=6), kind="letter", topic="consent.opt_in", payload={"id": 7})
    message(None, now - timedelta(minutes=6), kind="event", topic="customer.grounds_changed", payload={"id": 7})
    message(cast.sven, now - timedelta(minutes=4), topic="granted")
    shown = page(client, cast.adam)
    assert "Anna Beispiel" in shown and "Somebody outside" in shown and "The portal itself" in shown
    assert "SMTPRecipientsRefused" in shown and "commented" in shown and "consent.opt_in" in shown
    assert SECRET not in shown and "granted" not in shown and "Sven" not in shown


@pytest.mark.parametrize("topic", ["incident_order", "incident_reported", "refresher_assigned"])
def test_who_hears_of_an_incident_is_for_officers_only(cast, now, client, topic):
    found = parked(cast.anna, now, topic=topic)
    shown = page(client, cast.adam)
    assert "A colleague" in shown and topic in shown and "Anna" not in shown
    asked = client.get(f"/outbox/{found.pk}/give-up/").content.decode()
    assert "A colleague" in asked and "Anna" not in asked
    assert "Anna Beispiel" in page(client, cast.dora)


def test_the_page_says_how_the_delivery_is(cast, now, client):
    assert "Everything is delivered" in page(client, cast.adam) and "never" in page(client, cast.adam)
    message(cast.anna, now - timedelta(minutes=5))
    shown = page(client, cast.adam)
    assert "the oldest since" in shown and "Late" in shown


def test_the_officer_reads_and_has_no_buttons(cast, now, client):
    found = parked(cast.anna, now)
    assert "Try again" not in page(client, cast.dora)
    assert client.post(f"/outbox/{found.pk}/again/").status_code == 403


def test_the_list_asks_the_same_number_of_questions_however_long(cast, now, client, django_assert_max_num_queries):
    for number in range(30):
        parked(cast.anna, now, key=f"p{number}")
    client.force_login(cast.adam)
    with django_assert_max_num_queries(7):
        client.get("/outbox/")


def test_try_again_gives_ten_new_tries(cast, now, client, mail_folder):
    found = parked(cast.anna, now)
    client.force_login(cast.adam)
    assert client.post(f"/outbox/{found.pk}/again/").status_code == 302
    found.refresh_from_db()
    assert (found.parked_at, found.attempts, found.due_at) == (None, 0, now)
    assert delivery.deliver_due(at=now) == 1
    entry = AuditEntry.objects.get(verb="outbox.tried_again")
    assert entry.actor == cast.adam and SECRET not in str(entry.after) + str(entry.before)


def test_trying_again_twice_is_answered_by_a_sentence(cast, now, client):
    found = parked(cast.anna, now)
    client.force_login(cast.adam)
    client.post(f"/outbox/{found.pk}/again/")
    response = client.post(f"/outbox/{found.pk}/again/", follow=True)
    assert response.status_code == 200 and "not parked any more" in response.content.decode()
    assert AuditEntry.objects.filter(verb="outbox.tried_again").count() == 1
    assert client.post("/outbox/999999/again/").status_code == 404


def test_giving_up_needs_a_reason_and_keeps_it(cast, now, client):
    found = parked(cast.anna, now)
    with pytest.raises(ValidationError, match="Say why"):
        operating.give_up(cast.adam, message=found, reason="  ", at=now)
    client.force_login(cast.adam)
    assert "This field is required" in client.post(f"/outbox/{found.pk}/give-up/", {"reason": ""}).content.decode()
    assert client.post(f"/outbox/{found.pk}/give-up/", {"reason": "Das Postfach gibt es nicht."}).status_code == 302
    found.refresh_from_db()
    assert (found.given_up_by, found.given_up_reason) == (cast.adam, "Das Postfach gibt es nicht.")
    assert AuditEntry.objects.get(verb="outbox.given_up").after["reason"] == "Das Postfach gibt es nicht."
    assert client.get(f"/outbox/{found.pk}/give-up/").status_code == 404
    assert "Everything is delivered" in page(client, cast.adam)
    assert alarms.alarm_parked(at=now) == 0


def test_what_is_not_parked_is_not_touched(cast, now):
    found = message(cast.anna, now)
    for verb, more in ((operating.try_again, {}), (operating.give_up, {"reason": "Nein."})):
        with pytest.raises(ValidationError, match="not parked any more"):
            verb(cast.adam, message=found, at=now, **more)
        with pytest.raises(PermissionDenied):
            verb(cast.dora, message=found, at=now, **more)


def test_a_parked_bundle_is_tried_again_whole(cast, now, mail_folder):
    for number in range(3):
        with transaction.atomic():
            context = {"number": f"R-{number}", "author": "Mona"}
            services.mail(to=cast.anna, template="commented", context=context, at=now, urgent=False)
    at = next_morning(now)
    bundles.gather(at=at)
    OutboxMessage.objects.update(parked_at=at, attempts=10)
    operating.try_again(cast.adam, message=OutboxMessage.objects.parked().get(), at=at)
    assert delivery.deliver_due(at=at) == 1
    assert OutboxMessage.objects.filter(done_at__isnull=False).count() == 3
    assert len(list(mail_folder.glob("*.eml"))) == 1


def test_the_database_refuses_giving_up_without_a_reason(cast, now):
    found = parked(cast.anna, now)
    with pytest.raises(IntegrityError, match="outbox_given_up_with_reason"):
        OutboxMessage.objects.filter(pk=found.pk).update(given_up_at=now, given_up_by=cast.adam)


def test_every_administrator_hears_once_a_day_of_each_kind(cast, now):
    person("ada", "administrator")
    parked(cast.anna, now)
    parked(cast.sven, now)
    parked(None, now, kind="event", topic="permit.used")
    assert alarms.alarm_parked(at=now) == 4
    assert alarms.alarm_parked(at=now + timedelta(hours=5)) == 0
    assert alarms.alarm_parked(at=now + timedelta(days=1)) == 4
    told = OutboxMessage.objects.filter(topic="outbox_parked", recipient=cast.adam)
    assert sorted((row.payload["topic"], row.payload["count"]) for row in told) == [
        ("commented", 2),
        ("commented", 2),
        ("permit.used", 1),
        ("permit.used", 1),
    ]
    assert SECRET not in str(list(told.values_list("payload", flat=True)))


def test_an_alarm_that_is_parked_alarms_nobody(cast, now):
    parked(cast.adam, now, topic="outbox_parked", payload={"topic": "x", "count": 1})
    assert alarms.alarm_parked(at=now) == 0


def test_the_alarm_is_a_job_of_every_minute():
    from portal.celery import EVERY

    assert EVERY["outbox.alarm_parked"] <= 300


def test_a_poison_message_is_parked_and_holds_up_nobody(cast, now, mail_folder):
    """It fails at every try; what comes behind it goes out at once each time."""
    message(None, now, kind="event", topic="no.such.topic", payload={})
    at = now
    for number in range(10):
        with transaction.atomic():
            services.mail(to=cast.anna, template="commented", context={"number": f"R-{number}", "author": "M"}, at=at)
        assert delivery.deliver_due(at=at) == 1
        at = max(at, OutboxMessage.objects.get(topic="no.such.topic").due_at)
    assert OutboxMessage.objects.get(topic="no.such.topic").parked_at is not None
    assert alarms.alarm_parked(at=at) == 1
    assert delivery.deliver_due(at=at) == 1
    (alarm,) = OutboxMessage.objects.filter(topic="outbox_parked")
    assert alarm.recipient == cast.adam and alarm.done_at is not None
