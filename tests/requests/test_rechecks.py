"""An event about very many permits: its parts are transactions of their own, and the worker's time limit ends it."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from celery.exceptions import SoftTimeLimitExceeded

from contacts.customers.services import add_contact_point, record_inbound, record_objection
from contacts.requests.account_services import approve_account, close_account, register_profile
from contacts.requests.models import Permit, PlatformRegistration
from contacts.requests.services import rechecks
from portal.outbox.delivery import deliver_due
from portal.outbox.models import OutboxMessage
from portal.people.services import create_department, update_person
from tests.cast import account, make_customer, point
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


def test_another_way_that_comes_to_be_known_takes_the_last_resort_away(cast, customer, accounts, now):
    """Released because no other channel worked (SRV-04); with an address the officer would have to decide (SRV-03)."""
    customer.contact_points.all().delete()
    point(customer, "messenger", "+49 171 5554711", now=now, platform="whatsapp")
    permit = permit_for(ask(cast.anna, customer, "messenger", accounts.whatsapp, at=now), cast, now)
    found = {"channel": "email", "value": "neu@kundin.example", "source": "data_subject", "collected_on": now.date()}
    add_contact_point(cast.clara, customer=customer, at=now, **found)
    deliver_due(at=now)
    permit.refresh_from_db()
    assert (permit.state, permit.revoked_reason) == ("revoked", "SRV-03")


@pytest.fixture
def own_profile(cast, customer, accounts, now):
    """The customer wrote first, and Anna answers from her registered profile: the permit and the company's account."""
    there, today = {"channel": "social_dm", "platform": "linkedin"}, now.date()
    ours = account("Firma", there["channel"], cast, now, platform="linkedin")
    own = register_profile(cast.anna, platform="linkedin", name="anna", valid_until=today + timedelta(days=99), at=now)
    approve_account(cast.dora, account=own, at=now)
    PlatformRegistration.objects.filter(platform="linkedin").update(status="approved")
    customer.contact_points.filter(channel="social_dm").delete()
    point(customer, "social_dm", "erika", now=now, platform="linkedin")
    record_inbound(cast.clara, customer=customer, at=now, note="", now=now, **there)
    return permit_for(ask(cast.anna, customer, "social_dm", own, at=now), cast, now), ours


def test_with_the_companys_account_the_permits_for_profiles_there_end(own_profile, cast, now):
    """A personal profile is no presence of the company (ACC-02)."""
    permit, ours = own_profile
    close_account(cast.dora, account=ours, at=now)
    deliver_due(at=now)
    permit.refresh_from_db()
    assert (permit.state, permit.revoked_reason) == ("revoked", "ACC-02")


def test_with_the_department_the_permits_for_the_own_profile_end(own_profile, cast, now):
    """It was registered for the work in that department; elsewhere it is a private account (ACC-01)."""
    permit, _ours = own_profile
    elsewhere = create_department(cast.adam, name="Einkauf", at=now)
    update_person(cast.adam, person=cast.anna, department=elsewhere, at=now)
    deliver_due(at=now)
    permit.refresh_from_db()
    assert (permit.state, permit.revoked_reason) == ("revoked", "ACC-01")


@pytest.fixture
def answered_chat(cast, customer, accounts, now):
    """Allowed because the customer wrote first, ten days ago (SRV-02)."""
    there = {"channel": "messenger", "platform": "whatsapp"}
    point(customer, value="+49 171 5554711", now=now, **there)
    record_inbound(cast.clara, customer=customer, at=now - timedelta(days=10), note="", now=now, **there)
    return permit_for(ask(cast.anna, customer, "messenger", accounts.whatsapp, at=now), cast, now)


def test_a_permit_ends_with_what_the_customer_began(answered_chat, now):
    deliver_due(at=now + timedelta(days=4) - timedelta(seconds=1))
    assert states() == ["active"]
    deliver_due(at=now + timedelta(days=4))
    assert states() == ["revoked"]


def test_it_lasts_as_long_as_what_the_customer_began_anew(answered_chat, cast, customer, now):
    wrote = now + timedelta(days=1)
    record_inbound(
        cast.clara, customer=customer, channel="messenger", platform="whatsapp", at=wrote, note="", now=wrote
    )
    deliver_due(at=now + timedelta(days=4))
    assert states() == ["active"]


def test_a_permit_ends_with_the_last_day_of_its_account(cast, customer, accounts, now):
    account, last = accounts.email, now.date() + timedelta(days=2)
    account.valid_until = last
    account.save()
    permit = permit_for(service_by_mail(cast, customer, accounts, now), cast, now)
    deliver_due(at=datetime(2026, 11, 26, 22, 59, 59, tzinfo=UTC))
    assert states() == ["active"]
    deliver_due(at=datetime(2026, 11, 26, 23, 0, tzinfo=UTC))
    permit.refresh_from_db()
    assert (permit.state, permit.revoked_reason) == ("revoked", "ACC-01")


@pytest.mark.parametrize(
    ("bought", "ends"), [((2024, 10, 27), (2026, 11, 27)), ((2024, 10, 31), (2026, 12, 1))], ids=["day", "no 31st"]
)
def test_a_permit_ends_with_the_window_of_the_last_purchase(cast, customer, accounts, now, bought, ends):
    """The existing-customer exception without a consent (EXI-01)."""
    customer.last_transaction_on = date(*bought)
    customer.save()
    customer.contact_points.filter(channel="email").update(address_from_sale=True, notice_at_collection=True)
    said = {"purpose": "marketing_similar_products", "own_similar_products": True, "opt_out_included": True}
    permit = permit_for(ask(cast.sven, customer, "email", accounts.email, at=now, **said), cast, now)
    until = datetime(*ends, tzinfo=ZoneInfo(customer.timezone))
    deliver_due(at=until - timedelta(seconds=1))
    assert states() == ["active"]
    deliver_due(at=until)
    permit.refresh_from_db()
    assert (permit.state, permit.revoked_reason) == ("revoked", "EXI-02")


def test_the_time_limit_of_the_worker_is_no_fault_of_a_permit(cast, customer, accounts, now, monkeypatch):
    permit_for(service_by_mail(cast, customer, accounts, now), cast, now)
    record_objection(cast.clara, customer=customer, scope="full_block", how="written", at=now)

    def too_long(permit, at):
        raise SoftTimeLimitExceeded

    monkeypatch.setattr(rechecks, "lock_permit", too_long)
    with pytest.raises(SoftTimeLimitExceeded):
        rechecks.recheck_customer(customer_id=customer.pk, because="objection", at=now)
    assert not OutboxMessage.objects.filter(topic="permit.grounds_changed").exists()
