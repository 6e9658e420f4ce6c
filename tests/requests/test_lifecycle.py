"""What the clock does: permits end, requests lapse, reminders exist once."""

from datetime import timedelta

import pytest

from contacts.requests.services import lifecycle, reviewing, submitting
from contacts.requests.services.common import NotNow
from portal.audit.models import AuditEntry
from portal.outbox.models import OutboxMessage
from tests.requests.scenes import permit_for, reminder_by_sms, service_by_mail

pytestmark = pytest.mark.django_db


def waiting(cast, customer, accounts, now):
    return submitting.submit(cast.anna, request=reminder_by_sms(cast, customer, accounts, now), at=now)


def test_a_permit_is_recorded_as_expired_once(cast, customer, accounts, now):
    permit = permit_for(service_by_mail(cast, customer, accounts, now), cast, now)
    assert lifecycle.end_permits(at=permit.valid_until - timedelta(seconds=1)) == 0
    assert lifecycle.end_permits(at=permit.valid_until) == 1
    assert lifecycle.end_permits(at=permit.valid_until) == 0
    assert AuditEntry.objects.get(verb="permit.expired").job == "requests.end_permits"


def test_a_request_nobody_decides_lapses_and_can_never_be_granted(cast, customer, accounts, now):
    request = waiting(cast, customer, accounts, now)
    limit = now + timedelta(days=14)
    assert lifecycle.lapse_requests(at=limit - timedelta(seconds=1)) == 0
    assert lifecycle.lapse_requests(at=limit) == 1
    request.refresh_from_db()
    assert request.state == "lapsed"
    assert OutboxMessage.objects.get(topic="lapsed").recipient == cast.anna
    with pytest.raises(NotNow):
        reviewing.review(cast.mona, request=request, verdict="approved", reason="", at=limit)


def test_the_manager_is_reminded_once_a_day_from_the_second_day_on(cast, customer, accounts, now):
    waiting(cast, customer, accounts, now)
    assert lifecycle.remind_reviews(at=now + timedelta(hours=23)) == 0
    for hours in (24, 25, 30, 49, 50):
        lifecycle.remind_reviews(at=now + timedelta(hours=hours))
    reminders = OutboxMessage.objects.filter(topic="review_reminder")
    # From the due time on the level above decides as well.
    assert [message.recipient for message in reminders] == [cast.mona, cast.dora] * 2


def test_a_decided_request_reminds_nobody(cast, customer, accounts, now):
    permit_for(reminder_by_sms(cast, customer, accounts, now), cast, now)
    assert lifecycle.remind_reviews(at=now + timedelta(days=3)) == 0


def test_the_holder_is_told_once_that_an_unused_permit_ends(cast, customer, accounts, now):
    permit = permit_for(service_by_mail(cast, customer, accounts, now), cast, now)
    for hours in (80, 40, 30, 1):
        lifecycle.remind_permits(at=permit.valid_until - timedelta(hours=hours))
    assert OutboxMessage.objects.get(topic="permit_ending").recipient == cast.anna
