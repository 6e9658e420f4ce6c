"""Undoing an import: what comes back, what stays because somebody built on it, and what no undo touches."""

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from consent.models import Consent
from contacts.customers.importing import run, working
from contacts.customers.models import ContactPoint, Customer, ImportRun, Objection, SuppressionEntry
from contacts.customers.services import record_objection, verify_contact_point
from portal.audit.models import AuditEntry
from portal.outbox.models import OutboxMessage
from tests.customers.lists import row, text
from tests.requests.scenes import reminder_by_sms

pytestmark = pytest.mark.django_db
MAIL = {"E-Mail": "a@b.example", "Herkunft": "Kunde"}


@pytest.fixture
def take(cast, now):
    """`take(rows...)` imports a list to its end and returns the run."""

    def take(*rows: str) -> ImportRun:
        upload = SimpleUploadedFile("liste.csv", text(*rows).encode())
        found = run.receive(cast.clara, upload, at=now)
        found = working.start(run.choose_columns(cast.clara, found, fields=found.mapping, at=now), at=now)
        return working.start(run.confirm(cast.clara, found, plan=found.plan, at=now), at=now)

    return take


@pytest.fixture
def undo(cast, now):
    """`undo(run)` takes it back and returns {(what, outcome, why): rows}."""

    def undo(found: ImportRun) -> dict[tuple[str, str, str], int]:
        done = working.start(run.undo(cast.dora, found, at=now), at=now)
        assert done.state == "undone"
        return {(r["what"], r["outcome"], r["why"]): r["rows"] for r in done.summary["undo"]["results"]}

    return undo


def test_new_customers_and_their_addresses_are_gone(take, undo, cast):
    found = take(row("1", **MAIL), row("2"))
    assert undo(found) == {("created", "undone", ""): 2, ("address", "undone", ""): 1}
    assert not Customer.objects.exists() and not ContactPoint.objects.exists()
    entries = AuditEntry.objects.filter(verb="customer.import_undone")
    assert {(e.subject_id, e.actor, e.after.get("removed")) for e in entries} == {
        ("1", cast.dora, True),
        ("2", cast.dora, True),
    }
    verbs = AuditEntry.objects.filter(subject_type="import").values_list("verb", "actor__first_name")
    assert list(verbs[:2]) == [("import.undone", "Dora"), ("import.undo_asked", "Dora")]


def test_changed_fields_come_back_and_permits_are_looked_at_again(take, undo, customer):
    before = Customer.objects.values().get(number="4711")
    found = take(row("4711", Nachname="Neu", Geburtsdatum="01.02.1980", **MAIL))
    OutboxMessage.objects.all().delete()
    assert undo(found) == {("changed", "undone", ""): 1, ("address", "undone", ""): 1}
    assert Customer.objects.values().get(number="4711") == before
    assert not ContactPoint.objects.filter(value="a@b.example").exists()
    told = OutboxMessage.objects.get(topic="customer.grounds_changed")
    assert told.payload == {"customer_id": customer.pk, "because": "import undone"}


def test_what_somebody_changed_since_stays(take, undo, customer):
    found = take(row("4711", Nachname="Neu", Vorname="Neu"), row("2"), row("3"))
    Customer.objects.filter(number="4711").update(first_name="Besser")
    Customer.objects.filter(number="2").update(company="Muster GmbH")
    assert undo(found) == {
        ("changed", "partly", "changed_since"): 1,
        ("created", "kept", "changed_since"): 1,
        ("created", "undone", ""): 1,
    }
    erika = Customer.objects.get(number="4711")
    assert (erika.first_name, erika.last_name) == ("Besser", "Mustermann")
    assert set(Customer.objects.values_list("number", flat=True)) == {"4711", "2"}


def test_what_something_depends_on_stays(take, undo, cast, now):
    found = take(row("1", **MAIL), row("2", Nachname="Zwei"))
    verify_contact_point(cast.clara, point=ContactPoint.objects.get(), at=now)
    Consent.objects.create(customer=Customer.objects.get(number="2"), purpose="marketing", channel="email")
    assert undo(found) == {("created", "kept", "in_use"): 2, ("address", "kept", "changed_since"): 1}
    assert Customer.objects.count() == 2


def test_an_address_that_somebody_asked_about_stays(take, undo, customer, cast, accounts, now):
    found = take(row("4711", Nachname="Mustermann", Mobil="0171 3920001", Herkunft="Vertrag"))
    request = reminder_by_sms(cast, customer, accounts, now)
    assert undo(found) == {("address", "kept", "in_use"): 1, ("address", "undone", ""): 1}
    assert ContactPoint.objects.get(channel="sms") == request.contact_point


def test_a_refusal_that_came_with_the_list_stays(take, undo):
    found = take(row("1", Werbesperre="ja", **MAIL))
    assert undo(found) == {
        ("objection", "kept", "refusal"): 1,
        ("address", "undone", ""): 1,
        ("created", "kept", "in_use"): 1,
    }
    assert Objection.objects.count() == 1 and SuppressionEntry.objects.count() >= 1


def test_a_refusal_of_later_stays_and_keeps_the_customer(take, undo, cast, now):
    found = take(row("1", **MAIL))
    customer = Customer.objects.get()
    record_objection(cast.anna, customer=customer, scope="marketing_objection", how="spoken", at=now)
    assert undo(found)[("created", "kept", "in_use")] == 1
    assert Objection.objects.count() == 1


def test_a_customer_who_was_erased_meanwhile_is_left_alone(take, undo, now):
    found = take(row("1"), row("2"))
    Customer.objects.filter(number="1").update(anonymised_at=now, last_name="")
    Customer.objects.filter(number="2").delete()
    assert undo(found) == {("created", "kept", "gone"): 2}


def test_an_import_is_undone_once(take, undo, cast, now):
    found = take(row("1"))
    undo(found)
    with pytest.raises(ValidationError, match="it is “Undone” now"):
        run.undo(cast.clara, found, at=now)


def test_a_killed_undo_goes_on(take, cast, now, monkeypatch):
    monkeypatch.setattr("contacts.customers.importing.engine.CHUNK", 2)
    found = take(*(row(str(n)) for n in range(5)))
    found = run.undo(cast.clara, found, at=now)
    kind = working.get_kind("customers")
    working._undo_chunk(ImportRun.objects.get(pk=found.pk), kind, cast.clara, now)
    assert Customer.objects.count() == 3
    done = working.start(found, at=now)
    assert (done.state, done.summary["undo"]["done"], Customer.objects.count()) == ("undone", 5, 0)


def test_the_queries_of_an_undo_do_not_grow_with_its_rows(take, undo, django_assert_max_num_queries):
    few, many = (
        take(row("1", **MAIL)),
        take(*(row(f"m{n}", **MAIL | {"E-Mail": f"m{n}@b.example"}) for n in range(200))),
    )
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as one:
        undo(few)
    with CaptureQueriesContext(connection) as all_of_them:
        undo(many)
    assert len(all_of_them) <= len(one) + 2
