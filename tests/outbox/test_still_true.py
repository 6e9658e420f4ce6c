"""Nobody writes to who has left, and in the morning nothing is said that was over in the night."""

from datetime import timedelta

import pytest
from django.db import transaction

from contacts.requests import notices
from contacts.requests.models import Permit
from contacts.requests.services import submitting
from portal.handlers import STILL_TRUE
from portal.outbox import delivery, services
from portal.outbox.models import OutboxMessage
from portal.outbox.mornings import next_morning
from tests.outbox.test_bundles import mails, put
from tests.requests import scenes

pytestmark = pytest.mark.django_db


def test_who_has_left_gets_no_mail(cast, now, mail_folder):
    put(cast.mona, now, 1001)
    put(cast.mona, now, 1002)
    with transaction.atomic():
        services.mail(to=cast.mona, template="commented", context={"number": "R-1", "author": "Anna"}, at=now)
    cast.mona.is_active = False
    cast.mona.save(update_fields=["is_active"])
    delivery.deliver_due(at=next_morning(now))
    assert mails(mail_folder) == []
    rows = OutboxMessage.objects.all()
    assert len(rows) == 3 and all(row.done_at and row.last_error == delivery.HAS_LEFT for row in rows)


@pytest.fixture
def reminded(cast, customer, accounts, now):
    """Mona is reminded of a request, beside `others` comments."""

    def make(others: int):
        asked = scenes.reminder_by_sms(cast, customer, accounts, now)
        asked = submitting.submit(cast.anna, request=asked, at=now)
        OutboxMessage.objects.all().delete()
        with transaction.atomic():
            notices.review_reminder(asked, [cast.mona], at=now)
        for number in range(others):
            put(cast.mona, now, 2001 + number)
        return asked

    return make


@pytest.mark.parametrize(
    ("others", "subject"), [(0, None), (1, "Comment on R-2001"), (2, "2 messages from Kontaktklar")]
)
def test_a_reminder_of_what_was_withdrawn_meanwhile_is_not_said(cast, now, mail_folder, reminded, others, subject):
    asked = reminded(others)
    first = OutboxMessage.objects.get(topic="review_reminder")
    submitting.cancel(cast.anna, request=asked, at=now)
    delivery.deliver_due(at=next_morning(now))
    found = mails(mail_folder)
    assert [mail["Subject"] for mail in found] == ([subject] if subject else [])
    assert {mail["Message-ID"] for mail in found} <= {delivery.message_id(first)}
    assert not OutboxMessage.objects.filter(done_at__isnull=True).exists()


def test_a_reminder_that_holds_is_said(cast, now, mail_folder, reminded):
    reminded(1)
    delivery.deliver_due(at=next_morning(now))
    assert [mail["Subject"] for mail in mails(mail_folder)] == ["2 messages from Kontaktklar"]


def test_the_end_of_a_permit_is_told_while_it_can_be_used(cast, customer, accounts, now):
    permit = scenes.permit_for(scenes.service_by_mail(cast, customer, accounts, now), cast, now)
    still, payload = STILL_TRUE["permit_ending"], {"permit": permit.number}
    assert still(payload, now)
    assert not still(payload, permit.valid_until)
    Permit.objects.filter(pk=permit.pk).update(state="revoked", revoked_at=now, revoked_reason="Nein.")
    assert not still(payload, now + timedelta(minutes=1))


def test_a_look_up_that_fails_parks_its_row_alone(cast, now, mail_folder, monkeypatch):
    def fail(payload, at):
        raise LookupError

    monkeypatch.setitem(delivery._look_ups(), "granted", fail)
    put(cast.mona, now, 1001)
    put(cast.mona, now, 1002)
    OutboxMessage.objects.filter(pk=OutboxMessage.objects.first().pk).update(topic="granted")
    assert delivery.deliver_due(at=next_morning(now)) == 1
    assert [mail["Subject"] for mail in mails(mail_folder)] == ["Comment on R-1002"]
    assert OutboxMessage.objects.get(topic="granted").attempts == 1
