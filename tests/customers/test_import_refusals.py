"""What a list of customers may not undo: a refusal, a Robinson entry, an erasure; and a refusal that it brings."""

from datetime import timedelta

import pytest

from consent import services as consents
from contacts.customers.importing.engine import import_file
from contacts.customers.models import Customer, Objection, SuppressionEntry
from contacts.customers.services import erase_customer, record_objection
from tests.cast import wording
from tests.customers.lists import row, text

pytestmark = pytest.mark.django_db
BLOCKED = row("4711", Nachname="Mustermann", Werbesperre="ja")
MINUTE = timedelta(minutes=1)


@pytest.fixture
def take(tmp_path, cast, now):
    """`take(*rows, at=...)` imports a list."""

    def take(*rows, at=now, **options):
        path = tmp_path / "liste.csv"
        path.write_bytes(text(*rows).encode())
        return import_file(path, actor=cast.clara, at=at, **options)

    return take


@pytest.fixture
def agree(cast, customer):
    def agree(at, channel="email"):
        return consents.give_consent(
            cast.clara,
            customer=customer,
            purpose="marketing",
            channel=channel,
            how="paper",
            evidence="form 7",
            text=wording("marketing", channel),
            given_at=at,
            at=at,
        )

    return agree


def the_error(report):
    (problem,) = report.first_errors
    assert problem.reason.endswith(".")
    assert problem.fix.endswith(".")
    return problem.column, problem.reason


# --- an advertising block that the list brings


@pytest.mark.parametrize("dry_run", [False, True])
def test_a_block_is_a_new_refusal_where_the_customer_has_agreed_since_the_last_one(
    take, agree, cast, customer, now, dry_run
):
    record_objection(cast.anna, customer=customer, scope="marketing_objection", how="spoken", at=now)
    agree(now + MINUTE)
    report = take(BLOCKED, at=now + 2 * MINUTE, dry_run=dry_run)
    assert report.tally.changed == 1
    assert Objection.objects.count() == (1 if dry_run else 2)
    if not dry_run:
        assert Objection.objects.latest("pk").received_at == now + 2 * MINUTE


def test_a_block_that_is_on_record_and_stands_is_not_written_again(take, agree, customer, now):
    agree(now)
    for minutes in (1, 2, 3):
        take(BLOCKED, at=now + minutes * MINUTE)
    assert Objection.objects.count() == 1


def test_a_block_never_lies_before_a_consent_by_a_clock_that_was_ahead(take, agree, customer, now):
    given = agree(now + MINUTE).given_at
    take(BLOCKED, at=now)
    assert Objection.objects.get().received_at >= given
    assert set(SuppressionEntry.objects.values_list("created_at", flat=True)) == {given}


# --- the Robinson list


@pytest.mark.parametrize("dry_run", [False, True])
def test_nein_takes_no_robinson_entry_back(take, customer, now, dry_run):
    Customer.objects.update(robinson_listed=True)
    report = take(row("4711", Robinson="nein", Vorname="Erna"), row("4712", Robinson="nein"), dry_run=dry_run)
    assert the_error(report) == (
        "Robinson",
        "This customer is on a Robinson list. A list of customers cannot take that back.",
    )
    assert (report.tally.refused, report.tally.created) == (1, 1)
    customer.refresh_from_db()
    assert (customer.robinson_listed, customer.first_name) == (True, "Erika")


@pytest.mark.parametrize("cell", ["ja", ""])
def test_a_robinson_entry_is_taken_and_an_empty_cell_leaves_it(take, customer, cell):
    take(row("4711", Robinson="ja"))
    take(row("4711", Robinson=cell))
    assert Customer.objects.get().robinson_listed


# --- whoever was erased


@pytest.mark.parametrize("dry_run", [False, True])
def test_a_list_brings_nobody_back_who_was_erased(take, cast, customer, now, dry_run):
    erase_customer(cast.dora, customer=customer, at=now)
    mail = {"Vorname": "Erika", "Nachname": "Mustermann", "E-Mail": "erika@neu.example", "Herkunft": "Vertrag"}
    report = take(row("4711", Werbesperre="ja", **mail), row("4712"), dry_run=dry_run)
    assert the_error(report) == (
        "Kundennummer",
        "This customer has been erased. The number stands for nobody any more.",
    )
    assert (report.tally.refused, report.tally.created) == (1, 1)
    customer.refresh_from_db()
    assert (customer.first_name, customer.last_name) == ("", "")
    assert set(customer.contact_points.values_list("value", flat=True)) == {""}
    assert not Objection.objects.exists()
