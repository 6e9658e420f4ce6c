"""What the database lets go, and what it does not, whoever asks."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, InternalError, connection, transaction

from contacts.customers.models import Customer, Restriction
from contacts.customers.restricting import restrict
from contacts.customers.services import erase_customer
from contacts.rights.models import DataRequest
from contacts.rights.services import register
from portal.retention.holds import place_hold
from portal.retention.models import Hold
from portal.retention.running import run
from tests.cast import make_customer
from tests.requests.scenes import advertising_permit
from tests.retention.filling import put
from tests.retention.test_jump import TEN_YEARS, THEN, filled  # noqa: F401 (a fixture)
from tests.rights.scenes import entered

pytestmark = pytest.mark.django_db
LETS_GO = [
    "consent_callrecord",
    "consent_consentevent",
    "consent_evidencefile",
    "customers_restriction",
    "incidents_assessment",
    "incidents_decision",
    "incidents_entry",
    "incidents_incident",
    "incidents_order",
    "requests_absence",
    "requests_afterreview",
    "requests_comment",
    "requests_condition",
    "requests_contact",
    "requests_decisionrecord",
    "requests_givendecision",
    "requests_permit",
    "requests_permituse",
    "requests_promotiondispute",
    "requests_promotionoverride",
    "requests_proposal",
    "requests_reassignment",
    "requests_review",
    "requests_reviewstage",
    "requests_snapshot",
    "rights_datarequest",
    "rights_letter",
    "rights_namerelease",
    "screening_screening",
    "training_answer",
    "training_attempt",
    "training_certificate",
    "training_certificaterevocation",
    "training_reminded",
]


def try_sql(statement: str, values=()) -> str:
    """What the database says to it; nothing where it lets it happen. Nothing of it stays."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, values)
            raise _Undo
    except _Undo:
        return ""
    except (IntegrityError, InternalError) as refusal:
        return str(refusal)


class _Undo(Exception):
    pass


def test_these_tables_and_no_others_let_rows_go_and_always_look_at_the_date():
    with connection.cursor() as cursor:
        named = "tgname = tgrelid::regclass::text || '_until'"
        cursor.execute(f"SELECT tgrelid::regclass::text, tgenabled FROM pg_trigger WHERE {named}")
        found = cursor.fetchall()
    assert sorted(found) == [(table, "A") for table in LETS_GO]


@pytest.mark.parametrize(
    "table", ["consent_consentevent", "requests_decisionrecord", "requests_permit", "requests_review"]
)
def test_a_young_row_stays_for_the_owner_too(cast, customer, accounts, now, table):
    advertising_permit(cast, customer, accounts, now)
    if table == "requests_review":
        from tests.requests.scenes import permit_for, reminder_by_sms

        permit_for(reminder_by_sms(cast, customer, accounts, now), cast, now)
    assert try_sql(f"DELETE FROM {table}") != ""


def test_an_old_row_goes_but_is_not_changed(filled):  # noqa: F811
    assert try_sql("DELETE FROM consent_callrecord") == ""
    assert try_sql("DELETE FROM requests_givendecision") == ""
    assert try_sql("DELETE FROM customers_restriction") == ""
    assert try_sql("DELETE FROM rights_letter; DELETE FROM rights_namerelease; DELETE FROM rights_datarequest") == ""
    assert "append-only" in try_sql("UPDATE rights_letter SET sha256 = 'cd'")
    assert "is decided once" in try_sql("UPDATE rights_namerelease SET agreed = false")
    assert "what was closed is kept" in try_sql("UPDATE rights_datarequest SET state = 'refused'")
    assert "only ends" in try_sql("UPDATE customers_restriction SET reason = 'anders'")
    assert "append-only" in try_sql("DELETE FROM rights_erasureentry")
    assert "append-only" in try_sql("UPDATE consent_consentevent SET evidence = 'anders'")
    assert "append-only" in try_sql("UPDATE requests_givendecision SET outcome = 'allowed'")


def test_what_a_person_asked_for_stays_while_it_is_open_young_or_held(cast, customer, now):
    """Open since 2015, closed today, closed in 2015 under a hold: each with its letter."""
    old, other = make_customer(THEN, "2001"), make_customer(THEN, "2002")
    entered(cast, old, THEN)
    closed = [entered(cast, one, at) for one, at in ((customer, now), (other, THEN))]
    for one in closed:
        register.withdraw(cast.dora, request=one, reason="Erledigt.", at=one.entered_at)
        put("rights_letter", one.entered_at, request_id=one.pk, kind="receipt", language="de", made_by_id=cast.dora.pk)
    found = (other.pk, None, other.number)
    place_hold(cast.dora, found=found, reason="Klage", review_on=now.date() + timedelta(days=9), at=now)
    for number in DataRequest.objects.values_list("pk", flat=True):
        assert "what came in is kept" in try_sql("DELETE FROM rights_datarequest WHERE id = %s", [number])
    for one in closed:
        assert "append-only" in try_sql("DELETE FROM rights_letter WHERE request_id = %s", [one.pk])
    run(at=TEN_YEARS)
    assert DataRequest.objects.count() == 3


def test_a_restriction_that_lasts_stays_and_keeps_its_customer(cast):
    old = make_customer(THEN, "2001")
    restrict(cast.dora, customer=old, reason="Strittig.", at=THEN)
    assert "only ends" in try_sql("DELETE FROM customers_restriction")
    run(at=TEN_YEARS)
    assert Restriction.objects.count() == 1
    assert Customer.objects.get(pk=old.pk).last_name != ""


def test_a_restriction_of_somebody_erased_ends_with_the_erasure(cast):
    old = make_customer(THEN, "2001")
    restrict(cast.dora, customer=old, reason="Strittig.", at=THEN)
    erase_customer(cast.dora, customer=old, at=THEN)
    run(at=TEN_YEARS)
    assert not Restriction.objects.exists()


def test_a_hold_keeps_an_old_row_in_the_database_too(filled):  # noqa: F811
    customer = Customer.objects.get(number="2001")
    found = (customer.pk, None, customer.number)
    when = THEN + timedelta(days=1)
    place_hold(filled.dora, found=found, reason="Klage", review_on=when.date() + timedelta(days=9), at=when)
    mine = "SELECT id FROM requests_contactrequest WHERE customer_id = %s"
    assert "append-only" in try_sql(f"DELETE FROM requests_decisionrecord WHERE request_id IN ({mine})", [customer.pk])
    erased = "UPDATE customers_customer SET anonymised_at = now() WHERE id = %s"
    assert "legal hold" in try_sql(erased, [customer.pk])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("reason = 'anders'", "stays as it was placed"),
        ("customer_id = 1", "stays as it was placed"),
        ("ended_at = now(), ended_by_id = end_asked_by_id", "stays as it was placed"),
    ],
)
def test_a_hold_is_not_changed_behind_the_verbs(cast, customer, now, change, said):
    found = (customer.pk, None, customer.number)
    place_hold(cast.dora, found=found, reason="Klage", review_on=now.date() + timedelta(days=9), at=now)
    assert said in try_sql(f"UPDATE retention_hold SET {change}")
    assert "legal hold" in try_sql("DELETE FROM retention_hold")
    assert Hold.objects.count() == 1
