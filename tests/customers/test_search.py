"""Finding a customer by whatever somebody has at hand; odd input finds nobody and breaks nothing."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from contacts.customers import selectors
from contacts.customers.models import Customer
from contacts.customers.selectors import MOST_IN_ORDER, matching, search
from contacts.customers.services import erase_customer, retire_contact_point
from tests.cast import make_customer, point

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(now) -> dict[str, Customer]:
    """Four who are easily mistaken for each other."""
    erika = make_customer(now, "K-100", company="Heidetraum GmbH & Co. KG")
    otto = make_customer(now, "K-1001", first_name="Otto", last_name="Müller-Lüdenscheidt")
    point(otto, "email", "otto@müller.example", now=now)
    point(otto, "phone", "0171 2345678", now=now)
    anne = make_customer(now, "100", first_name="Anne-Marie", last_name="von der Heide")
    point(anne, "social_dm", "anne.heide", now=now, platform="tiktok")
    point(anne, "letter", "Hauptstr. 1, 50667 Köln", now=now)
    firm = make_customer(now, "F_1", first_name="", last_name="", company="100% Öko AG", kind="business_contact")
    return {"erika": erika, "otto": otto, "anne": anne, "firm": firm}


def found(cast, people, query: str) -> set[str]:
    names = {customer.pk: name for name, customer in people.items()}
    return {names[customer.pk] for customer in search(cast.anna, query)}


@pytest.mark.parametrize(
    ("query", "names"),
    [
        # by number, whole, whatever its case
        ("K-100", {"erika"}),
        ("k-1001", {"otto"}),
        ("100", {"anne", "firm"}),
        ("K-10", {"erika", "otto"}),  # no number, but a part of two e-mail addresses
        # by name, from its beginning, in either order
        ("Mustermann", {"erika"}),
        ("muster", {"erika"}),
        ("erika mustermann", {"erika"}),
        ("Mustermann Erika", {"erika"}),
        ("  erika \t muster ", {"erika"}),
        ("stermann", set()),
        ("Erika Müller", set()),
        ("müller-lü", {"otto"}),
        ("MÜLLER", {"otto"}),
        ("von der Heide", {"anne"}),
        ("Anne-Marie von der Heide", {"anne"}),
        ("Lüdenscheidt", {"otto"}),
        ("denscheidt", set()),
        ("anne-marie", {"anne"}),
        # by company, any part of it
        ("heidetraum", {"erika"}),
        ("GmbH & Co", {"erika"}),
        ("öko", {"firm"}),
        ("Erika Heidetraum", {"erika"}),
        # by e-mail address
        ("otto@müller.example", {"otto"}),
        ("OTTO@MÜLLER.EXAMPLE", {"otto"}),
        ("otto@xn--mller-kva.example", {"otto"}),
        ("erika.K-100@kundin.example", {"erika"}),
        # by a part of an e-mail address, from four characters on
        ("otto@müller", {"otto"}),
        ("müller.example", {"otto"}),
        ("MÜLLER.EXAMPLE", {"otto"}),
        ("xn--mller", {"otto"}),
        ("erika.k-100@", {"erika"}),
        ("rika.f", {"firm"}),
        ("@kundin.example", {"erika", "otto", "anne", "firm"}),
        ("@müller.example", {"otto"}),
        ("kundin example", set()),
        ("ika", set()),
        # by postal address, whole
        ("Heidestraße 17, 51147 Köln", {"erika", "otto", "anne", "firm"}),
        ("HEIDESTRASSE 17,  51147 KÖLN", {"erika", "otto", "anne", "firm"}),
        ("Hauptstr. 1, 50667 Köln", {"anne"}),
        ("Hauptstr. 1", set()),
        # by phone
        ("0171 2345678", {"otto"}),
        ("01712345678", {"otto"}),
        ("+49 171 2345678", {"otto"}),
        ("0049 171/234 56 78", {"otto"}),
        ("+49 (0)171 2345678", {"otto"}),
        ("0171 234567", set()),
        # by handle
        ("@anne.heide", {"anne"}),
        ("Anne.Heide", {"anne"}),
        ("https://www.tiktok.com/@anne.heide?lang=de", {"anne"}),
        ("erika_K-100", {"erika"}),
    ],
)
def test_a_search_finds_exactly_these(cast, people, query, names):
    assert found(cast, people, query) == names


@pytest.mark.parametrize("query", ["", "   ", "\t\n", "\x00", "\x00\x00 ", "@", "/", "?", "#", "+", "-"])
def test_nothing_to_search_for_finds_nobody(cast, people, query):
    assert found(cast, people, query) == set()


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("%", set()),
        ("100% %", {"firm"}),
        ("%ika", set()),
        ("e_ika", set()),
        ("100%", {"firm"}),
        ("%%%", set()),
        ("_", set()),
        ("F_1", {"firm"}),
        ("F-1", set()),
        ("\\", set()),
        ("'; DROP TABLE customers_customer; --", set()),
        ("Muster\x00mann", {"erika"}),
        ("x" * 10_000, set()),
        ("erika " * 500, {"erika"}),
        ("9" * 400, set()),
        ("+" + "9" * 400, set()),
        ("a@" + "b" * 300 + ".example", set()),
        ("a@.", set()),
        ("@@@", set()),
        ("🦔", set()),
        ("\u202e\u200b", set()),
        ("\u200b\u200b\u200b\u200b", set()),
        ("....", set()),
        ("e....", set()),
    ],
    ids=lambda value: repr(value)[:30],
)
def test_odd_input_is_taken_as_the_text_it_is(cast, people, query, names):
    assert found(cast, people, query) == names


def test_a_retired_address_finds_nobody(cast, people, now):
    retired = people["otto"].contact_points.get(normalised="+491712345678")
    retire_contact_point(cast.clara, point=retired, at=now)
    assert found(cast, people, "0171 2345678") == set()


def test_an_erased_customer_is_not_found(cast, people, now):
    erase_customer(cast.dora, customer=people["erika"], at=now)
    assert found(cast, people, "K-100") == set()


@pytest.mark.parametrize("name", ["adam", "tom"])
def test_who_has_nothing_to_do_with_customers_finds_nobody(cast, people, name):
    assert list(search(getattr(cast, name), "Mustermann")) == []


def test_a_search_shows_at_most_as_many_as_asked_for_in_the_order_of_names(cast, now):
    for number, first_name in enumerate(("Zoe", "Anna", "Mia", "Ben")):
        make_customer(now, f"S-{number}", first_name=first_name, last_name="Sucher")
    assert [one.first_name for one in search(cast.anna, "sucher", limit=3)] == ["Anna", "Ben", "Mia"]


def test_a_customer_with_several_fitting_addresses_is_found_once(cast, people, now):
    point(people["otto"], "sms", "0171 2345678", now=now)
    assert [one.number for one in search(cast.anna, "0171 2345678")] == ["K-1001"]


def test_a_retired_address_finds_nobody_by_a_part_either(cast, people, now):
    retire_contact_point(cast.clara, point=people["otto"].contact_points.get(value="otto@müller.example"), at=now)
    assert found(cast, people, "otto@müller") == set()


def test_a_short_word_must_begin_a_word_of_the_company(cast, people):
    assert found(cast, people, "he") == {"erika", "anne"}
    assert found(cast, people, "co") == {"erika"}
    assert found(cast, people, "mb") == set()


PLANS = {
    "a number": "K-100",
    "a name": "mustermann",
    "two names": "erika mustermann",
    "a later part of a name": "Lüdenscheidt",
    "a company": "heidetraum",
    "a short word": "co",
    "an e-mail address": "otto@müller.example",
    "a part of one": "otto@mü",
    "a telephone number": "0171 2345678",
    "a postal address": "Hauptstr. 1, 50667 Köln",
}


@pytest.mark.parametrize("query", PLANS.values(), ids=PLANS)
def test_a_search_reads_no_table_from_end_to_end(people, query):
    """Four rows are read faster without an index, so the planner is told that reading them all is dear."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_indexscan = off")
    plan = Customer.objects.filter(matching(query)).order_by().explain()
    assert "Seq Scan" not in plan, plan


def test_a_search_is_one_query_whatever_is_searched_for(cast, people):
    for query in PLANS.values():
        with CaptureQueriesContext(connection) as captured:
            search(cast.anna, query)
        assert len(captured) == 1


def test_a_search_finds_first_and_puts_in_order_afterwards(cast, people):
    """In one step a small limit makes the planner go through all names in order, and read everybody where few fit."""
    with CaptureQueriesContext(connection) as captured:
        search(cast.anna, "muster", limit=6)
    before, _sign, after = captured[0]["sql"].rpartition(f"LIMIT {MOST_IN_ORDER}")
    assert "ARRAY(SELECT" in before and "ORDER BY" not in before
    assert after.endswith("LIMIT 6") and "LIKE" not in after


def test_of_very_many_that_fit_a_search_puts_some_in_order(cast, people, monkeypatch):
    assert len(search(cast.anna, "heide")) == 2
    monkeypatch.setattr(selectors, "MOST_IN_ORDER", 1)
    assert len(search(cast.anna, "heide")) == 1
