"""The page of refused addresses, one more by hand, and what survives an erasure."""

import threading
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection, transaction
from django.urls import reverse

from consent.services import confirm_opt_in, request_opt_in
from consent.services.opt_in import KIND
from contacts.customers.models import Customer
from contacts.customers.selectors import lock_customer, objection_against
from contacts.customers.services import add_contact_point, erase_customer, record_objection
from contacts.customers.suppression import views
from contacts.customers.suppression.entries import Address, add_by_hand, carry_over, suppress_points
from contacts.customers.suppression.models import SuppressionEntry, SuppressionList, SuppressionListEntry
from contacts.requests.context import Question, load
from portal.access.tokens import token_of
from portal.audit.models import AuditEntry
from portal.outbox.delivery import deliver_due
from portal.outbox.models import OutboxMessage
from tests.cast import make_customer, point, wording
from tests.requests.scenes import permit_for, service_by_mail

pytestmark = pytest.mark.django_db


@pytest.fixture
def dora(client, cast):
    client.force_login(cast.dora)
    return client


def look_up(client, value, channel="email", **fields):
    return client.post(reverse("suppression_look_up"), {"channel": channel, "value": value, **fields}).content.decode()


# --- looking up


def test_one_address_is_looked_up_and_only_that_is_kept(dora, cast, customer, now):
    record_objection(cast.anna, customer=customer, scope="full_block", how="spoken", at=now)
    page = look_up(dora, "ERIKA.4711@kundin.example")
    assert "ERIKA.4711@kundin.example is refused" in page
    assert "No contact at all" in page and "Objection of a customer" in page and "2026" in page
    assert "wer@kundin.example is not refused" in look_up(dora, "wer@kundin.example")
    entries = AuditEntry.objects.filter(verb="suppression.looked_up").order_by("pk")
    assert [entry.after for entry in entries] == [
        {"channel": "email", "platform": "", "found": 1},
        {"channel": "email", "platform": "", "found": 0},
    ]
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT count(*) FROM "{table}" t WHERE t::text ILIKE %s', ["%wer@kundin%"])
            assert cursor.fetchone() == (0,), table


def test_a_letter_is_looked_up_with_its_name(dora, cast, customer, now):
    record_objection(cast.anna, customer=customer, scope="full_block", how="spoken", at=now)
    address = "Heidestraße 17, 51147 Köln"
    assert "is refused" in look_up(dora, address, "letter", name="erika  MUSTERMANN")
    assert "is not refused" in look_up(dora, address, "letter", name="Max Mustermann")
    assert "Enter the name" in look_up(dora, address, "letter")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"channel": "email", "value": "x"}, "no e-mail address"),
        ({"channel": "phone", "value": "12"}, "no telephone number"),
        ({"channel": "social_dm", "value": "x"}, "Choose the platform"),
        ({"channel": "email", "value": "a@b.example", "platform": "x"}, "has no platform"),
        ({"channel": "email", "value": ""}, "required"),
    ],
)
def test_what_is_no_address_is_told_so(dora, fields, words):
    assert words in dora.post(reverse("suppression_look_up"), fields).content.decode()
    assert not AuditEntry.objects.filter(verb="suppression.looked_up").exists()


def test_the_auditor_reads_and_looks_up_and_keeps_nothing(client, cast, now):
    SuppressionList.objects.create(name="Robinson", owner=cast.dora, created_at=now)
    client.force_login(cast.rita)
    page = client.get(reverse("suppression")).content.decode()
    assert "Robinson" in page and reverse("suppression_add") not in page
    assert reverse("suppression_list_create") not in page
    assert "is not refused" in look_up(client, "a@b.example")


def test_the_page_counts_by_scope_and_reason_and_says_why_nothing_goes(dora, cast, customer, now):
    record_objection(cast.anna, customer=customer, scope="marketing_objection", how="spoken", at=now)
    add_by_hand(cast.dora, address=Address("email", "", "x@y.example"), scope="full_block", reason="deceased", at=now)
    page = dora.get(reverse("suppression")).content.decode()
    assert "Objection of a customer" in page and "The person has died" in page
    assert "Why is there no button to take an address off?" in page
    assert 'data-label="Addresses">4<' in page and 'data-label="Addresses">1<' in page


# --- by hand


def test_an_address_is_refused_by_hand_for_good(dora, cast, customer, now):
    form = {"channel": "phone", "value": "(0221) 555 4711", "scope": "full_block", "reason": "complaint"}
    page = dora.post(reverse("suppression_add"), form, follow=True).content.decode()
    assert "The address is refused from now on." in page
    assert objection_against(customer.contact_points.get(channel="phone")) == "full_block"
    assert objection_against(customer.contact_points.get(channel="email")) == "none"
    entry = AuditEntry.objects.get(verb="suppression.added")
    assert entry.after == {"channel": "phone", "platform": "", "scope": "full_block", "reason": "complaint"}
    assert OutboxMessage.objects.get(topic="customer.grounds_changed").payload["customer_id"] == customer.pk
    again = dora.post(reverse("suppression_add"), form, follow=True).content.decode()
    assert "refused that way already" in again
    assert SuppressionEntry.objects.count() == AuditEntry.objects.filter(verb="suppression.added").count() == 1


def test_a_reason_is_one_of_those_that_carry_no_name(dora):
    form = {"channel": "email", "value": "a@b.example", "scope": "full_block", "reason": "Erika hat angerufen"}
    assert dora.post(reverse("suppression_add"), form).status_code == 200
    assert not SuppressionEntry.objects.exists()


def agreed_by_mail(cast, customer, at):
    """The press in the mail, which lifts what was refused before."""
    address = customer.contact_points.get(channel="email").value
    text = wording("marketing", "email")
    asked = request_opt_in(cast.clara, address=address, text=text, via="officer", at=at, customer=customer)
    return confirm_opt_in(token_of(KIND, asked.nonce), at=at)


def refused_to(customer, cast, at):
    mail = customer.contact_points.get(channel="email")
    return load(customer, cast.sven, at=at).facts(Question(point=mail, account=None, purpose="marketing")).objection


@pytest.mark.parametrize("clock", [timedelta(days=2), timedelta(hours=23)], ids=["right", "behind"])
def test_an_address_that_is_refused_again_is_refused_also_after_an_agreement(cast, customer, now, clock):
    address = Address("email", "", customer.contact_points.get(channel="email").value)
    said = {"address": address, "scope": "marketing_objection", "reason": "complaint"}
    assert add_by_hand(cast.dora, at=now, **said)
    agreed_by_mail(cast, customer, now + timedelta(days=1))
    assert refused_to(customer, cast, now + timedelta(days=1)) == "none"
    assert add_by_hand(cast.dora, at=now + clock, **said)
    assert refused_to(customer, cast, now + timedelta(days=2)) == "marketing_objection"
    assert AuditEntry.objects.filter(verb="suppression.added").count() == 2
    assert not add_by_hand(cast.dora, at=now + timedelta(days=3), **said), "nothing was agreed to since"
    agreed_by_mail(cast, customer, now + timedelta(days=4))
    assert refused_to(customer, cast, now + timedelta(days=4)) == "none"


def test_who_objects_again_is_heard_at_an_address_of_several_people(cast, customer, now):
    other = make_customer(now, "4790")
    point(other, "email", customer.contact_points.get(channel="email").value, now=now)
    said = {"customer": other, "scope": "marketing_objection", "how": "spoken"}
    record_objection(cast.anna, at=now, **said)
    agreed_by_mail(cast, customer, now + timedelta(days=1))
    assert refused_to(customer, cast, now + timedelta(days=1)) == "none"
    record_objection(cast.anna, at=now + timedelta(days=2), **said)
    assert refused_to(customer, cast, now + timedelta(days=2)) == "marketing_objection"
    kept = SuppressionEntry.objects.count()
    record_objection(cast.anna, at=now + timedelta(days=3), **said)
    assert SuppressionEntry.objects.count() == kept, "only an agreement makes it be said anew"


@pytest.mark.parametrize("what", ["objection", "erasure"])
def test_permits_of_others_with_the_address_end_with_it(cast, customer, accounts, now, what):
    other = make_customer(now, "4790")
    point(other, "email", customer.contact_points.get(channel="email").value, now=now)
    permit = permit_for(service_by_mail(cast, customer, accounts, now), cast, now)
    if what == "objection":
        record_objection(cast.anna, customer=other, scope="full_block", how="spoken", at=now)
    else:
        erase_customer(cast.dora, customer=other, at=now)
    deliver_due(at=now)
    permit.refresh_from_db()
    assert (permit.state, permit.revoked_reason) == ("revoked", "OBJ-02")


@pytest.mark.django_db(transaction=True)
def test_a_refusal_by_hand_waits_for_the_customers_lock(cast, customer, now):
    """Whoever decides about the customer at this moment decides before the refusal or after it, not around it."""
    order, held, done = [], threading.Event(), threading.Event()

    def decide():
        with transaction.atomic():
            lock_customer(customer.pk)
            held.set()
            done.wait(0.5)
            order.append("decided")
        connection.close()

    other = threading.Thread(target=decide)
    other.start()
    held.wait(10)
    add_by_hand(cast.dora, address=Address("phone", "", "0221 5554711"), scope="full_block", reason="asked", at=now)
    order.append("refused")
    other.join()
    assert order == ["decided", "refused"]


# --- what survives


def test_a_refusal_survives_erasure_and_catches_new_entry(cast, customer, now):
    record_objection(cast.anna, customer=customer, scope="full_block", how="written", at=now)
    customer.contact_points.all().delete()
    again = Customer.objects.create(number="4712", first_name="Erika", last_name="Mustermann")
    typed = {
        "email": "Erika <erika.4711@KUNDIN.example>",
        "phone": "+49 (0) 221 / 5554711",
        "sms": "0049 221 5554711",
        "letter": "Heidestrasse 17,  51147 KÖLN",
    }
    for channel, value in typed.items():
        added = add_contact_point(
            cast.anna,
            customer=again,
            channel=channel,
            value=value,
            source="data_subject",
            collected_on=now.date(),
            at=now,
        )
        assert objection_against(added) == "full_block", channel
    profile = point(again, "social_dm", "https://instagram.com/Erika_4711/", now=now, platform="instagram")
    assert objection_against(profile) == "full_block"


def test_a_refusal_survives_erasure_and_catches_a_second_import(cast, customer, now, tmp_path):
    record_objection(cast.anna, customer=customer, scope="full_block", how="written", at=now)
    customer.contact_points.all().delete()
    path = tmp_path / "liste.csv"
    path.write_text(
        "Kundennummer;Vorname;Nachname;E-Mail;Telefon;Straße;PLZ;Ort;Herkunft\r\n"
        "4712;Erika;Mustermann;ERIKA.4711@kundin.example;+49 221 555-4711;Heidestraße 17;51147;Köln;Vertrag\r\n"
    )
    call_command("import_customers", str(path))
    again = Customer.objects.get(number="4712")
    said = {point.channel: objection_against(point) for point in again.contact_points.all()}
    assert said == {"email": "full_block", "phone": "full_block", "letter": "full_block"}


def test_a_refusal_by_phone_alone_leaves_letters_open(cast, customer, now):
    record_objection(cast.anna, customer=customer, scope="full_block", how="spoken", channel="phone", at=now)
    customer.contact_points.all().delete()
    again = make_customer(now, "4712")
    phone = point(again, "phone", "0221 5554711", now=now)
    assert objection_against(phone) == "full_block"
    assert objection_against(again.contact_points.get(channel="letter")) == "none"


def test_before_an_erasure_refusals_are_carried_over(cast, customer, now):
    """An address that came after the objection, and a letter box under the name after the wedding."""
    record_objection(cast.anna, customer=customer, scope="marketing_objection", how="written", at=now)
    point(customer, "email", "neu@kundin.example", now=now)
    Customer.objects.filter(pk=customer.pk).update(last_name="Neumann")
    customer.refresh_from_db()
    points = list(customer.contact_points.select_related("customer"))
    assert carry_over(customer, points, at=now) == 2
    assert carry_over(customer, points, at=now) == 0
    customer.contact_points.all().delete()
    again = Customer.objects.create(number="4712", first_name="Erika", last_name="Neumann")
    for channel, value in (("email", "neu@kundin.example"), ("letter", "Heidestraße 17, 51147 Köln")):
        assert objection_against(point(again, channel, value, now=now)) == "marketing_objection"


def test_suppressing_twice_keeps_one_entry(customer, now):
    points = customer.contact_points.select_related("customer")
    assert suppress_points(points, scope="full_block", reason="objection", at=now) == 4
    assert suppress_points(points, scope="full_block", reason="import", at=now) == 0
    assert suppress_points(points, scope="marketing_objection", reason="import", at=now) == 4


# --- lists on their page


def test_a_list_is_made_loaded_and_refreshed_on_its_page(dora, cast):
    form = {
        "name": "Robinson",
        "kind": "robinson",
        "effect": "robinson",
        "owner": cast.dora.pk,
        "overdue_after_days": 30,
    }
    answer = dora.post(reverse("suppression_list_create"), form)
    found = SuppressionList.objects.get()
    assert answer.url == reverse("suppression_list", args=[found.pk])
    assert "Empty: load its file" in dora.get(answer.url).content.decode()
    lines = "".join(f"a{n}@b.example\n" for n in range(20)) + "<b>nichts</b>\n"
    page = refresh(dora, found, lines.encode())
    assert "20 addresses are new, 0 are gone, 20 are on the list now." in page
    assert "&lt;b&gt;nichts&lt;/b&gt;" in page and "<b>nichts" not in page
    assert "Fresh" in page
    assert "nichts" not in dora.get(answer.url).content.decode(), "shown once, kept nowhere"
    assert "would take 19 of 20" in refresh(dora, found, b"a1@b.example\n")
    assert "19 are gone" in refresh(dora, found, b"a1@b.example\n", may_shrink="on")
    assert "Choose a file first." in dora.post(reverse("suppression_list_refresh", args=[found.pk])).content.decode()


def refresh(client, found, content, **fields):
    data = {"file": SimpleUploadedFile("liste.txt", content), **fields}
    return client.post(reverse("suppression_list_refresh", args=[found.pk]), data).content.decode()


def test_a_long_list_is_sent_to_the_command(dora, cast, now, monkeypatch):
    monkeypatch.setattr(views, "PAGE_LINES", 5)
    found = SuppressionList.objects.create(name="Robinson", owner=cast.dora, created_at=now)
    assert "manage.py load_suppression_list" in refresh(dora, found, b"a@b.example\n" * 6)
    assert not SuppressionListEntry.objects.exists()


def test_an_overdue_list_says_so(dora, cast, now, time_machine):
    time_machine.move_to(now)
    long_ago = now.replace(year=2025)
    SuppressionList.objects.create(name="Robinson", owner=cast.dora, created_at=long_ago, refreshed_at=long_ago)
    assert "Overdue" in dora.get(reverse("suppression")).content.decode()


def test_a_list_belongs_to_somebody_who_keeps_lists(dora, cast):
    form = {"name": "R", "kind": "robinson", "effect": "robinson", "owner": cast.anna.pk, "overdue_after_days": 0}
    page = dora.post(reverse("suppression_list_create"), form).content.decode()
    assert "Select a valid choice" in page and "from 1 to 366" in page
    assert not SuppressionList.objects.exists()


def test_the_pages_need_no_script_and_carry_no_style(dora):
    for name in ("suppression", "suppression_add", "suppression_list_create"):
        page = dora.get(reverse(name)).content.decode()
        assert "onclick" not in page and " style=" not in page
