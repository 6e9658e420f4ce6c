"""An event about very many permits: its parts are transactions of their own, and the worker's time limit ends it."""

from datetime import timedelta

import pytest
from celery.exceptions import SoftTimeLimitExceeded

from contacts.customers.services import record_objection
from contacts.requests.models import Permit
from contacts.requests.services import rechecks
from portal.outbox.delivery import deliver_due
from portal.outbox.models import OutboxMessage
from tests.cast import make_customer, point
from tests.requests.scenes import ask, permit_for, service_by_mail
from tests.rulebook.sets import STRICTER, released

pytestmark = pytest.mark.django_db


@pytest.fixture
def three_chats(cast, accounts, now):
    """Three permits that the stricter rule set does not cover."""
    found = []
    for number in ("4721", "4722", "4723"):
        one = make_customer(now, number)
        point(one, "messenger", f"+49 171 555{number}", now=now, platform="whatsapp")
        found.append(permit_for(ask(cast.anna, one, "messenger", accounts.whatsapp, at=now), cast, now))
    return found


def states():
    return list(Permit.objects.order_by("pk").values_list("state", flat=True))


def test_another_rule_set_is_followed_permit_by_permit_in_parts(three_chats, cast, now, monkeypatch):
    """No transaction holds the customers of more than one part."""
    monkeypatch.setattr(rechecks, "AT_ONCE", 2)
    released(cast, now, STRICTER)
    OutboxMessage.objects.exclude(topic="rules.in_force").update(due_at=now + timedelta(days=1))
    deliver_due(at=now, limit=1)
    assert states() == ["active"] * 3, "the event itself holds no customer"
    parts = OutboxMessage.objects.filter(topic="permits.grounds_changed").order_by("pk")
    ids = [permit.pk for permit in three_chats]
    assert [part.payload for part in parts] == [{"permit_ids": ids[:2]}, {"permit_ids": ids[2:]}]
    deliver_due(at=now, limit=1)
    assert states() == ["revoked", "revoked", "active"]
    deliver_due(at=now)
    assert states() == ["revoked"] * 3


def test_the_time_limit_of_the_worker_is_no_fault_of_a_permit(cast, customer, accounts, now, monkeypatch):
    permit_for(service_by_mail(cast, customer, accounts, now), cast, now)
    record_objection(cast.clara, customer=customer, scope="full_block", how="written", at=now)

    def too_long(permit, at):
        raise SoftTimeLimitExceeded

    monkeypatch.setattr(rechecks, "lock_permit", too_long)
    with pytest.raises(SoftTimeLimitExceeded):
        rechecks.recheck_customer(customer_id=customer.pk, because="objection", at=now)
    assert not OutboxMessage.objects.filter(topic="permit.grounds_changed").exists()
