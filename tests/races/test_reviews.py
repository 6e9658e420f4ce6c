"""Two people decide about one request at the same time: one review counts, the other gets a friendly word."""

import pytest

from contacts.requests.models import Permit, Review
from contacts.requests.services import reviewing, submitting
from contacts.requests.services.common import NotNow
from portal.audit.models import AuditEntry
from portal.outbox.models import OutboxMessage
from portal.people.models import User
from tests.cast import person
from tests.requests.scenes import reminder_by_sms, report_by_mail

pytestmark = pytest.mark.django_db(transaction=True)


def decide(user, request, now, verdict="approved", reason=""):
    def act():
        mine = User.objects.get(pk=user.pk)
        return reviewing.review(mine, request=request, verdict=verdict, reason=reason, at=now)

    return act


def test_two_dpos_approve_at_once(cast, customer, accounts, now, together):
    other = person("doris", "dpo")
    request = submitting.submit(cast.anna, request=report_by_mail(cast, customer, accounts, now), at=now)
    request = reviewing.review(cast.mona, request=request, verdict="approved", reason="", at=now)
    results = together(decide(cast.dora, request, now), decide(other, request, now))
    refusals = [result for result in results if isinstance(result, NotNow)]
    assert len(refusals) == 1
    assert "has already decided" in refusals[0].messages[0]
    assert Review.objects.filter(stage="dpo").count() == 1
    assert Permit.objects.count() == 1
    assert AuditEntry.objects.filter(verb="permit.granted").count() == 1
    assert OutboxMessage.objects.filter(topic="granted").count() == 1


def test_approve_and_refuse_at_once_by_two_tabs_of_one_manager(cast, customer, accounts, now, together):
    request = submitting.submit(cast.anna, request=reminder_by_sms(cast, customer, accounts, now), at=now)
    results = together(decide(cast.mona, request, now), decide(cast.mona, request, now, "refused", "Bitte anrufen."))
    assert sum(isinstance(result, NotNow) for result in results) == 1
    assert Review.objects.count() == 1
    request.refresh_from_db()
    assert Permit.objects.exists() == (request.state == "granted")


def test_cancel_against_approve(cast, customer, accounts, now, together):
    request = submitting.submit(cast.anna, request=reminder_by_sms(cast, customer, accounts, now), at=now)

    def cancel():
        return submitting.cancel(User.objects.get(pk=cast.anna.pk), request=request, at=now)

    results = together(decide(cast.mona, request, now), cancel)
    assert sum(isinstance(result, NotNow) for result in results) == 1
    request.refresh_from_db()
    assert (request.state == "granted") == Permit.objects.exists()
