"""What the trail says of a person in words goes with the person; every proof and the whole tree stay right."""

import json

import pytest
from django.db import IntegrityError, connection, transaction

from contacts.customers.services import EDITABLE, erase_customer, update_customer
from contacts.requests.past import Past
from portal.audit import verifier
from portal.audit.erasing import forget_customer, forget_person, forget_things
from portal.audit.models import AuditEntry, PrivateKey
from portal.audit.proofs import bundle
from portal.audit.rules.leaf import ERASED, OPEN
from portal.audit.sealing import seal_and_sign
from portal.audit.services import Job, record
from portal.audit.verifying import verify
from portal.people.services import create_person
from tests.audit.tampering import opened
from tests.audit.trails import JOB, sealed
from tests.cast import make_customer

pytestmark = pytest.mark.django_db

NAME = "Unverwechselbar"


@pytest.fixture
def renamed(cast, customer, now):
    """A customer whose name stands in the trail; sealed, signed and anchored."""
    update_customer(cast.clara, customer=customer, at=now, last_name=NAME)
    update_customer(cast.clara, customer=customer, at=now, last_name="Beispiel", relationship="prospect")
    sealed(now, customer, 10)
    return customer


def everything_about(customer):
    rows = AuditEntry.objects.filter(customer_id=customer.pk)
    return json.dumps(list(rows.values_list("before", "after")), ensure_ascii=False)


def test_an_erasure_takes_the_words_and_their_key_and_the_trail_still_verifies(cast, renamed, now):
    other = make_customer(now, number="4999")
    update_customer(cast.clara, customer=other, at=now, last_name="Bleibt")
    seal_and_sign(at=now)
    assert NAME in everything_about(renamed)
    erase_customer(cast.dora, customer=renamed, at=now)
    assert NAME not in everything_about(renamed) and "Beispiel" not in everything_about(renamed)
    keys = PrivateKey.objects.filter(scope__startswith="customer:")
    assert [one.scope for one in keys] == [f"customer:{other.pk}"]
    assert "Bleibt" in everything_about(other)
    assert verify().ok
    seal_and_sign(at=now)
    assert verify().ok


def test_what_is_no_private_value_stays(cast, renamed, now):
    erase_customer(cast.dora, customer=renamed, at=now)
    entry = AuditEntry.objects.filter(verb="permit.used").first()
    assert (entry.before, entry.after) == ({"state": "active"}, {"use": 1})
    told = AuditEntry.objects.get(verb="customer.erased")
    assert set(told.after) == {"anonymised_at", "addresses"} and ERASED not in told.after.values()


def test_an_entry_that_waits_for_its_seal_is_blanked_as_well(cast, customer, now):
    update_customer(cast.clara, customer=customer, at=now, last_name=NAME)
    erase_customer(cast.dora, customer=customer, at=now)
    assert NAME not in everything_about(customer)
    sealed(now, customer, 0)
    assert verify().ok and not PrivateKey.objects.exists()


def test_an_export_of_an_erased_person_proves_itself_without_the_words(cast, renamed, now):
    erase_customer(cast.dora, customer=renamed, at=now)
    seal_and_sign(at=now)
    entries = AuditEntry.objects.filter(customer_id=renamed.pk)
    made = bundle([entry.pk for entry in entries])
    assert NAME not in json.dumps(made) and any(entry["erased"] for entry in made["entries"])
    assert any("erased with their person" in sentence for sentence in verifier.verify(made))


def test_the_page_says_erased(client, cast, renamed, now):
    erase_customer(cast.dora, customer=renamed, at=now)
    client.force_login(cast.dora)
    page = client.get("/audit/?verb=customer.changed").content.decode()
    assert "<del>erased</del>" in page and "<ins>erased</ins>" in page and NAME not in page


def test_the_past_passes_over_what_was_erased(cast, renamed, now):
    erase_customer(cast.dora, customer=renamed, at=now)
    rows = AuditEntry.objects.filter(verb="customer.changed", customer_id=renamed.pk, actor=cast.clara)
    read = rows.order_by("-pk").values_list("verb", "subject_id", "before", "after")
    then = Past.of(now, {"later_of_person": read, "later_of_company": []}).customer(renamed)
    assert (then.last_name, then.relationship) == (renamed.last_name, renamed.relationship)


def test_names_dates_and_words_of_customers_and_employees_are_private():
    private = {"first_name", "last_name", "salutation", "company", "birth_date", "email", "person_number", "name"}
    private |= {"note", "text", "body", "question", "conditions", "refusal", "title", "source_note", "value"}
    assert not private & OPEN
    assert {"relationship", "parental_consent", "last_transaction_on", "robinson_listed"} <= set(EDITABLE) - OPEN


@pytest.mark.parametrize(
    ("value", "stays"),
    [("wrong_person", True), ("DEB-04, SRC-01", True), ("", True), ("hans", False), ("Er rief an.", False)],
)
def test_a_reason_in_codes_stays_and_one_in_words_goes(customer, now, value, stays):
    record(JOB, "permit.revoked", "permit", "P-1", at=now, customer_id=customer.pk, after={"reason": value})
    record(JOB, "customer.erased", "customer", "4711", at=now, customer_id=customer.pk)
    forget_customer(customer.pk)
    said = AuditEntry.objects.get(verb="permit.revoked").after["reason"]
    assert (said == value) is stays and (said == ERASED) is not stays


def test_an_employee_can_be_forgotten_too(cast, now):
    person, _password = create_person(
        cast.adam,
        email="weg@firma.example",
        first_name=NAME,
        last_name="Weg",
        person_number="77",
        at=now,
        roles=["employee"],
    )
    seal_and_sign(at=now)
    record(cast.adam, "person.erased", "person", person.pk, at=now)
    assert forget_person(person.pk) == 1
    assert AuditEntry.objects.get(verb="person.created").after["first_name"] == ERASED
    assert not PrivateKey.objects.filter(scope=f"person:{person.pk}").exists()


def test_words_about_a_thing_of_nobody_can_be_forgotten_alone(now, customer):
    for platform in ("linkedin", "xing"):
        record(JOB, "platform.reviewed", "platform", platform, at=now, after={"reason": "Frau Müller sagt es"})
    seal_and_sign(at=now)
    record(JOB, "platform.erased", "platform", "xing", at=now)
    assert forget_things("platform", ["xing"]) == 1
    said = dict(AuditEntry.objects.filter(verb="platform.reviewed").values_list("subject_id", "after__reason"))
    assert said == {"linkedin": "Frau Müller sagt es", "xing": ERASED}
    assert PrivateKey.objects.count() == 1


# --- what the database lets pass
def blank(entry):
    with connection.cursor() as cursor:
        after = json.dumps({**entry.after, "last_name": ERASED})
        cursor.execute("UPDATE audit_auditentry SET after = %s WHERE id = %s", [after, entry.pk])


def test_blanking_without_an_entry_that_tells_of_an_erasure_is_refused_at_the_commit(renamed):
    entry = AuditEntry.objects.filter(verb="customer.changed").first()
    with pytest.raises(IntegrityError, match="without an entry that tells of an erasure"), transaction.atomic():
        blank(entry)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.parametrize(
    "change",
    [
        """after = after || '{"last_name": "Anders"}'""",
        """after = after - 'last_name'""",
        """after = after || '{"more": {"erased": true}}'""",
        """after = '{}'""",
        """after = '"x"'""",
        """after = after || '{"last_name": {"erased": true}}', verb = 'x'""",
        """after = after || '{"last_name": {"erased": true}}', customer_id = NULL""",
    ],
)
def test_any_other_change_of_an_entry_is_refused(renamed, change):
    with connection.cursor() as cursor, pytest.raises(Exception, match=r"append-only|cannot"), transaction.atomic():
        cursor.execute(f"UPDATE audit_auditentry SET {change} WHERE verb = 'customer.changed'")


def test_a_value_that_was_blanked_without_an_erasure_is_found(renamed):
    entry = AuditEntry.objects.filter(verb="customer.changed", after__last_name=NAME).get()
    with opened("audit_auditentry"):
        blank(entry)
    assert (verify().finding, verify().values) == ("blanked", {"entry": entry.pk})


def test_a_key_that_goes_while_the_words_stay_is_no_pass(renamed):
    PrivateKey.objects.filter(scope=f"customer:{renamed.pk}").delete()
    assert verify().finding == "keyless" and "could not be verified" in verify().sentence


def test_keys_do_not_change(renamed):
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        PrivateKey.objects.update(key=bytes(32))


def test_forgetting_belongs_into_a_transaction():
    with pytest.raises(RuntimeError, match="transaction"), connection.cursor():
        connection.in_atomic_block, kept = False, connection.in_atomic_block
        try:
            forget_customer(1)
        finally:
            connection.in_atomic_block = kept


def test_somebody_who_comes_back_after_an_erasure_gets_a_new_key(cast, renamed, now):
    erase_customer(cast.dora, customer=renamed, at=now)
    record(Job("demo"), "inbound.recorded", "inbound", 1, at=now, customer_id=renamed.pk, after={"note": "neu"})
    seal_and_sign(at=now)
    assert PrivateKey.objects.filter(scope=f"customer:{renamed.pk}").exists() and verify().ok
