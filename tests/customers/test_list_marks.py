"""What the list of customers tells beside each name: refusals and the reader's own permits, and no verdict."""

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from contacts.customers.services import record_objection
from contacts.requests.list_marks import marks_of
from tests.browsing import words
from tests.cast import make_customer
from tests.requests.scenes import as_, permit_for, service_by_mail

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock_stands(now):
    with time_machine.travel(now, tick=False):
        yield


def refuse(cast, customer, scope, now, channel=""):
    record_objection(cast.clara, customer=customer, scope=scope, channel=channel, how="spoken", note="", at=now)


def test_the_strictest_refusal_of_every_channel_is_shown(cast, customer, now):
    refuse(cast, customer, "marketing_objection", now)
    assert "No advertising" in words(as_(cast.anna).get("/customers/"))
    refuse(cast, customer, "full_block", now)
    assert "No contact" in words(as_(cast.anna).get("/customers/"))


def test_a_refusal_of_one_channel_is_none_of_all(cast, customer, now):
    refuse(cast, customer, "marketing_objection", now, channel="phone")
    assert marks_of(cast.anna, [customer], at=now) == {}


def test_the_own_permit_stands_there_with_its_end_and_no_colleagues(cast, customer, accounts, now):
    permit = permit_for(service_by_mail(cast, customer, accounts, now), cast, now)
    assert permit.number in as_(cast.anna).get("/customers/").content.decode()
    assert permit.number not in as_(cast.sven).get("/customers/").content.decode()


def test_the_marks_cost_the_same_however_many_customers_there_are(cast, customer, now):
    def cost(customers) -> int:
        with CaptureQueriesContext(connection) as seen:
            marks_of(cast.anna, customers, at=now)
        return len(seen)

    many = [make_customer(now, number=str(5000 + place)) for place in range(5)]
    assert cost([customer]) == cost(many) == 4
