"""What the list of customers tells beside each name: refusals and the reader's own permits, and no verdict."""

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localtime

from contacts.customers.services import record_objection
from contacts.requests.list_marks import beside
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
    assert beside(cast.anna, [customer], at=now).marks == {}


def test_the_own_permit_stands_there_with_its_end_and_no_colleagues(cast, customer, accounts, now):
    permit = permit_for(service_by_mail(cast, customer, accounts, now), cast, now)
    assert permit.number in as_(cast.anna).get("/customers/").content.decode()
    assert permit.number not in as_(cast.sven).get("/customers/").content.decode()


def test_a_permit_tells_its_way_and_its_end(cast, customer, accounts, now):
    permit = permit_for(service_by_mail(cast, customer, accounts, now), cast, now)
    page = as_(cast.anna).get("/customers/").content.decode()
    end = localtime(permit.valid_until).isoformat()
    told = f'<a class="cell-link" href="/permits/{permit.number}/">E-mail until <time datetime="{end}">'
    assert told in page


def test_each_way_is_named_once_in_its_order(cast, customer, now):
    ways = beside(cast.anna, [customer], at=now).ways[customer.pk]
    mine = [point.get_way_display() for point in customer.contact_points.filter(retired_at=None)]
    assert ways == ", ".join(dict.fromkeys(mine))
    assert "E-mail" in ways


def test_a_name_is_text_and_nothing_else(cast, customer, now):
    customer.company = '<b>"Nord" & Söhne</b>'
    customer.save()
    page = as_(cast.anna).get("/customers/").content.decode()
    assert "<b>" not in page
    assert page.count("&lt;b&gt;&quot;Nord&quot; &amp; Söhne&lt;/b&gt;") == 2  # the name, and the box to tick


def test_who_may_not_ask_has_nothing_to_tick(cast, customer, now):
    assert 'form="several"' in as_(cast.anna).get("/customers/").content.decode()
    assert 'form="several"' not in as_(cast.rita).get("/customers/").content.decode()


def test_all_that_stands_beside_the_names_costs_one_query_for_any_number(cast, customer, now):
    def cost(customers) -> int:
        with CaptureQueriesContext(connection) as seen:
            beside(cast.anna, customers, at=now)
        return len(seen)

    many = [make_customer(now, number=str(5000 + place)) for place in range(5)]
    assert cost([]) == cost([customer]) == cost(many) == 1


def test_the_list_costs_five_queries_whatever_stands_in_it(cast, customer, accounts, now):
    permit_for(service_by_mail(cast, customer, accounts, now), cast, now)
    refuse(cast, customer, "marketing_objection", now)
    browser = as_(cast.anna)
    browser.get("/customers/")
    with CaptureQueriesContext(connection) as seen:
        browser.get("/customers/")
    told = [query["sql"] for query in seen if "customers_" in query["sql"]]
    assert len(told) == 2  # the customers, and what stands beside their names
    assert len(seen) <= 5  # who is signed in, what waits to be read, and the department in the menu
