"""Whoever was erased stays so when yesterday's backup comes back; the ledger says so and nothing about anybody."""

import json
import os
import subprocess

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, connections, transaction
from django.test import override_settings

from contacts.customers.models import Customer, SuppressionEntry
from contacts.customers.services import add_contact_point, erase_customer
from contacts.rights.models import ErasureEntry
from contacts.rights.services import ledger
from portal.embedded.programs import find_programs
from tests.cast import make_customer
from tests.rights.scenes import erased

pytestmark = pytest.mark.django_db


@pytest.fixture
def book(tmp_path, settings):
    settings.ERASURE_LEDGER = tmp_path / "elsewhere" / "erasures.jsonl"
    return settings.ERASURE_LEDGER


def test_a_line_holds_keyed_hashes_and_nothing_about_the_person(cast, customer, now, book):
    known = [customer.number, "Mustermann", "erika", "kundin.example", "2215554711", cast.dora.email]
    erased(cast, customer, now)
    assert ledger.write_out(book, at=now) == 1
    line = book.read_text(encoding="utf-8")
    assert not [word for word in known if word.lower() in line.lower()]
    assert set(json.loads(line)) == {"v", "at", "key", "customer", "refused", "seal"}
    assert book.stat().st_mode & 0o777 == 0o600


def test_each_erasure_is_written_once_and_a_crash_in_between_does_no_harm(cast, customer, now, book):
    erased(cast, customer, now)
    assert [ledger.write_out(book, at=now) for _turn in range(2)] == [1, 0]
    (entry,) = ledger.read(book).entries
    with book.open("ab") as file:
        file.write(book.read_bytes() + b'{"half of a li')
    erased(cast, make_customer(now, "4712"), now)
    ledger.write_out(book, at=now)
    found = ledger.read(book)
    assert len(found.entries) == 2 and entry in found.entries
    assert found.problems == ["Line 3 is damaged or was not written by this portal."]


def test_nobody_without_the_keys_can_write_a_line_that_counts(cast, customer, now, book):
    erased(cast, customer, now)
    ledger.write_out(book, at=now)
    said = json.loads(book.read_text())
    said["customer"] = ledger.digests_of("4712")[-1]
    book.write_text(json.dumps(said) + "\n")
    found = ledger.read(book)
    assert not found.entries and "not written by this portal" in found.problems[0]


def test_lines_under_an_earlier_key_count_and_under_an_unknown_one_are_a_problem(cast, customer, now, book, settings):
    erased(cast, customer, now)
    ledger.write_out(book, at=now)
    old = settings.SUPPRESSION_KEY
    with override_settings(SUPPRESSION_OLD_KEYS=[old], SUPPRESSION_KEY="n" * 40):
        found = ledger.read(book)
        assert set(found.entries) & set(ledger.digests_of(customer.number)) and not found.problems
    with override_settings(SUPPRESSION_OLD_KEYS=[], SUPPRESSION_KEY="n" * 40):
        found = ledger.read(book)
        assert not found.entries and found.problems == ["Line 1 was written under a key that is not set."]


def test_the_ledger_is_there_before_anybody_is_erased_and_is_not_made_anew_after(cast, customer, now, book):
    assert ledger.write_out(book, at=now) == 0 and book.read_bytes() == b""
    erase_customer(cast.dora, customer=customer, at=now)
    ledger.write_out(book, at=now)
    book.unlink()
    assert ledger.write_out(book, at=now) == 0 and not book.exists()


def test_a_ledger_that_is_not_there_is_no_success(cast, now, book):
    with pytest.raises(CommandError, match="Not verified: The ledger of erasures is not there"):
        call_command("replay_erasures")


def test_a_second_replay_changes_nothing_and_others_are_left_alone(cast, customer, now, book, capsys):
    other = make_customer(now, "4899")
    gone = make_customer(now, "4811")
    refused = SuppressionEntry.objects.count()
    erased(cast, gone, now)
    refused = SuppressionEntry.objects.count() - refused
    ledger.write_out(book, at=now)
    first = ledger.replay(book, at=now)
    assert (first.entries, first.erased, first.refused, first.problems) == (1, 0, 0, ())
    assert refused > 0
    for one in (other, customer):
        one.refresh_from_db()
        assert one.anonymised_at is None


@pytest.mark.parametrize("change", ["UPDATE rights_erasureentry SET digest = 'x'", "DELETE FROM rights_erasureentry"])
def test_the_database_keeps_the_ledger(cast, customer, now, change):
    erased(cast, customer, now)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)


def _program(name: str) -> str:
    return str(find_programs().path(name))


@pytest.mark.django_db(transaction=True)
def test_whoever_was_erased_stays_erased_when_yesterdays_backup_comes_back(cast, customer, now, book, tmp_path, capsys):
    """pg_dump, erase, a newcomer is erased too, pg_restore into another database, replay: nobody is there again."""
    stays = make_customer(now, "4899")
    dump, name = tmp_path / "yesterday.dump", "restored_for_the_ledger"
    source = connection.settings_dict
    where = {**os.environ, "PGHOST": source["HOST"], "PGUSER": source["USER"], "PGPORT": str(source["PORT"] or "")}
    _run("pg_dump", "-Fc", "-f", str(dump), source["NAME"], env=where)
    later = make_customer(now, "4900")
    add_contact_point(
        cast.anna,
        customer=customer,
        channel="email",
        value="later@kundin.example",
        source="data_subject",
        collected_on=now.date(),
        at=now,
    )
    for one in (customer, later):
        erased(cast, one, now)
    refused = set(SuppressionEntry.objects.values_list("scope", "digest"))
    ledger.write_out(book, at=now)
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name} TEMPLATE template0")
    try:
        _run("pg_restore", "--no-owner", "-d", name, str(dump), env=where)
        with _another_database(name):
            assert Customer.objects.get(number=customer.number).last_name == "Mustermann", "it is yesterday again"
            assert not SuppressionEntry.objects.exists()
            call_command("replay_erasures")
            assert "2 erasures in the ledger, 1 people erased again" in capsys.readouterr().out
            again = Customer.objects.get(number=customer.number)
            assert (again.last_name, set(again.contact_points.values_list("value", flat=True))) == ("", {""})
            assert again.anonymised_at is not None
            assert Customer.objects.get(number=stays.number).last_name == "Mustermann"
            assert set(SuppressionEntry.objects.values_list("scope", "digest")) >= refused
            assert ErasureEntry.objects.count() == 2
            call_command("replay_erasures")
            assert "0 people erased again, 0 refused addresses put back" in capsys.readouterr().out
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


class _another_database:
    """The same connection, to another database, for as long as the block lasts."""

    def __init__(self, name: str) -> None:
        self.name, self.before = name, connections["default"].settings_dict["NAME"]

    def __enter__(self) -> None:
        self._turn_to(self.name)

    def __exit__(self, *problem: object) -> None:
        self._turn_to(self.before)

    def _turn_to(self, name: str) -> None:
        connections["default"].close()
        connections["default"].settings_dict["NAME"] = name


def _run(program: str, *arguments: str, env: dict[str, str]) -> None:
    told = {key: value for key, value in env.items() if value}
    subprocess.run([_program(program), *arguments], check=True, env=told, capture_output=True, timeout=60)
