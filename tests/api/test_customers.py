"""Customers, their addresses and what they refuse, through the API: the rights and the sentences are those of the
pages."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from consent.models import Consent
from contacts.customers.api_bodies import CustomerOut, ObjectionOut, PointOut
from contacts.customers.models import ContactPoint, Customer, Objection
from contacts.customers.services import erase_customer
from portal.audit.models import AuditEntry
from tests.api.conftest import EVERYTHING, problem, token_for
from tests.cast import make_customer
from tests.requests.scenes import agreed_to_advertising

pytestmark = pytest.mark.django_db
NEW = {"number": "8000", "last_name": "Neumann", "language": "en"}
POINT = {"channel": "email", "value": "neu@post.example", "source": "data_subject", "collected_on": "2026-11-20"}


# --- reading


def test_a_customer_is_read_with_what_the_pages_show(speak, customer):
    told = speak("clara", "get", "customers/4711").json()
    CustomerOut.model_validate(told)
    assert (told["number"], told["last_name"], told["timezone"]) == ("4711", "Mustermann", "Europe/Berlin")
    seen = speak("anna", "get", "customers/4711").json()
    assert seen["last_name"] == "Mustermann" and seen["timezone"] is seen["parental_consent"] is None


@pytest.mark.parametrize("name", ["tom", "adam"])
def test_who_sees_no_customer_on_the_pages_sees_none_here(speak, customer, name):
    problem(speak(name, "get", "customers/4711"), 404, "nothing at this address")
    problem(speak(name, "get", "customers"), 403, "may not do this")
    for part in ("contact-points", "objections", "consents"):
        problem(speak(name, "get", f"customers/4711/{part}"), 404)


def test_an_erased_customer_is_gone(speak, customer, cast, now):
    erase_customer(cast.dora, customer=customer, at=now)
    problem(speak("dora", "get", "customers/4711"), 404)
    assert speak("dora", "get", "customers").json()["items"] == []


def test_a_key_for_nobody_reads_nobody(call, cast, now):
    problem(
        call(path="customers/4711", method="get", key=token_for(cast, now, "x", EVERYTHING)), 403, "acts for nobody"
    )


def test_a_closed_account_acts_no_more(speak, cast, customer):
    assert speak("anna", "get", "customers/4711").status_code == 200
    cast.anna.is_active = False
    cast.anna.save()
    problem(speak("anna", "get", "customers/4711"), 403, "is closed")


# --- lists


def test_a_list_is_read_page_by_page_newest_first(speak, customer, now):
    for number in range(5):
        make_customer(now, f"90{number}")
    page = speak("anna", "get", "customers?limit=4").json()
    assert [row["number"] for row in page["items"]] == ["904", "903", "902", "901"]
    rest = speak("anna", "get", page["next"]).json()
    assert [row["number"] for row in rest["items"]] == ["900", "4711"]
    assert rest["next"] is rest["next_cursor"] is None
    same = speak("anna", "get", f"customers?limit=4&cursor={page['next_cursor']}").json()
    assert same["items"] == rest["items"]


def test_a_cursor_is_good_for_its_own_list_and_caller_only(speak, customer, now):
    make_customer(now, "9000")
    cursor = speak("anna", "get", "customers?limit=1").json()["next_cursor"]
    tampered = cursor[:-1] + ("a" if cursor[-1] != "a" else "b")
    for who, path in (
        ("anna", f"customers?cursor={tampered}"),
        ("anna", f"customers?kind=consumer&cursor={cursor}"),
        ("anna", f"requests?cursor={cursor}"),
        ("mona", f"customers?cursor={cursor}"),
        ("anna", "customers?cursor=nonsense"),
    ):
        problem(speak(who, "get", path), 422, "Begin again without one")
    assert speak("anna", "get", f"customers?limit=200&cursor={cursor}").status_code == 200


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=201", "limit=x", "colour=red", "kind=robot", "kind=consumer&kind=business_contact"]
)
def test_a_list_refuses_what_it_does_not_know(speak, query):
    problem(speak("anna", "get", f"customers?{query}"), 422)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("number=4711", ["4711"]),
        ("number=471", []),
        ("address=ERIKA.4711@kundin.example", ["4711"]),
        ("address=%2B49221%205554711&channel=phone", ["4711"]),
        ("address=erika_4711&channel=social_dm&platform=instagram", ["4711"]),
        ("address=erika.4711@kundin.example&channel=phone", []),
        ("q=muster", ["9000", "4711"]),
        ("q=muster&relationship=prospect", ["9000"]),
    ],
)
def test_one_is_found_by_number_address_or_words(speak, customer, now, query, found):
    make_customer(now, "9000", relationship="prospect")
    answer = speak("anna", "get", f"customers?{query}").json()
    assert [row["number"] for row in answer["items"]] == found


@pytest.mark.parametrize(
    "path", ["customers", "customers/4711/contact-points", "customers/4711/objections", "customers/4711/consents"]
)
def test_a_longer_list_takes_no_more_statements(speak, customer, cast, now, path):
    def statements():
        with CaptureQueriesContext(connection) as seen:
            assert speak("dora", "get", path).status_code == 200
        return len(seen)

    statements()
    few = statements()
    for number in range(3):
        make_customer(now, f"90{number}")
        speak("dora", "post", "customers/4711/objections", {"scope": "marketing_objection"})
        point = POINT | {"value": f"mehr{number}@post.example"}
        assert speak("dora", "post", "customers/4711/contact-points", point).status_code == 201
    agreed_to_advertising(cast, customer, now)
    assert statements() == few <= 7


# --- entering and changing


def test_a_customer_is_entered_in_the_persons_name_through_the_system(speak, cast):
    answer = speak("clara", "post", "customers", NEW)
    assert answer.status_code == 201 and answer["Location"] == "/api/v1/customers/8000"
    assert speak("clara", "get", answer["Location"])["ETag"] == answer["ETag"]
    assert Customer.objects.get(number="8000").kind == "consumer"
    entry = AuditEntry.objects.get(verb="customer.created")
    assert (entry.actor, entry.job, entry.after["through"]) == (cast.clara, "", "api:for-clara")


@pytest.mark.parametrize("name", ["anna", "mona", "rita", "tom", "adam"])
def test_only_keepers_enter_and_change_customers(speak, customer, name):
    problem(speak(name, "post", "customers", NEW), 403)
    problem(speak(name, "patch", "customers/4711", {"company": "x"}, **{"if-match": "*"}), 403)
    assert Customer.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"number": "4711"}, "number", "with this number already"),
        ({"number": "new"}, "number", "is not “new”"),
        ({"number": "a/b"}, "number", "cannot be taken over"),
        ({"last_name": " "}, "last_name", "a last name or a company"),
        ({"birth_date": "2027-01-01"}, "birth_date", "lies in the future"),
        ({"birth_date": "01.02.2000"}, "birth_date", "a day, as in"),
        ({"timezone": "Mars"}, "timezone", "time zone is not known"),
        ({"id": 7}, "id", "There is no such field."),
    ],
)
def test_a_customer_is_refused_with_the_sentence_of_the_page(speak, customer, change, field, words):
    told = problem(speak("clara", "post", "customers", NEW | change), 422)
    assert any(words in sentence for sentence in told["errors"][field])


def test_a_change_asks_for_what_was_read(speak, customer):
    problem(speak("clara", "patch", "customers/4711", {"company": "A"}), 428, "ETag")
    problem(speak("clara", "patch", "customers/4711", {"company": "A"}, **{"if-match": " "}), 428, "ETag")
    read = speak("clara", "get", "customers/4711")["ETag"]
    first = speak("clara", "patch", "customers/4711", {"company": "A GmbH"}, **{"if-match": read})
    assert first.status_code == 200 and first["ETag"] != read
    problem(speak("clara", "patch", "customers/4711", {"company": "B"}, **{"if-match": read}), 412, "Read it again")
    known = speak("clara", "patch", "customers/4711", {"robinson_listed": True}, **{"if-match": first["ETag"]})
    assert (known.json()["company"], known.json()["robinson_listed"]) == ("A GmbH", True)
    assert AuditEntry.objects.filter(verb="customer.changed").count() == 2


def test_a_change_to_what_cannot_be_changes_nothing(speak, customer):
    sent = {"last_name": "", "company": ""}
    told = problem(speak("clara", "patch", "customers/4711", sent, **{"if-match": "*"}), 422)
    assert "last_name" in told["errors"]
    problem(speak("clara", "patch", "customers/4711", {"number": "1"}, **{"if-match": "*"}), 422, "no such field")
    assert Customer.objects.get().last_name == "Mustermann"


@pytest.mark.parametrize(
    "query", ["channel=letter", "channel=messenger&platform=whatsapp", "platform=whatsapp&q=Erika"]
)
def test_a_channel_without_an_address_does_not_list_everybody(speak, customer, query):
    told = problem(speak("clara", "get", f"customers?{query}"), 422)
    assert "Name the address too" in told["errors"]["address"][0]


# --- addresses


def test_an_address_is_added_with_its_source_verified_and_retired(speak, customer, cast, now):
    made = speak("anna", "post", "customers/4711/contact-points", POINT)
    PointOut.model_validate(made.json())
    assert made.status_code == 201 and ContactPoint.objects.get(pk=made.json()["id"]).collected_by == cast.anna
    place = made["Location"].removeprefix("/api/v1/")
    problem(speak("anna", "post", f"{place}/verify"), 403)
    assert speak("clara", "post", f"{place}/verify").json()["verified_at"] == now.isoformat()
    assert speak("clara", "post", f"{place}/retire").json()["retired_at"] == now.isoformat()
    problem(speak("clara", "get", place), 404)
    problem(speak("clara", "post", f"{place}/retire"), 404)
    assert made.json()["id"] not in [row["id"] for row in _points(speak)]


def _points(speak):
    return speak("clara", "get", "customers/4711/contact-points").json()["items"]


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"value": "erika.4711@kundin.example"}, "value", "has this address already"),
        ({"value": "no mail"}, "value", "no e-mail address"),
        ({"channel": "messenger"}, "platform", "Choose the platform"),
        ({"platform": "xing"}, "platform", "has no platform"),
        ({"collected_on": "2026-11-25"}, "collected_on", "lies in the future"),
        ({"source": "dream"}, "source", "must be one of"),
    ],
)
def test_an_address_is_refused_with_the_sentence_of_the_page(speak, customer, change, field, words):
    told = problem(speak("anna", "post", "customers/4711/contact-points", POINT | change), 422)
    assert any(words in sentence for sentence in told["errors"][field])


def test_an_address_of_somebody_else_is_not_there(speak, customer, now):
    other = make_customer(now, "9000").contact_points.first()
    problem(speak("clara", "post", f"customers/4711/contact-points/{other.pk}/retire"), 404)


# --- refusals


def test_a_refusal_counts_at_once_and_takes_the_consents_along(speak, customer, cast, now):
    agreed_to_advertising(cast, customer, now - timedelta(hours=1))
    made = speak("anna", "post", "customers/4711/objections", {"scope": "marketing_objection", "note": "am Telefon"})
    assert made.status_code == 201, made.content
    ObjectionOut.model_validate(made.json())
    assert Objection.objects.get().recorded_by == cast.anna
    assert Consent.objects.get().withdrawn_at is not None
    listed = speak("rita", "get", "customers/4711/objections").json()["items"]
    assert listed == [made.json()]


@pytest.mark.parametrize("name", ["rita", "tom", "adam"])
def test_who_works_with_no_customers_records_no_refusal(speak, customer, name):
    problem(speak(name, "post", "customers/4711/objections", {"scope": "full_block"}), 403)
    assert not Objection.objects.exists()


def test_that_the_customer_got_in_touch_is_noted(speak, customer, now):
    sent = {"channel": "phone", "at": (now - timedelta(hours=1)).isoformat(), "note": "Rückruf"}
    assert speak("anna", "post", "customers/4711/inbound-contacts", sent).status_code == 201
    later = sent | {"at": (now + timedelta(hours=1)).isoformat()}
    problem(speak("anna", "post", "customers/4711/inbound-contacts", later), 422, "lies in the future")
    assert customer.inbound_contacts.count() == 1


@pytest.mark.parametrize("name", ["q", "number", "address", "cursor"])
def test_a_character_that_no_text_can_have_is_refused_with_the_field(speak, customer, name):
    told = problem(speak("anna", "get", f"/api/v1/customers?{name}=Muster%00mann"), 422, "no entry can have")
    assert list(told["errors"]) == [name]
