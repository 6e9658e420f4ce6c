"""A clock is read before the wait for the customer's lock: what was recorded meanwhile has happened before."""

from datetime import timedelta

import pytest

from consent.services import withdraw_consent
from contacts.customers.importing.customers.records import CustomerRecord
from contacts.customers.importing.customers.writing import write
from contacts.customers.importing.reading import Row
from contacts.customers.models import Customer
from contacts.customers.selectors import moment
from contacts.customers.services import (
    erase_customer,
    record_inbound,
    record_objection,
    retire_contact_point,
    tick,
    update_customer,
)
from contacts.requests.deciding import answer
from contacts.requests.services import permits, rechecks, reviewing, submitting
from tests.cast import make_customer, point
from tests.requests.scenes import advertising_permit, ask, permit_for, reminder_by_sms, service_by_mail

pytestmark = pytest.mark.django_db
BEFORE = timedelta(milliseconds=300)


def consent_of(customer):
    return customer.consents.get(purpose="marketing", channel="email")


def test_a_use_whose_clock_was_read_before_the_withdrawal_comes_after_it(cast, customer, accounts, now):
    permit = advertising_permit(cast, customer, accounts, now - timedelta(days=1))
    withdraw_consent(cast.clara, consent=consent_of(customer), how="written", at=now)
    redemption = permits.redeem(cast.sven, permit=permit, at=now - BEFORE)
    assert redemption.use is None
    permit.refresh_from_db()
    assert (permit.state, permit.revoked_at) == ("revoked", now)


def test_a_withdrawal_by_a_clock_that_is_behind_comes_after_the_use_that_it_follows(cast, customer, accounts, now):
    """Otherwise the evidence says that somebody was contacted after they had taken it back."""
    permit = advertising_permit(cast, customer, accounts, now - timedelta(days=1))
    use = permits.redeem(cast.sven, permit=permit, at=now).use
    withdraw_consent(cast.clara, consent=consent_of(customer), how="written", at=now - timedelta(minutes=7))
    assert consent_of(customer).withdrawn_at >= use.at == now


def test_a_withdrawal_by_a_clock_that_is_behind_comes_after_the_grant_that_it_follows(cast, customer, accounts, now):
    permit = advertising_permit(cast, customer, accounts, now)
    withdraw_consent(cast.clara, consent=consent_of(customer), how="written", at=now - timedelta(minutes=7))
    assert consent_of(customer).withdrawn_at >= permit.valid_from == now


def test_an_erasure_by_a_clock_that_is_behind_comes_after_the_use_that_it_follows(cast, customer, accounts, now):
    permit = advertising_permit(cast, customer, accounts, now - timedelta(days=1))
    use = permits.redeem(cast.sven, permit=permit, at=now).use
    erase_customer(cast.dora, customer=customer, at=now - timedelta(minutes=7))
    assert consent_of(customer).withdrawn_at >= use.at == now


def test_handing_in_comes_after_it_too(cast, customer, accounts, now):
    permit = advertising_permit(cast, customer, accounts, now - timedelta(days=1))
    permits.revoke(cast.dora, permit=permit, reason="Noch einmal.", at=now - timedelta(days=1))
    asked = ask(
        cast.sven, customer, "email", accounts.email, at=now - BEFORE, purpose="marketing", opt_out_included=True
    )
    withdraw_consent(cast.clara, consent=consent_of(customer), how="written", at=now)
    assert submitting.submit(cast.sven, request=asked, at=now - BEFORE).state == "refused"


def test_a_verdict_comes_after_it_too(cast, customer, accounts, now):
    sent = submitting.submit(
        cast.anna, request=reminder_by_sms(cast, customer, accounts, now - BEFORE), at=now - BEFORE
    )
    record_objection(cast.clara, customer=customer, scope="full_block", how="written", at=now)
    assert reviewing.review(cast.mona, request=sent, verdict="approved", reason="", at=now - BEFORE).state == "refused"


def test_an_objection_of_a_clock_that_is_ahead_binds_at_once(cast, customer, accounts, now):
    asked = service_by_mail(cast, customer, accounts, now)
    record_objection(cast.clara, customer=customer, scope="full_block", how="written", at=now + timedelta(minutes=5))
    assert answer(asked, at=now).outcome == "forbidden"


def changes(cast, customer, accounts, now):
    advertising_permit(cast, customer, accounts, now - timedelta(days=1))
    Customer.objects.update(ticked_at=None)
    mail = customer.contact_points.get(channel="email")
    return {
        "withdrawal": lambda: withdraw_consent(cast.clara, consent=consent_of(customer), how="written", at=now),
        "objection": lambda: record_objection(cast.clara, customer=customer, scope="full_block", how="written", at=now),
        "address": lambda: retire_contact_point(cast.clara, point=mail, at=now),
        "customer": lambda: update_customer(cast.clara, customer=customer, at=now, robinson_listed=True),
        "inbound": lambda: record_inbound(
            cast.clara, customer=customer, channel="email", platform="", at=now, note="", now=now
        ),
    }


@pytest.mark.parametrize("what", ["withdrawal", "objection", "address", "customer", "inbound"])
def test_every_change_of_grounds_moves_the_customers_clock(cast, customer, accounts, now, what):
    changes(cast, customer, accounts, now)[what]()
    assert Customer.objects.get(pk=customer.pk).ticked_at == now


def test_an_import_moves_it_too(cast, customer, now):
    row = Row(1, 2, ("4711",))
    write([CustomerRecord(row, "4711", {"robinson_listed": True}, (), True)], actor=cast.clara, at=now)
    assert Customer.objects.get(pk=customer.pk).ticked_at == now


def test_the_customers_clock_never_goes_back(customer, now):
    tick(customer, now)
    tick(customer, now - timedelta(days=1))
    assert Customer.objects.get(pk=customer.pk).ticked_at == now


def test_an_act_is_never_before_what_has_happened(customer, now):
    assert moment(customer, now) == now
    customer.ticked_at = now + BEFORE
    assert moment(customer, now) == now + BEFORE
    assert moment(customer, now + timedelta(days=1)) == now + timedelta(days=1)


# --- one row that fails does not keep the others waiting


@pytest.fixture
def two_permits(cast, customer, accounts, now):
    other = make_customer(now, "4712")
    return [permit_for(service_by_mail(cast, one, accounts, now), cast, now) for one in (customer, other)]


def test_a_job_goes_on_after_a_row_that_fails(two_permits, cast, now, monkeypatch, caplog):
    from contacts.requests.services import lifecycle

    broken, fine = two_permits
    lock = lifecycle.lock_permit

    def fails_once(permit, at):
        if permit.pk == broken.pk:
            raise ZeroDivisionError
        return lock(permit, at)

    monkeypatch.setattr(lifecycle, "lock_permit", fails_once)
    assert lifecycle.end_permits(at=broken.valid_until) == 1
    fine.refresh_from_db()
    assert fine.state == "expired"
    assert f"{broken.number} was left out" in caplog.text


def test_a_recheck_of_many_customers_goes_on_after_a_row_that_fails(two_permits, cast, now, monkeypatch, caplog):
    broken, fine = two_permits
    for permit in two_permits:
        record_objection(cast.clara, customer=permit.customer, scope="full_block", how="written", at=now)
    lock = rechecks.lock_permit

    def fails(permit, at):
        if permit.pk == broken.pk:
            raise ZeroDivisionError
        return lock(permit, at)

    ids = [permit.customer_id for permit in two_permits]
    with monkeypatch.context() as patch:
        patch.setattr(rechecks, "lock_permit", fails)
        assert rechecks.recheck_customers(customer_ids=ids, because="list", at=now) == 1
    fine.refresh_from_db()
    assert fine.state == "revoked"
    assert f"{broken.number} was left out" in caplog.text


def test_a_recheck_goes_on_and_tries_the_failed_one_again(cast, customer, accounts, now, monkeypatch):
    from portal.outbox.delivery import deliver_due

    point(customer, "sms", "0171 5550000", now=now)
    sms = ask(cast.anna, customer, "sms", accounts.sms, at=now, purpose="debt_collection")
    mail = service_by_mail(cast, customer, accounts, now)
    broken, fine = permit_for(sms, cast, now), permit_for(mail, cast, now)
    record_objection(cast.clara, customer=customer, scope="full_block", how="written", at=now)
    lock = rechecks.lock_permit

    def fails(permit, at):
        if permit.pk == broken.pk:
            raise ZeroDivisionError
        return lock(permit, at)

    with monkeypatch.context() as patch:
        patch.setattr(rechecks, "lock_permit", fails)
        deliver_due(at=now)
    states = {permit.pk: type(permit).objects.get(pk=permit.pk).state for permit in (broken, fine)}
    assert states == {broken.pk: "active", fine.pk: "revoked"}
    deliver_due(at=now + timedelta(minutes=5))
    broken.refresh_from_db()
    assert broken.state == "revoked"
