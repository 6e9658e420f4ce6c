"""The reckoning finds what it is there to find: a check that cannot fail would say nothing about the storm."""

from datetime import timedelta
from email.message import EmailMessage

import pytest
from django.db import connection

from consent.services import withdraw_consent
from contacts.customers.services import erase_customer
from contacts.requests.models import Contact, PermitUse
from contacts.requests.numbers import request_number
from contacts.requests.services.permits import redeem
from portal.outbox.models import OutboxMessage
from tests.cast import make_accounts
from tests.chaos import reckoning
from tests.chaos.calling import Ledger
from tests.requests import scenes

pytestmark = pytest.mark.django_db


def found(check, ledger=None, taken=()) -> str:
    return "\n".join(check(ledger or Ledger(), list(taken)))


@pytest.fixture
def permit(cast, customer, now):
    """A newsletter's permit that was used, resting on a consent."""
    scenes.agreed_to_advertising(cast, customer, now)
    asked = scenes.newsletter(cast.sven, customer, make_accounts(cast, now), now, uses_wanted=3)
    made = scenes.permit_for(asked, cast, now)
    redeem(cast.sven, permit=made, at=now, conditions_read=True)
    made.refresh_from_db()
    return made


def test_a_good_house_has_no_faults(permit, customer):
    ledger = Ledger()
    ledger.note("use", (permit.number, 1))
    ledger.note("submission", request_number(permit.request_id))
    ledger.note("consent", customer.number)
    assert found(reckoning._nothing_lost, ledger) == ""
    assert found(reckoning._nothing_half) == ""
    assert found(reckoning._covered) == ""


@pytest.mark.parametrize(
    ("kind", "fact", "words"),
    [
        ("customer", "C1", "customer C1: 0 rows"),
        ("import", ["I1", "I2"], "customer I2: 0 rows"),
        ("request", "R-99999", "request R-99999 is gone"),
        ("approval", "R-99999", "was approved and has 0 permits"),
        ("use", ("P-1", 1), "use ('P-1', 1): 0 rows"),
        ("outcome", ("P-1", 1), "outcome ('P-1', 1): 0 rows"),
        ("consent", "C1", "consent of C1: 0 rows"),
        ("withdrawal", "C1", "withdrawal of C1 is gone"),
    ],
)
def test_what_was_acknowledged_and_is_not_there_is_found(kind, fact, words):
    ledger = Ledger()
    ledger.note(kind, fact)
    assert words in found(reckoning._nothing_lost, ledger)


def test_a_draft_that_was_handed_in_is_found(cast, customer, now):
    drafted = scenes.service_by_mail(cast, customer, make_accounts(cast, now), now)
    ledger = Ledger()
    ledger.note("submission", request_number(drafted.pk))
    assert "was handed in and is a draft" in found(reckoning._nothing_lost, ledger)


def test_a_use_after_the_withdrawal_is_found(permit, customer, cast, now):
    consent = customer.consents.get()
    withdraw_consent(cast.clara, consent=consent, how="spoken", at=now + timedelta(minutes=1))
    assert "is active after the withdrawal" in found(reckoning._covered)
    late = PermitUse.objects.get()
    late.pk, late.use_number, late.at = None, 2, now + timedelta(minutes=2)
    with connection.cursor() as cursor:  # past the triggers, as no verb can
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE requests_permituse DISABLE TRIGGER USER")
    late.save()
    assert "granted or used at" in found(reckoning._covered)
    assert "1 more uses than entries about uses" in found(reckoning._nothing_half)


def test_a_permit_without_its_entry_is_found(permit):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE audit_auditentry DISABLE TRIGGER USER")
        cursor.execute("DELETE FROM audit_auditentry WHERE verb = 'permit.granted'")
    assert f"permit {permit.number}: 0 entries" in found(reckoning._nothing_half)
    assert "a guard of a ledger is switched off" in found(reckoning._trail)


def mail(identity: str) -> EmailMessage:
    made = EmailMessage()
    made["Message-ID"] = identity
    return made


def test_mails_without_a_row_and_rows_that_wait_are_found(cast, now):
    row = {"kind": "mail", "recipient": cast.anna, "topic": "granted", "due_at": now - timedelta(days=9)}
    OutboxMessage.objects.create(key="a", **row)
    assert "still waits after 0 tries" in found(reckoning._mails)
    OutboxMessage.objects.update(created_at=now, done_at=now)
    assert found(reckoning._mails, taken=[mail("<a>"), mail("<a>")]) == "", "twice under one name is at least once"
    assert "1 rows were sent, under 2 Message-IDs" in found(reckoning._mails, taken=[mail("<a>"), mail("<b>")])


def test_missing_and_doubled_reminders_are_found(cast, now):
    words = found(reckoning._reminded)
    assert "p0@firma.example: 0 reminders" in words and len(words.splitlines()) == reckoning.REMINDED


def test_somebody_who_was_erased_and_is_there_is_found(cast, customer, now):
    ledger = Ledger()
    ledger.note("erasure", customer.number)
    assert "was erased and is still there" in found(reckoning._erased, ledger)
    erase_customer(cast.dora, customer=customer, at=now)
    assert found(reckoning._erased, ledger) == ""
    assert Contact.objects.count() == 0
