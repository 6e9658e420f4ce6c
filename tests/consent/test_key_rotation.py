"""Mails to people outside while the key of the refused addresses is changed: the same before, during and after."""

from datetime import timedelta

import pytest

from consent import services
from consent.services import links
from contacts.customers.services import record_objection
from contacts.customers.suppression import rotation
from contacts.customers.suppression.standing import KeysMissing
from portal.audit.services import Job
from portal.outbox.models import OutboxMessage
from tests.cast import wording
from tests.consent.outside import mails

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
ADDRESS = "Erika.4711@kundin.example"


@pytest.fixture
def new_key(settings):
    def new_key(name: str = "new"):
        settings.SUPPRESSION_OLD_KEYS = (*settings.SUPPRESSION_OLD_KEYS, settings.SUPPRESSION_KEY)
        settings.SUPPRESSION_KEY = f"a-{name}-key-".ljust(40, "k")

    return new_key


def sign_up(at):
    services.request_opt_in(
        Job("customer.sign_up"), address=ADDRESS, text=wording("marketing", "email"), via="web_form", at=at
    )


@pytest.mark.parametrize("rotated", [False, True])
def test_a_blocked_address_gets_no_mail_under_any_key(cast, customer, now, mail_folder, new_key, rotated):
    record_objection(cast.anna, customer=customer, scope="full_block", how="spoken", at=now)
    new_key()
    if rotated:
        rotation.rotate(at=now)
    sign_up(now + HOUR)
    assert mails(mail_folder, at=now + HOUR) == []


def test_with_wrong_keys_nobody_is_taken_for_willing(cast, customer, now, mail_folder, settings):
    record_objection(cast.anna, customer=customer, scope="full_block", how="spoken", at=now)
    settings.SUPPRESSION_KEY = "w" * 40
    sign_up(now + HOUR)
    assert mails(mail_folder, at=now + HOUR) == []
    assert KeysMissing.__name__ in OutboxMessage.objects.get(topic="consent.opt_in").last_error


@pytest.mark.parametrize("rotated", [False, True])
@pytest.mark.parametrize("key_comes", ["before", "between"])
def test_a_link_goes_to_whoever_asks_under_any_key(customer, now, mail_folder, new_key, key_comes, rotated):
    new_key("first")
    if key_comes == "between":
        links.ask_for_link(address=ADDRESS, at=now)
    new_key("second")
    if rotated:
        rotation.rotate(at=now)
    if key_comes == "before":
        links.ask_for_link(address=ADDRESS, at=now)
    assert [mail["to"] for mail in mails(mail_folder, at=now)] == ["erika.4711@kundin.example"]


def test_nobody_else_gets_a_link_that_was_asked_for_while_a_key_changes(customer, now, mail_folder, new_key):
    new_key()
    links.ask_for_link(address="somebody@else.example", at=now)
    assert mails(mail_folder, at=now) == []
