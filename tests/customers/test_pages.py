"""The customers' pages: the list by key, the forms that keep what was typed, and a sentence at each field."""

import json
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from consent.services import give_consent, withdraw_consent
from contacts.customers.forms import NewCustomerForm
from contacts.customers.listing import SIZE
from contacts.customers.models import ContactPoint, Customer, InboundContact, Objection
from contacts.customers.services import erase_customer
from portal.audit.models import AuditEntry
from tests.browsing import form, links, words
from tests.cast import make_customer, point, wording
from tests.desk.reading import nothing_written

pytestmark = pytest.mark.django_db
READERS = ["anna", "sven", "mona", "max", "dora", "clara", "rita", "stranger"]


@pytest.fixture(autouse=True)
def _clock_stands(now):
    """Pages ask the clock; here it stands at `now`."""
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def clara(client, cast) -> Client:
    """The consent officer's browser."""
    client.force_login(cast.clara)
    return client


@pytest.fixture
def anna(cast) -> Client:
    client = Client()
    client.force_login(cast.anna)
    return client


def listed(response) -> list[str]:
    return [customer.number for customer in response.context["page"].rows]


def look(client: Client, **wanted: str):
    return client.get(reverse("customers"), wanted)


def many(count: int, **fields: str) -> None:
    """Customers whose names come in a known order, some of them equal."""
    Customer.objects.bulk_create(
        Customer(
            **{
                "number": f"M-{place:04d}",
                "last_name": f"Name {place // 3:04d}",
                "first_name": f"Vor {place % 2}",
                **fields,
            }
        )
        for place in range(count)
    )


def walk(client: Client, url: str) -> list[list[str]]:
    pages = []
    while url:
        response = client.get(url)
        pages.append(listed(response))
        url = response.context["page"].next_url
    return pages


# --- the list


@pytest.mark.parametrize("name", READERS)
def test_whoever_may_have_to_contact_customers_sees_the_list(client, cast, customer, name):
    client.force_login(getattr(cast, name))
    assert listed(look(client)) == ["4711"]


@pytest.mark.parametrize("name", ["tom", "adam"])
def test_others_do_not(client, cast, customer, name):
    client.force_login(getattr(cast, name))
    assert look(client).status_code == 403


def test_looking_writes_nothing(anna, customer):
    with nothing_written():
        assert look(anna, q="muster").status_code == 200


def test_a_row_says_who_it_is_and_how_to_be_reached(anna, customer, now):
    point(customer, "phone", "0171 2345678", now=now)
    customer.contact_points.filter(channel="email").update(retired_at=now)
    page = words(look(anna))
    assert "Erika Mustermann 4711 Consumer Customer Letter, Phone call, Instagram" in page
    assert reverse("customer", args=["4711"]) in links(look(anna))


def test_erased_customers_are_not_listed(anna, cast, customer, now):
    erase_customer(cast.dora, customer=customer, at=now)
    assert listed(look(anna)) == []


def test_an_empty_list_says_where_customers_come_from(anna):
    assert "No customers yet" in words(look(anna))


def test_the_list_is_by_name(anna, now):
    for number, names in enumerate((("Zoe", "Adler"), ("Anna", "Adler"), ("Mia", "Oz"), ("Ben", "Zander"))):
        make_customer(now, f"S-{number}", first_name=names[0], last_name=names[1])
    assert listed(look(anna)) == ["S-1", "S-0", "S-2", "S-3"]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"q": "muster"}, ["4711"]),
        ({"q": "0221 5554712"}, ["4712"]),
        ({"q": "  "}, ["4712", "4711"]),
        ({"kind": "business_contact"}, ["4712"]),
        ({"relationship": "prospect"}, ["4712"]),
        ({"kind": "consumer", "relationship": "prospect"}, []),
        ({"q": "muster", "kind": "consumer", "relationship": "active_customer"}, ["4711"]),
        ({"q": "nobody"}, []),
    ],
    ids=str,
)
def test_the_list_is_narrowed_by_search_and_filters(anna, customer, now, wanted, found):
    make_customer(now, "4712", last_name="Adler", kind="business_contact", relationship="prospect")
    assert listed(look(anna, **wanted)) == found


def test_nothing_found_says_so_and_leads_back(anna, customer):
    response = look(anna, q="niemand")
    assert "No customer fits this search and these filters." in words(response)
    assert reverse("customers") in links(response)


@pytest.mark.parametrize(
    ("wanted", "sentence"),
    [
        ({"kind": "dog"}, "Select a valid choice. dog is not one of the available choices."),
        ({"relationship": "friend"}, "Select a valid choice. friend is not one of the available choices."),
        ({"q": "x" * 201}, "Ensure this value has at most 200 characters (it has 201)."),
        ({"q": "mus\x00ter"}, "Null characters are not allowed."),
    ],
    ids=str,
)
def test_a_filter_that_cannot_be_read_gets_a_sentence(anna, customer, wanted, sentence):
    response = look(anna, **wanted)
    assert response.status_code == 200
    assert sentence in words(response)


@pytest.mark.parametrize("query", ["%", "_", "\\", "'", '"><script>', "🦔", "@", "+", "9" * 200])
def test_odd_searches_are_answered_and_shown_as_they_were_typed(anna, customer, query):
    response = look(anna, q=query)
    assert response.status_code == 200
    assert response.context["form"]["q"].value() == query
    assert b"><script>" not in response.content.replace(b"&gt;&lt;script&gt;", b"")


# --- its pages


def test_the_pages_together_show_everybody_once_and_in_order(anna):
    many(2 * SIZE + 20)
    pages = walk(anna, "/customers/")
    assert [len(page) for page in pages] == [SIZE, SIZE, 20]
    shown = [number for page in pages for number in page]
    in_order = Customer.objects.order_by("last_name", "first_name", "pk").values_list("number", flat=True)
    assert shown == list(in_order)


def test_equal_names_are_neither_lost_nor_doubled_at_the_edge_of_a_page(anna):
    many(2 * SIZE, last_name="Schmidt", first_name="Anna")
    assert [len(set(page)) for page in walk(anna, "/customers/")] == [SIZE, SIZE]


def test_names_with_signs_of_all_kinds_are_paged_like_any_other(anna):
    odd = ["", "Äbte", "abt", "Abt", "O'Neill", 'Q"uote', "%", "[x]", "null", "Łuk", "ß", "Ω", "🦔", "a&b=c", "a#b?c"]
    Customer.objects.bulk_create(
        Customer(number=f"O-{place}-{copy}", last_name=name, company="GmbH")
        for place, name in enumerate(odd)
        for copy in range(8)
    )
    shown = [number for page in walk(anna, "/customers/") for number in page]
    assert len(shown) == len(set(shown)) == 8 * len(odd)


def test_who_is_added_while_somebody_leafs_shifts_nothing(anna, now):
    many(SIZE + 10)
    onward = look(anna).context["page"].next_url
    before = listed(anna.get(onward))
    make_customer(now, "A-1", last_name="Aaa")
    assert listed(anna.get(onward)) == before


def test_search_and_filters_are_kept_while_paging(anna):
    many(SIZE + 5, kind="business_contact", company="Öl & Gas=Gut GmbH")
    Customer.objects.bulk_create(Customer(number=f"X-{place}", last_name="Aaa") for place in range(SIZE))
    wanted = {"q": "öl & gas=gut", "kind": "business_contact", "relationship": "prospect"}
    onward = look(anna, **wanted).context["page"].next_url
    kept = {name: values[0] for name, values in parse_qs(urlsplit(onward).query).items()}
    assert {name: kept[name] for name in wanted} == wanted
    second = anna.get(onward)
    assert len(listed(second)) == 5
    assert all(number.startswith("M-") for number in listed(second))


def test_a_new_search_starts_on_its_first_page(anna):
    many(SIZE + 5)
    second = anna.get(look(anna).context["page"].next_url)
    assert 'name="after"' not in second.content.decode()


@pytest.mark.parametrize(
    "key",
    [
        "",
        "x",
        "[]",
        "{}",
        "null",
        "7",
        '["a","b"]',
        '["a","b","c"]',
        '["a","b",1.5]',
        '["a","b",true]',
        '["a","b",-1]',
        '["a","b",0]',
        '["a","b",1e400]',
        '["a",null,1]',
        '[["a"],"b",1]',
        '["a\\u0000","b",1]',
        '["a","b",99999999999999999999]',
        "[" * 2000,
    ],
    ids=lambda key: key[:20] or "empty",
)
def test_a_broken_key_means_the_first_page(anna, customer, key):
    assert listed(look(anna, after=key)) == ["4711"]


def test_a_key_of_somebody_who_is_gone_still_shows_who_comes_behind(anna, customer):
    assert listed(look(anna, after=json.dumps(["Adler", "Zoe", 999_999]))) == ["4711"]
    assert listed(look(anna, after=json.dumps(["Zander", "", 1]))) == []


def test_a_page_asks_the_database_the_same_however_long_the_list_is(anna, customer, now):
    def queries(**wanted):
        with CaptureQueriesContext(connection) as captured:
            look(anna, **wanted)
        return len(captured)

    few = queries(), queries(q="muster"), queries(kind="consumer", relationship="active_customer")
    for number in range(60):
        make_customer(now, f"S-{number}")
    last = json.dumps(["Mustermann", "Erika", customer.pk])
    many_ = queries(), queries(q="muster"), queries(kind="consumer", relationship="active_customer")
    assert many_ == few == (5, 5, 5)
    assert queries(after=last) == 5


def test_a_customers_page_asks_the_same_however_many_addresses_there_are(anna, customer, now):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            anna.get(reverse("customer", args=["4711"]))
        return len(captured)

    few = queries()
    for number in range(30):
        point(customer, "phone", f"0221 66600{number:02d}", now=now)
    assert queries() == few


# --- forms: a new customer, changes


def send(client: Client, page: str, **entered: str):
    """Fill in the form of a page and press its button."""
    return client.post(page, form(client.get(page)).fields | entered)


def fields_wrong(response) -> dict[str, list[str]]:
    return {name: list(errors) for name, errors in response.context["form"].errors.items()}


NEW = "/customers/new/"


def test_a_new_customer_is_saved_and_shown(clara):
    answer = send(clara, NEW, number=" K-1 ", last_name="Neumann", relationship="active_customer")
    assert answer.url == reverse("customer", args=["K-1"])
    assert words(clara.get(answer.url)).count("The customer is saved.") == 1
    assert Customer.objects.get().relationship == "active_customer"


@pytest.mark.parametrize(
    ("entered", "field", "sentence"),
    [
        ({"number": ""}, "number", "This field is required."),
        ({"number": "  "}, "number", "This field is required."),
        ({"number": "4711"}, "number", "There is a customer with this number already. Search for it instead."),
        ({"number": "1/2"}, "number", "A customer number has no slash and is not “new”. Choose another number."),
        ({"number": "NEW"}, "number", "A customer number has no slash and is not “new”. Choose another number."),
        ({"number": "x" * 41}, "number", "Ensure this value has at most 40 characters (it has 41)."),
        ({"number": "a\x00b"}, "number", "Null characters are not allowed."),
        (
            {"last_name": ""},
            "last_name",
            "Enter a last name or a company: nobody finds a customer without a name.",
        ),
        ({"last_name": "x" * 101}, "last_name", "Ensure this value has at most 100 characters (it has 101)."),
        ({"kind": "dog"}, "kind", "Select a valid choice. dog is not one of the available choices."),
        ({"birth_date": "2026-11-25"}, "birth_date", "This day lies in the future. Check the year."),
        ({"birth_date": "31.02.1980"}, "birth_date", "Enter a valid date."),
        ({"last_transaction_on": "2027-01-01"}, "last_transaction_on", "This day lies in the future. Check the year."),
        (
            {"timezone": "Mars/Olympus"},
            "timezone",
            "This time zone is not known. It has a name like Europe/Berlin.",
        ),
        ({"timezone": "../etc"}, "timezone", "This time zone is not known. It has a name like Europe/Berlin."),
        ({"timezone": ""}, "timezone", "This field is required."),
    ],
    ids=str,
)
def test_a_wrong_entry_about_a_new_customer_is_named_and_nothing_typed_is_lost(
    clara, customer, entered, field, sentence
):
    typed = {"number": "K-1", "last_name": "Neumann", "first_name": "Nora", "company": "", "salutation": "Frau"}
    response = send(clara, NEW, **typed | entered)
    assert response.status_code == 200
    assert sentence in fields_wrong(response)[field]
    assert sentence in words(response)
    assert words(response).startswith("Error:")
    kept = form(response).fields
    expected = {name: value for name, value in (typed | entered).items() if name != "kind" and "\x00" not in value}
    assert {name: kept[name] for name in expected} == expected
    assert Customer.objects.count() == 1


def test_a_number_that_is_taken_between_check_and_save_is_named_at_its_field(clara, customer, monkeypatch):
    """Two consent officers at once: the form's look came too early, the service's own counts."""
    monkeypatch.setattr(NewCustomerForm, "clean_number", lambda self: self.cleaned_data["number"])
    monkeypatch.setattr(NewCustomerForm, "_post_clean", lambda self: None)
    response = send(clara, NEW, number="4711", last_name="Neumann")
    sentence = "There is a customer with this number already. Search for it instead."
    assert fields_wrong(response) == {"number": [sentence]}


def test_a_change_is_saved_and_told_once(clara, customer):
    page = reverse("customer_edit", args=["4711"])
    assert send(clara, page, last_name="Neumann").url == reverse("customer", args=["4711"])
    assert Customer.objects.get().last_name == "Neumann"
    entry = AuditEntry.objects.get(verb="customer.changed")
    assert (entry.before, entry.after) == ({"last_name": "Mustermann"}, {"last_name": "Neumann"})


def test_saving_without_a_change_writes_nothing(clara, customer):
    send(clara, reverse("customer_edit", args=["4711"]))
    assert not AuditEntry.objects.exists()


def test_the_form_of_changes_shows_every_day_as_the_browser_wants_it(clara, customer):
    shown = form(clara.get(reverse("customer_edit", args=["4711"]))).fields
    assert shown["last_transaction_on"] == "2026-09-25"


@pytest.mark.parametrize(
    ("entered", "field"),
    [({"last_name": ""}, "last_name"), ({"birth_date": "2999-01-01"}, "birth_date"), ({"timezone": "x"}, "timezone")],
    ids=str,
)
def test_a_wrong_change_is_named_and_nothing_typed_is_lost(clara, customer, entered, field):
    typed = {"first_name": "Ganz neu", "company": ""} | entered
    response = send(clara, reverse("customer_edit", args=["4711"]), **typed)
    assert field in fields_wrong(response)
    assert {name: form(response).fields[name] for name in typed} == typed
    customer.refresh_from_db()
    assert (customer.first_name, customer.last_name) == ("Erika", "Mustermann")


@pytest.mark.parametrize("name", ["anna", "mona", "rita", "adam", "tom"])
def test_only_those_who_keep_the_data_come_to_these_forms(client, cast, customer, name):
    client.force_login(getattr(cast, name))
    first = customer.contact_points.first()
    assert client.get(NEW).status_code == 403
    assert client.get(reverse("customer_edit", args=["4711"])).status_code == 403
    for verb in ("contact_point_verify", "contact_point_retire"):
        assert client.post(reverse(verb, args=["4711", first.pk])).status_code == 403
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize("name", ["customer_edit", "contact_point_create", "consent_stop", "inbound_create"])
def test_the_forms_of_a_customer_that_is_not_there_are_not_there(clara, name):
    assert clara.get(reverse(name, args=["0815"])).status_code == 404


# --- forms: addresses

ADDRESS = {
    "channel": "email",
    "platform": "",
    "value": "neu@kundin.example",
    "label": "privat",
    "source": "referral",
    "source_note": "von der Schwester",
    "collected_on": "2026-11-20",
}


def adding(customer) -> str:
    return reverse("contact_point_create", args=[customer.number])


def test_an_address_is_saved_with_its_source_and_stands_on_the_customers_page(anna, cast, customer):
    answer = send(anna, adding(customer), **ADDRESS)
    kept = customer.contact_points.get(value="neu@kundin.example")
    assert (kept.source, kept.source_note, kept.collected_by) == ("referral", "von der Schwester", cast.anna)
    page = words(anna.get(answer.url))
    assert ": neu@kundin.example (privat) Passed on by somebody else: von der Schwester 20 Nov 2026 Anna" in page


def test_the_day_of_a_new_address_is_today_unless_said_otherwise(anna, customer):
    assert form(anna.get(adding(customer))).fields["collected_on"] == "2026-11-24"


@pytest.mark.parametrize(
    ("entered", "field", "sentence"),
    [
        ({"value": ""}, "value", "This field is required."),
        ({"value": "neu.example"}, "value", "This is no e-mail address. It looks like name@company.example."),
        ({"value": "a b@c.example"}, "value", "This is no e-mail address. It looks like name@company.example."),
        (
            {"channel": "phone", "value": "hundert"},
            "value",
            "This is no telephone number. Enter it with the area code, as in 0221 123456.",
        ),
        (
            {"channel": "sms", "value": "110"},
            "value",
            "This is no telephone number. Enter it with the area code, as in 0221 123456.",
        ),
        (
            {"channel": "messenger", "platform": "whatsapp", "value": "@erika"},
            "value",
            "This is no telephone number. Enter it with the area code, as in 0221 123456.",
        ),
        ({"value": "x" * 501}, "value", "Ensure this value has at most 500 characters (it has 501)."),
        ({"value": "a\x00@b.example"}, "value", "Null characters are not allowed."),
        ({"value": "ERIKA.4711@kundin.example"}, "value", "This customer has this address already"),
        ({"channel": ""}, "channel", "This field is required."),
        ({"channel": "pigeon"}, "channel", "Select a valid choice."),
        (
            {"channel": "messenger", "value": "0171 2345678"},
            "platform",
            "Choose the platform: a messenger or network has a name.",
        ),
        ({"channel": "social_dm"}, "platform", "Choose the platform: a messenger or network has a name."),
        ({"platform": "whatsapp"}, "platform", "This channel has no platform. Leave the field empty."),
        ({"source": ""}, "source", "This field is required."),
        ({"source": "hearsay"}, "source", "Select a valid choice."),
        ({"collected_on": ""}, "collected_on", "This field is required."),
        (
            {"collected_on": "2026-11-25"},
            "collected_on",
            "This day lies in the future. Enter when the address was collected.",
        ),
        ({"collected_on": "gestern"}, "collected_on", "Enter a valid date."),
        ({"label": "x" * 61}, "label", "Ensure this value has at most 60 characters (it has 61)."),
    ],
    ids=lambda value: str(value)[:60],
)
def test_a_wrong_address_is_named_and_nothing_typed_is_lost(anna, customer, entered, field, sentence):
    response = send(anna, adding(customer), **ADDRESS | entered)
    assert response.status_code == 200
    assert sentence in " ".join(fields_wrong(response)[field])
    kept = form(response).fields
    untouched = {name: value for name, value in ADDRESS.items() if name not in entered}
    assert {name: kept[name] for name in untouched} == untouched
    if isinstance(entered.get("value"), str) and "\x00" not in entered["value"]:
        assert kept["value"] == entered["value"]
    assert customer.contact_points.count() == 4


def test_an_address_is_verified_by_one_press_on_the_customers_page(clara, customer):
    found = customer.contact_points.get(channel="social_dm")
    action = reverse("contact_point_verify", args=["4711", found.pk])
    page = clara.get(reverse("customer", args=["4711"]))
    answer = clara.post(action, form(page, action).fields, follow=True)
    assert "The address is marked as verified." in words(answer)
    found.refresh_from_db()
    assert found.verified_at == timezone.now()


def test_an_address_is_retired_once_it_is_said_that_this_stays_and_gone_from_the_page(clara, customer):
    found = customer.contact_points.get(channel="email")
    action = reverse("contact_point_retire", args=["4711", found.pk])
    page = clara.get(reverse("customer", args=["4711"]))
    assert "Permits for this address end. This cannot be undone" in words(page)
    answer = clara.post(action, form(page, action).fields, follow=True)
    assert "The address is no longer used." in words(answer)
    assert found.value not in words(answer)


@pytest.mark.parametrize("verb", ["contact_point_verify", "contact_point_retire"])
def test_an_address_of_another_customer_or_a_retired_one_is_not_there(clara, customer, now, verb):
    other = make_customer(now, "4712")
    foreign = other.contact_points.first()
    assert clara.post(reverse(verb, args=["4711", foreign.pk])).status_code == 404
    ContactPoint.objects.filter(pk=foreign.pk).update(retired_at=now)
    assert clara.post(reverse(verb, args=["4712", foreign.pk])).status_code == 404
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize("verb", ["contact_point_verify", "contact_point_retire"])
def test_a_link_alone_changes_no_address(clara, customer, verb):
    assert clara.get(reverse(verb, args=["4711", customer.contact_points.first().pk])).status_code == 405


# --- forms: objections, and the customer who got in touch

STOP = {"what": "full_block", "channel": "phone", "how": "written", "note": "Brief vom 20.11."}


def stopping(customer) -> str:
    return reverse("consent_stop", args=[customer.number])


@pytest.mark.parametrize(
    ("entered", "field", "sentence"),
    [
        ({"what": ""}, "what", "This field is required."),
        ({"what": "a bit"}, "what", "Select a valid choice."),
        ({"what": "consent-0"}, "what", "Select a valid choice."),
        ({"how": ""}, "how", "This field is required."),
        ({"how": "imported"}, "how", "Select a valid choice."),
        ({"channel": "pigeon"}, "channel", "Select a valid choice."),
        ({"note": "x" * 501}, "note", "Ensure this value has at most 500 characters (it has 501)."),
        ({"note": "a\x00b"}, "note", "Null characters are not allowed."),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_wrong_objection_is_named_and_nothing_typed_is_lost(anna, customer, entered, field, sentence):
    response = send(anna, stopping(customer), **STOP | entered)
    assert sentence in " ".join(fields_wrong(response)[field])
    assert sentence in words(response)
    assert words(response).startswith("Error:")
    kept = form(response).fields
    untouched = {name: value for name, value in STOP.items() if name not in entered}
    assert {name: kept[name] for name in untouched} == untouched
    if field == "note" and "\x00" not in entered["note"]:
        assert kept["note"] == entered["note"]
    assert not Objection.objects.exists()


def test_a_consent_of_another_channel_is_named_and_nothing_typed_is_lost(anna, cast, customer, now):
    consent = give_mail_consent(cast, customer, now)
    typed = STOP | {"what": f"consent-{consent.pk}"}
    response = send(anna, stopping(customer), **typed)
    assert fields_wrong(response) == {
        "channel": ["This consent is about another channel. Leave the field as it was."],
    }
    assert {name: form(response).fields[name] for name in typed} == typed
    consent.refresh_from_db()
    assert consent.withdrawn_at is None


def test_a_consent_that_a_colleague_withdrew_meanwhile_is_named_and_nothing_typed_is_lost(anna, cast, customer, now):
    consent = give_mail_consent(cast, customer, now)
    typed = STOP | {"what": f"consent-{consent.pk}", "channel": "email"}
    entered = form(anna.get(stopping(customer))).fields | typed
    withdraw_consent(cast.sven, consent=consent, how="spoken", at=now)
    response = anna.post(stopping(customer), entered)
    assert "Select a valid choice." in " ".join(fields_wrong(response)["what"])
    untouched = {name: value for name, value in typed.items() if name != "what"}
    assert {name: form(response).fields[name] for name in untouched} == untouched


def give_mail_consent(cast, customer, now):
    values = {"purpose": "marketing", "channel": "email", "how": "paper", "evidence": "Formular 7"}
    text = wording("marketing", "email")
    return give_consent(cast.clara, customer=customer, given_at=now, at=now, text=text, **values)


def test_an_objection_is_kept_as_it_was_entered(anna, cast, customer, now):
    answer = send(anna, stopping(customer), **STOP)
    kept = Objection.objects.get()
    assert {"what": kept.scope, "channel": kept.channel, "how": kept.how, "note": kept.note} == STOP
    assert (kept.received_at, kept.recorded_by) == (now, cast.anna)
    assert "No contact at all (Phone call)" in words(anna.get(answer.url))


@pytest.mark.parametrize(
    ("entered", "field", "sentence"),
    [
        ({"channel": ""}, "channel", "This field is required."),
        ({"channel": "messenger"}, "platform", "Choose the platform: a messenger or network has a name."),
        ({"platform": "signal"}, "platform", "This channel has no platform. Leave the field empty."),
        ({"at": ""}, "at", "This field is required."),
        ({"at": "neulich"}, "at", "Enter a valid date/time."),
        ({"at": "0026-11-24T11:00"}, "at", "Enter a valid date/time."),
        ({"at": "0001-01-01T00:00"}, "at", "Enter a valid date/time."),
        ({"at": "2026-11-24T11:01"}, "at", "The time lies in the future. Enter when the customer got in touch."),
        ({"note": "x" * 301}, "note", "Ensure this value has at most 300 characters (it has 301)."),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_wrong_first_contact_is_named_and_nothing_typed_is_lost(anna, customer, entered, field, sentence):
    typed = {"channel": "phone", "platform": "", "at": "2026-11-24T10:30", "note": "fragt nach dem Termin"}
    response = send(anna, reverse("inbound_create", args=["4711"]), **typed | entered)
    assert sentence in " ".join(fields_wrong(response)[field])
    kept = form(response).fields
    untouched = {name: value for name, value in typed.items() if name not in entered}
    assert {name: kept[name] for name in untouched} == untouched
    assert not InboundContact.objects.exists()


@pytest.mark.parametrize("at", ["2026-11-24T11:00", "2026-11-23T08:15", "1900-01-01T00:00"])
def test_a_first_contact_is_kept_at_its_time(anna, cast, customer, at):
    typed = {"channel": "phone", "platform": "", "at": at, "note": "fragt nach dem Termin"}
    answer = send(anna, reverse("inbound_create", args=["4711"]), **typed)
    assert answer.status_code == 302
    kept = InboundContact.objects.get()
    assert f"{timezone.localtime(kept.at):%H:%M}" == at[-5:]
    assert kept.at <= timezone.now()
    assert kept.recorded_by == cast.anna


@pytest.mark.parametrize("name", ["contact_point_create", "consent_stop", "inbound_create"])
@pytest.mark.parametrize("who", ["rita", "adam", "tom"])
def test_who_does_not_work_with_customers_comes_to_no_form(client, cast, customer, name, who):
    client.force_login(getattr(cast, who))
    assert client.get(reverse(name, args=["4711"])).status_code == 403


@pytest.mark.parametrize("who", ["rita", "adam", "tom"])
def test_who_does_not_work_with_customers_stops_nothing(client, cast, customer, who):
    client.force_login(getattr(cast, who))
    assert client.post(stopping(customer), STOP).status_code == 403
    assert not Objection.objects.exists()


@pytest.mark.parametrize("year", ["0001-01-01", "0026-11-24"])
def test_a_consent_of_a_year_typed_by_halves_is_named_and_nothing_typed_is_lost(clara, customer, year):
    page = reverse("consent_give", args=["4711"]) + "?purpose=marketing&channel=email"
    typed = {
        "given_at": f"{year}T00:00",
        "how": "paper",
        "text": str(wording("marketing", "email").pk),
        "evidence": "Formular 7",
        "ends_on": "2027-12-31",
    }
    response = send(clara, page, **typed)
    assert fields_wrong(response) == {"given_at": ["Enter a valid date/time."]}
    assert {name: form(response).fields[name] for name in typed} == typed
    assert not customer.consents.exists()


def test_the_german_form_refuses_in_german(client, cast, customer):
    cast.clara.language = "de"
    cast.clara.save(update_fields=["language"])
    client.force_login(cast.clara)
    response = send(client, reverse("customer_edit", args=["4711"]), timezone="Mars/Olympus")
    assert "Diese Zeitzone ist nicht bekannt. Sie heißt etwa Europe/Berlin." in words(response)
    again = send(client, adding(customer), **ADDRESS | {"value": "erika.4711@kundin.example"})
    assert "Diese Adresse ist bei diesem Kunden schon vermerkt" in words(again)
