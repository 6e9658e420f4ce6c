"""What a permit rests on: written by the verb that grants, held by the database to what its decision says, and said
afterwards for permits from before there was the column."""

from importlib import import_module

import pytest
from django.db import IntegrityError, connection, transaction

from contacts.requests.models import Permit
from contacts.requests.services import permits
from tests.requests.scenes import permit_for, reminder_by_sms, service_by_mail

pytestmark = pytest.mark.django_db
FILL = import_module("contacts.requests.migrations.0022_permits_say_their_basis")


@pytest.fixture
def permit(cast, customer, accounts, now):
    return permit_for(service_by_mail(cast, customer, accounts, now), cast, now)


def run(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def as_before(*some):
    """As if it had been granted before the column was there."""
    run("SET CONSTRAINTS ALL IMMEDIATE")
    run("ALTER TABLE requests_permit DISABLE TRIGGER requests_permit_bound")
    Permit.objects.filter(pk__in=[one.pk for one in some]).update(legal_basis="")
    run("ALTER TABLE requests_permit ENABLE ALWAYS TRIGGER requests_permit_bound")


def without_permits():
    """No permit, as if none had been granted."""
    run("SET CONSTRAINTS ALL IMMEDIATE")
    run("ALTER TABLE requests_permit DISABLE TRIGGER USER")
    run("DELETE FROM requests_permit")
    run("ALTER TABLE requests_permit ENABLE TRIGGER USER")


def test_a_permit_says_what_the_decision_says_that_granted_it(permit, cast, customer, accounts, now):
    assert permit.legal_basis == permit.request.decisions.get(stage="submit").legal_basis == "GDPR Art. 6(1)(b),(c),(f)"
    reviewed = permit_for(reminder_by_sms(cast, customer, accounts, now), cast, now)
    assert reviewed.legal_basis == reviewed.request.decisions.get(stage="review").legal_basis != ""
    permits.redeem(cast.anna, permit=permit, at=now)
    permit.refresh_from_db()
    assert permit.legal_basis == "GDPR Art. 6(1)(b),(c),(f)"


def test_nobody_says_afterwards_something_else_than_the_decision(permit):
    as_before(permit)
    with pytest.raises(IntegrityError, match="rests on what its decision rests on"), transaction.atomic():
        Permit.objects.update(legal_basis="UWG §7(3)")
    Permit.objects.update(legal_basis="GDPR Art. 6(1)(b),(c),(f)")
    with pytest.raises(IntegrityError, match="stays so"), transaction.atomic():
        Permit.objects.update(legal_basis="")


def test_what_the_version_before_grants_gets_it_from_the_decision(permit):
    columns = ", ".join(
        field.column for field in Permit._meta.concrete_fields if field.column not in ("id", "legal_basis")
    )
    run("CREATE TEMPORARY TABLE one ON COMMIT DROP AS SELECT * FROM requests_permit")
    without_permits()
    run(f"INSERT INTO requests_permit ({columns}) SELECT {columns} FROM one")
    assert Permit.objects.get().legal_basis == "GDPR Art. 6(1)(b),(c),(f)"


def test_a_permit_that_names_another_basis_is_refused(permit):
    copy = Permit.objects.get()
    without_permits()
    copy.legal_basis = "UWG §7(3)"
    with pytest.raises(IntegrityError, match="rests on what its decision rests on"), transaction.atomic():
        copy.save(force_insert=True)


def test_permits_from_before_say_it_in_batches_and_a_second_run_changes_nothing(
    permit, cast, customer, accounts, now, monkeypatch
):
    other = permit_for(reminder_by_sms(cast, customer, accounts, now), cast, now)
    said = dict(Permit.objects.values_list("pk", "legal_basis"))
    as_before(permit, other)
    monkeypatch.setattr(FILL, "SOME", 1)
    for _turn in range(2):
        with connection.schema_editor() as editor:
            FILL.say(None, editor)
        assert dict(Permit.objects.values_list("pk", "legal_basis")) == said
