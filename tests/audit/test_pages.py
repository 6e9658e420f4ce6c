"""The audit trail as a page: who reads it, what a line says, filters that work and are kept, pages by key."""

import json
import re
from datetime import UTC, date, datetime, timedelta
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from consent.services import give_consent, withdraw_consent
from contacts.customers.services import create_customer, record_inbound, record_objection, update_customer
from contacts.requests.services import asking, permits, reviewing, submitting
from portal.audit.models import AuditEntry
from portal.audit.services import Job, entry, record, record_all
from portal.audit.words import VERBS
from tests.browsing import words
from tests.cast import person
from tests.desk.reading import nothing_written
from tests.requests.scenes import ask, permit_for, reminder_by_sms, service_by_mail

pytestmark = pytest.mark.django_db
READERS = ["dora", "rita"]
OTHERS = ["anna", "sven", "mona", "max", "clara", "tom", "adam", "stranger"]


@pytest.fixture
def dora(client, cast) -> Client:
    """The data protection officer's browser."""
    client.force_login(cast.dora)
    return client


def read(client: Client, **wanted: object):
    return client.get(reverse("audit"), wanted)


def told(response) -> list[str]:
    """The numbers of the things that the lines are about, from top to bottom."""
    return [line.entry.subject_id for line in response.context["lines"]]


def outside_the_disclosures(response) -> str:
    """What the table says without opening anything."""
    (table,) = re.findall(r"<table.*</table>", response.content.decode(), re.DOTALL)
    shown = re.sub(r"<details.*?</details>", " ", table, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", shown)).split())


def write(now, *entries):
    """Entries as (actor, verb, kind, number) and, if needed, further fields."""
    with transaction.atomic():
        for actor, verb, kind, number, *rest in entries:
            record(actor, verb, kind, number, **({"at": now} | (rest[0] if rest else {})))


def fill(cast, now, count: int, verb: str = "request.asked", actor=None) -> None:
    actor = actor or cast.anna
    with transaction.atomic():
        record_all([entry(actor, verb, "request", f"R-{number}", at=now) for number in range(1, count + 1)])


# --- who reads


@pytest.mark.parametrize("name", READERS)
def test_the_dpo_and_the_auditor_read_the_trail(client, cast, now, name):
    write(now, (cast.anna, "request.asked", "request", "R-1001"))
    client.force_login(getattr(cast, name))
    assert told(read(client)) == ["R-1001"]


@pytest.mark.parametrize("name", OTHERS)
def test_nobody_else_does(client, cast, name):
    client.force_login(getattr(cast, name))
    assert read(client).status_code == 403


def test_a_dpo_who_left_does_not_either(client, cast):
    client.force_login(cast.dora)
    cast.dora.is_active = False
    cast.dora.save(update_fields=["is_active"])
    assert read(client).status_code == 302


def test_strangers_are_asked_to_sign_in(client, db):
    assert read(client)["Location"] == "/login/?next=/audit/"


def test_reading_writes_nothing(dora, cast, now):
    fill(cast, now, 3)
    with nothing_written():
        read(dora)


def test_nothing_can_be_sent_to_the_page(dora):
    assert dora.post(reverse("audit"), {"verb": "request.asked"}).status_code == 405


# --- what a line says


def test_a_line_says_when_who_what_about_what_and_the_difference(dora, cast, now):
    change = {"before": {"state": "draft"}, "after": {"state": "granted", "uses": 1}}
    write(now, (cast.anna, "request.submitted", "request", "R-1042", change))
    page = words(read(dora))
    for said in ("24 Nov 2026, 11:00", "Anna Beispiel", "Request handed in", "Request R-1042"):
        assert said in page
    assert "state Draft → Approved" in page
    assert "uses 1" in page


def test_a_job_is_named_as_who(dora, now):
    write(now, (Job("requests.lapse"), "request.lapsed", "request", "R-1"))
    assert [line.who for line in read(dora).context["lines"]] == ["Clock: requests nobody decided"]


def test_the_line_of_somebody_who_left_keeps_the_name(dora, cast, now):
    write(now, (cast.anna, "request.asked", "request", "R-1"))
    cast.anna.is_active = False
    cast.anna.save(update_fields=["is_active"])
    assert "Anna Beispiel" in words(read(dora))


def test_the_newest_entry_is_on_top(dora, cast, now):
    fill(cast, now, 3)
    assert told(read(dora)) == ["R-3", "R-2", "R-1"]


def test_what_an_entry_holds_is_shown_as_text(dora, cast, now):
    write(
        now, (cast.clara, "customer.changed", "customer", "4711", {"after": {"company": "<script>alert(1)</script>"}})
    )
    page = read(dora).content
    assert b"<script>alert(1)" not in page
    assert b"&lt;script&gt;alert(1)" in page


def test_the_german_page_speaks_german(client, cast, now):
    cast.dora.language = "de"
    cast.dora.save(update_fields=["language"])
    client.force_login(cast.dora)
    write(now, (cast.anna, "consent.withdrawn", "consent", "7"))
    page = words(read(client))
    assert "Einwilligung widerrufen" in page
    assert "24.11.2026, 11:00" in page
    assert "Consent withdrawn" not in page


def test_a_line_is_in_words_and_in_the_readers_time_and_the_codes_stand_behind_a_disclosure(client, cast, now):
    cast.dora.language = "de"
    cast.dora.save(update_fields=["language"])
    client.force_login(cast.dora)
    at = {"at": now}
    write(
        now,
        (cast.clara, "customer.created", "customer", "4711", {"customer_id": 5, **at}),
        (
            cast.anna,
            "permit.used",
            "permit",
            "P-1-1",
            {"customer_id": 5, "before": {"state": "active"}, "after": {"state": "used"}},
        ),
        (
            cast.anna,
            "permit.granted",
            "permit",
            "P-1-1",
            {"after": {"released": "allowed", "valid_until": "2026-12-08T10:00:00Z"}},
        ),
        (cast.clara, "contact_point.added", "contact_point", 17, {"customer_id": 5, "after": {"channel": "email"}}),
        (
            cast.clara,
            "customer.changed",
            "customer",
            "4711",
            {"after": {"birth_date": "1990-02-01", "kind": "consumer"}},
        ),
        (cast.adam, "person.changed", "person", cast.anna.pk, {"after": {"manager": cast.mona.pk, "is_active": True}}),
        (cast.dora, "platform.reviewed", "platform", "whatsapp", {"after": {"status": "under_review"}}),
        (Job("requests.recheck"), "permit.revoked", "permit", "P-1-1", {"after": {"reason": "address"}}),
    )
    page = outside_the_disclosures(read(client))
    for said in (
        "Stand Gültig → Aufgebraucht",
        "freigegeben als Erlaubt",
        "gültig bis 08.12.2026, 11:00",
        "Adresse Nr. 17 Kundennummer 4711",
        "Kanal E-Mail",
        "Geburtsdatum 01.02.1990",
        "Art Verbraucher",
        "Person Anna Beispiel",
        "Führungskraft Mona Beispiel",
        "Konto aktiv Ja",
        "Plattform WhatsApp",
        "Stand In Prüfung",
        "Die Adresse wird nicht mehr genutzt.",
    ):
        assert said in page, said
    for code in ("permit.", "contact_point", "active", "released", "2026-12-08", "under_review", "requests.recheck"):
        assert code not in page, code


def test_behind_the_disclosure_an_entry_stands_as_it_is_stored(dora, cast, now):
    write(now, (cast.anna, "permit.used", "permit", "P-1-1", {"before": {"state": "active"}, "after": {"state": "ü"}}))
    (line,) = read(dora).context["lines"]
    raw = json.loads(line.raw)
    assert (raw["verb"], raw["before"], raw["after"]) == ("permit.used", {"state": "active"}, {"state": "ü"})
    assert raw["at"] == "2026-11-24T10:00:00Z"


def test_a_word_that_nobody_translated_is_shown_as_it_is(dora, cast, now):
    odd = {
        "after": {
            "new_field": "new_value",
            "state": "melted",
            "manager": 10**9,
            "at": "2026-99-99",
            "valid_until": "9999-12-31T23:59:59Z",
        }
    }
    write(now, (cast.anna, "thing.done", "thing", "x", odd))
    page = outside_the_disclosures(read(dora))
    for said in ("thing.done", "thing", "new_field new_value", "state melted", "manager no. 1000000000", "2026-99-99"):
        assert said in page, said


def test_an_empty_trail_says_so(dora, cast):
    assert "No entry" in words(read(dora))


# --- filters


@pytest.fixture
def trail(cast, now):
    """Six entries by three actors about three kinds of things on three days."""
    yesterday, tomorrow = now - timedelta(days=1), now + timedelta(days=1)
    with transaction.atomic():
        create_customer(cast.clara, number="K-1", last_name="Eins", at=yesterday)
        create_customer(cast.clara, number="K-2", last_name="Zwei", at=yesterday)
    first = AuditEntry.objects.get(subject_id="K-1").customer_id
    write(
        now,
        (cast.anna, "request.asked", "request", "R-1", {"customer_id": first}),
        (cast.sven, "request.asked", "request", "R-2"),
        (cast.sven, "request.cancelled", "request", "R-2", {"at": tomorrow}),
        (Job("requests.lapse"), "request.lapsed", "request", "R-3", {"at": tomorrow}),
    )


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({}, ["R-3", "R-2", "R-2", "R-1", "K-2", "K-1"]),
        ({"verb": "request.asked"}, ["R-2", "R-1"]),
        ({"verb": "permit.used"}, []),
        ({"who": "anna@firma.example"}, ["R-1"]),
        ({"who": "ANNA@FIRMA.EXAMPLE"}, ["R-1"]),
        ({"who": "anna"}, ["R-1"]),
        ({"who": "Sven Beispiel"}, ["R-2", "R-2"]),
        ({"who": "Beispiel, Sven"}, []),
        ({"who": "  clara  "}, ["K-2", "K-1"]),
        ({"who": "requests.lapse"}, ["R-3"]),
        ({"who": "clock: requests"}, ["R-3"]),
        ({"who": "niemand"}, []),
        ({"who": "%"}, []),
        ({"subject": "r-2"}, ["R-2", "R-2"]),
        ({"subject": " R-3 "}, ["R-3"]),
        ({"subject": "R"}, []),
        ({"customer": "K-1"}, ["R-1", "K-1"]),
        ({"customer": "k-2"}, ["K-2"]),
        ({"customer": "K-9"}, []),
        ({"first": "2026-11-24"}, ["R-3", "R-2", "R-2", "R-1"]),
        ({"last": "2026-11-24"}, ["R-2", "R-1", "K-2", "K-1"]),
        ({"first": "2026-11-24", "last": "2026-11-24"}, ["R-2", "R-1"]),
        ({"first": "2026-11-26"}, []),
        ({"who": "sven", "verb": "request.cancelled"}, ["R-2"]),
        ({"who": "anna", "verb": "request.cancelled"}, []),
        ({"customer": "K-1", "first": "2026-11-24", "verb": "request.asked"}, ["R-1"]),
    ],
    ids=str,
)
def test_a_filter_finds_exactly_what_it_says(dora, trail, wanted, found):
    assert told(read(dora, **wanted)) == found


def test_a_day_begins_and_ends_at_midnight_in_germany(dora, cast):
    berlin_midnight = datetime(2026, 11, 23, 23, 0, tzinfo=UTC)
    tick = timedelta(microseconds=1)
    for number, at in enumerate((berlin_midnight - tick, berlin_midnight, berlin_midnight + timedelta(days=1) - tick)):
        write(at, (cast.anna, "request.asked", "request", f"R-{number}"))
    assert told(read(dora, first="2026-11-24", last="2026-11-24")) == ["R-2", "R-1"]
    assert told(read(dora, last="2026-11-23")) == ["R-0"]


def test_the_trail_of_a_person_who_was_erased_is_still_found_by_number(dora, cast, now):
    gone = {"customer_id": 987654}
    write(
        now,
        (cast.clara, "customer.created", "customer", "K-77", gone),
        (cast.anna, "request.asked", "request", "R-1", gone),
    )
    assert told(read(dora, customer="K-77")) == ["R-1", "K-77"]


def test_only_what_the_person_did_is_found_not_what_was_done_to_them(dora, cast, now):
    write(now, (cast.adam, "person.changed", "person", cast.anna.pk))
    assert told(read(dora, who="anna")) == []


def test_every_kind_of_entry_can_be_chosen(dora, cast, now):
    choices = [value for value, _word in read(dora).context["form"].fields["verb"].choices]
    assert set(choices) == {"", *VERBS}


def test_what_was_asked_for_stands_in_the_form_again(dora, trail):
    page = read(dora, who="sven", verb="request.asked", subject="R-2", customer="K-1", first="2026-11-24").content
    for said in (b'value="sven"', b'value="R-2"', b'value="K-1"', b'value="2026-11-24"'):
        assert said in page
    assert b'<option value="request.asked" selected' in page


def test_filters_that_fit_nothing_say_so_and_lead_back(dora, trail):
    page = read(dora, who="niemand")
    assert "Nothing in the trail fits these filters." in words(page)
    assert b'href="/audit/">Reset filters' in page.content


# --- filters that cannot be read


@pytest.mark.parametrize(
    ("wanted", "sentence"),
    [
        ({"verb": "nonsense"}, "Select a valid choice. nonsense is not one of the available choices."),
        ({"first": "gestern"}, "Enter a valid date."),
        ({"last": "2026-02-30"}, "Enter a valid date."),
        ({"first": "2026-11-25", "last": "2026-11-24"}, "The last day lies before the first. Exchange the two."),
        ({"who": "x" * 101}, "Ensure this value has at most 100 characters (it has 101)."),
        ({"subject": "x" * 61}, "Ensure this value has at most 60 characters (it has 61)."),
        ({"customer": "x" * 41}, "Ensure this value has at most 40 characters (it has 41)."),
        ({"who": "an\x00na"}, "Null characters are not allowed."),
        ({"subject": "\x00"}, "Null characters are not allowed."),
        ({"customer": "\x00"}, "Null characters are not allowed."),
    ],
    ids=str,
)
def test_a_bad_value_gets_a_sentence(dora, trail, wanted, sentence):
    response = read(dora, **wanted)
    assert response.status_code == 200
    assert sentence in words(response)


def test_a_bad_value_does_not_switch_off_the_good_ones(dora, trail):
    assert told(read(dora, verb="nonsense", who="anna")) == ["R-1"]


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
@pytest.mark.parametrize("name", ["first", "last"])
def test_the_first_and_the_last_day_there_is_are_days_too(dora, trail, name, day):
    everything = (name == "first") == (day == "0001-01-01")
    assert bool(told(read(dora, **{name: day}))) == everything


# --- pages


def walk(client: Client, url: str) -> list[list[str]]:
    """Every page from a first one to the end."""
    pages = []
    while url:
        response = client.get(url)
        pages.append(told(response))
        url = response.context["page"].next_url
    return pages


def test_the_pages_together_show_every_entry_once_and_in_order(dora, cast, now):
    fill(cast, now, 60)
    pages = walk(dora, "/audit/")
    assert [len(page) for page in pages] == [25, 25, 10]
    assert [number for page in pages for number in page] == [f"R-{number}" for number in range(60, 0, -1)]


def test_what_is_written_while_somebody_leafs_shifts_nothing(dora, cast, now):
    fill(cast, now, 35)
    onward = read(dora).context["page"].next_url
    write(now, (cast.sven, "request.asked", "request", "R-new"))
    assert told(dora.get(onward)) == [f"R-{number}" for number in range(10, 0, -1)]


def test_back_leads_to_the_page_before(dora, cast, now):
    fill(cast, now, 60)
    first = read(dora)
    second = dora.get(first.context["page"].next_url)
    third = dora.get(second.context["page"].next_url)
    assert told(dora.get(third.context["page"].previous_url)) == told(second)
    assert told(dora.get(second.context["page"].previous_url)) == told(first)


def test_a_page_that_is_all_there_is_leads_nowhere(dora, cast, now):
    fill(cast, now, 25)
    page = read(dora).context["page"]
    assert (page.previous_url, page.next_url) == (None, None)


def test_the_filters_are_kept_while_paging(dora, cast, now):
    for actor in (cast.sven, cast.anna):
        fill(cast, now, 35, actor=actor)
    fill(cast, now, 10, verb="request.cancelled")
    wanted = {"who": "anna", "verb": "request.asked", "first": "2026-11-24"}
    first = read(dora, **wanted)
    onward = first.context["page"].next_url
    asked = {name: values[0] for name, values in parse_qs(urlsplit(onward).query).items()}
    assert {name: asked.get(name) for name in wanted} == wanted
    second = dora.get(onward)
    assert [len(told(first)), len(told(second))] == [25, 10]
    assert {line.entry.actor for line in second.context["lines"]} == {cast.anna}
    assert {line.entry.verb for line in second.context["lines"]} == {"request.asked"}
    assert told(dora.get(second.context["page"].previous_url)) == told(first)


def test_a_filter_with_signs_of_its_own_is_kept_while_paging(dora, cast, now):
    odd = person("ümit&co=1", "employee")
    fill(cast, now, 35, actor=odd)
    assert [len(page) for page in walk(dora, "/audit/?who=%C3%BCmit%26co%3D1%40firma.example")] == [25, 10]


@pytest.mark.parametrize("key", ["", "x", "-1", "0x1", "1e3", "٣", "9" * 30, "\x00", "1;drop"])
def test_a_key_that_is_none_means_the_first_page(dora, cast, now, key):
    fill(cast, now, 3)
    assert told(read(dora, before=key)) == ["R-3", "R-2", "R-1"]


def test_a_page_asks_the_database_the_same_however_long_the_trail_is(dora, cast, now):
    def queries(**wanted):
        with CaptureQueriesContext(connection) as captured:
            assert read(dora, **wanted).status_code == 200
        return len(captured)

    fill(cast, now, 2)
    few = queries(), queries(who="anna", customer="K-1", first="2026-11-01")
    for actor in cast:
        fill(cast, now, 20, actor=actor)
    many = queries(), queries(who="anna", customer="K-1", first="2026-11-01")
    assert many == few
    assert max(many) <= 4


def test_a_page_reads_no_more_rows_than_it_shows(dora, cast, now):
    fill(cast, now, 200)
    with CaptureQueriesContext(connection) as captured:
        read(dora)
    (trail,) = (query["sql"] for query in captured if 'FROM "audit_auditentry"' in query["sql"])
    assert "LIMIT 26" in trail and "OFFSET" not in trail


def test_names_are_read_at_once_for_a_whole_page(dora, cast, customer, now):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert read(dora).status_code == 200
        return len(captured)

    people, departments = list(cast), [one.department_id for one in cast if one.department_id]

    def fill_with_keys(times: int) -> None:
        for n in range(times):
            change = {"after": {"manager": people[n % len(people)].pk, "department": departments[n % len(departments)]}}
            write(now, (cast.adam, "person.changed", "person", people[n % len(people)].pk, change))
            write(now, (cast.anna, "contact_point.added", "contact_point", n, {"customer_id": customer.pk + n}))

    fill_with_keys(1)
    few = queries()
    fill_with_keys(20)
    assert queries() == few


# --- what never gets into the trail

SECRET = "Kamillentee um halb neun"


def test_no_draft_and_no_message_text_gets_into_the_trail(dora, cast, customer, accounts, now):
    """Everything that takes free words about what is said to a customer is told SECRET; the trail does not know it."""
    asked = service_by_mail(cast, customer, accounts, now)
    values = {"contact_point": asked.contact_point, "account": accounts.email, "at": now, "draft_text": SECRET}
    asking.edit(cast.anna, request=asked, **values)
    use = permits.redeem(cast.anna, permit=permit_for(asked, cast, now), at=now).use
    permits.log_contact(cast.anna, use=use, result="objected", note=SECRET, at=now)
    inbound = {"channel": "email", "platform": "", "note": SECRET}
    record_inbound(cast.anna, customer=customer, at=now, now=now, **inbound)
    record_objection(cast.anna, customer=customer, scope="full_block", how="spoken", note=SECRET, at=now)
    given = {"purpose": "marketing", "channel": "email", "how": "paper", "evidence": SECRET}
    consent = give_consent(cast.clara, customer=customer, given_at=now, at=now, **given)
    withdraw_consent(cast.anna, consent=consent, how="spoken", note=SECRET, at=now)
    assert AuditEntry.objects.count() >= 8
    assert SECRET not in words(read(dora))
    assert not [one.verb for one in AuditEntry.objects.all() if SECRET in f"{one.before}{one.after}"]


def test_a_new_question_with_a_draft_leaves_no_word_of_it(dora, cast, customer, accounts, now):
    ask(cast.anna, customer, "email", accounts.email, at=now, draft_text=SECRET, presumed_consent=SECRET)
    assert SECRET not in words(read(dora))


def test_what_the_reviewer_wrote_stays_with_the_request(dora, cast, customer, accounts, now):
    waiting = submitting.submit(cast.anna, request=reminder_by_sms(cast, customer, accounts, now), at=now)
    reviewing.review(cast.mona, request=waiting, verdict="refused", reason=SECRET, at=now)
    assert SECRET not in words(read(dora))


def test_a_change_of_a_customer_is_told_with_its_fields_and_no_others(dora, cast, now):
    customer = create_customer(cast.clara, number="K-1", last_name="Alt", company="Alt GmbH", at=now)
    update_customer(cast.clara, customer=customer, last_name="Neu", birth_date=date(1980, 5, 1), at=now)
    newest = read(dora, verb="customer.changed").context["lines"][0]
    told_of = [(one.name, one.before, one.after) for one in newest.differences]
    assert told_of == [("date of birth", "", "1 May 1980"), ("last name", "Alt", "Neu")]
