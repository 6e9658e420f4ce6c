"""Importing a customer list: what is read, what is refused, what a second import changes, and what it leaves behind."""

import csv
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from contacts.customers.importing.engine import import_file
from contacts.customers.importing.reading import FileRefused
from contacts.customers.models import ContactPoint, Customer, Objection, SuppressionEntry
from contacts.customers.selectors import objection_against
from portal.audit.models import AuditEntry
from portal.audit.services import Job
from portal.outbox.models import OutboxMessage
from tests.customers.lists import ERIKA, row, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def take(tmp_path, cast, now):
    """`take(text)` imports a list and returns the report; the error file lies at `take.errors`."""

    def take(content, *, actor=None, **options):
        path = tmp_path / "liste.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
        take.errors.unlink(missing_ok=True)
        return import_file(path, actor=actor or cast.clara, at=now, errors=take.errors, **options)

    take.errors = tmp_path / "errors.csv"
    return take


def counts(report):
    return {name: value for name, value in vars(report.tally).items() if value}


def error(report):
    (problem,) = report.first_errors
    return problem.row.line, problem.column, problem.value, problem.reason, problem.fix


# --- what German Excel writes


@pytest.mark.parametrize(
    ("encoding", "delimiter", "end", "before"),
    [
        ("cp1252", ";", "\r\n", ""),
        ("utf-8", ";", "\r\n", ""),
        ("utf-8-sig", ";", "\r\n", ""),
        ("utf-8", ",", "\n", ""),
        ("utf-8-sig", "\t", "\r\n", ""),
        ("cp1252", ";", "\r\n", "sep=;\r\n"),
        ("utf-8-sig", ",", "\r\n", "sep=,\r\n"),
        ("utf-8", ";", "\n", "\n\n"),
    ],
)
def test_every_usual_spelling_of_the_file_says_the_same(take, encoding, delimiter, end, before):
    content = before + text(ERIKA, end=end).replace(";", delimiter if delimiter != "," else ";")
    if delimiter == ",":
        content = before + text(ERIKA, end=end).replace(";", ",")
    report = take(content.encode(encoding))
    assert counts(report) == {"created": 1, "addresses": 5}
    erika = Customer.objects.get(number="4711")
    assert (erika.first_name, erika.last_name, erika.salutation) == ("Erika", "Müller-Lüdenscheidt", "Frau")
    assert erika.birth_date.isoformat() == "1980-02-01"
    assert erika.last_transaction_on.isoformat() == "2026-10-15"
    assert erika.relationship == "active_customer"
    assert erika.robinson_listed is False
    points = {(p.channel, p.normalised) for p in erika.contact_points.all()}
    assert points == {
        ("email", "erika@kundin.example"),
        ("phone", "+492215554711"),
        ("phone", "+491713920001"),
        ("sms", "+491713920001"),
        ("letter", "heidestrasse 17, 51147 köln"),
    }
    assert {p.source for p in erika.contact_points.all()} == {"contract_record"}
    assert {p.collected_on.isoformat() for p in erika.contact_points.all()} == {"2022-05-03"}


def test_quoted_line_breaks_quotes_and_separators_stay_in_their_cell(take):
    take(text('1;Firma;Kunde;;;;"Müller; Söhne ""Die Tischler""\r\nGmbH";;;;;;;;;;;;;;'))
    assert Customer.objects.get(number="1").company == 'Müller; Söhne "Die Tischler"\r\nGmbH'


def test_lines_are_counted_as_an_editor_counts_them(take):
    report = take(text('1;;;;;;"Zwei\r\nZeilen";;;;;;;;;;;;;;', row("2", Geburtsdatum="31.02.2000")))
    assert error(report)[:3] == (4, "Geburtsdatum", "31.02.2000")


def test_column_names_may_be_german_or_english_in_any_case_and_order(take):
    report = take("Last Name,NUMBER,E-mail,Source,Haustier\nSmith,7,a@b.example,contract,Katze\n")
    assert report.unknown_columns == ["Haustier"]
    assert Customer.objects.get(number="7").last_name == "Smith"


def test_unbroken_spaces_around_a_cell_do_not_count(take):
    take(text(row("\u00a04711\u00a0", Nachname="  Muster  ")))
    assert Customer.objects.get().number == "4711"
    assert Customer.objects.get().last_name == "Muster"


# --- rows that are refused, with line, column, value, reason and fix


@pytest.mark.parametrize(
    ("cells", "column", "value", "reason"),
    [
        ({"Geburtsdatum": "31.02.2000"}, "Geburtsdatum", "31.02.2000", "no date"),
        ({"Geburtsdatum": "1.2.80"}, "Geburtsdatum", "1.2.80", "no date"),
        ({"Geburtsdatum": "12/31/1990"}, "Geburtsdatum", "12/31/1990", "no date"),
        ({"Geburtsdatum": "24.11.2126"}, "Geburtsdatum", "24.11.2126", "future"),
        ({"Letzter Kauf": "25.11.2026"}, "Letzter Kauf", "25.11.2026", "future"),
        ({"E-Mail": "erika(at)kundin", "Herkunft": "Kunde"}, "E-Mail", "erika(at)kundin", "no e-mail"),
        (
            {"E-Mail": "a@b.example, c@d.example", "Herkunft": "Kunde"},
            "E-Mail",
            "a@b.example, c@d.example",
            "no e-mail",
        ),
        ({"Telefon": "anrufen!", "Herkunft": "Kunde"}, "Telefon", "anrufen!", "no telephone"),
        ({"Mobil": "12", "Herkunft": "Kunde"}, "Mobil", "12", "no telephone"),
        ({"Art": "Hund"}, "Art", "Hund", "not known"),
        ({"Beziehung": "gut"}, "Beziehung", "gut", "not known"),
        ({"Robinson": "vielleicht"}, "Robinson", "vielleicht", "neither yes nor no"),
        ({"E-Mail": "a@b.example", "Herkunft": "Internet"}, "Herkunft", "Internet", "not known"),
        ({"E-Mail": "a@b.example"}, "Herkunft", "", "source of the contact data is missing"),
        ({"Ort": "Köln", "Herkunft": "Kunde"}, "Straße", "", "incomplete"),
        ({"Straße": "Weg 1", "Herkunft": "Kunde"}, "Ort", "", "incomplete"),
        ({"Vorname": "x" * 101}, "Vorname", "x" * 101, "too long"),
        ({"Nachname": "M\ufffdller"}, "Nachname", "M\ufffdller", "cannot be read"),
    ],
)
def test_a_wrong_cell_is_named_and_its_row_left_out(take, cells, column, value, reason):
    report = take(text(row("1"), row("2", **cells), row("3")))
    line, where, what, why, fix = error(report)
    assert (line, where, what) == (3, column, value)
    assert reason in why
    assert fix.endswith((".", "!"))
    assert set(Customer.objects.values_list("number", flat=True)) == {"1", "3"}


@pytest.mark.parametrize("number", ["", "a/b", "new", "9" * 41])
def test_a_number_that_is_none_is_refused(take, number):
    assert error(take(text(row(number))))[1] == "Kundennummer"


def test_a_number_that_is_there_twice_is_refused_the_second_time(take):
    report = take(text(row("a1"), row("A1", Nachname="Anders")))
    assert "line 2" in error(report)[3]
    assert Customer.objects.get().last_name == "Muster"


def test_a_new_customer_needs_a_name(take):
    assert "both empty" in error(take(text(row("1", Nachname=""))))[3]


def test_more_cells_than_columns_are_refused(take):
    assert "more cells" in error(take(text(row("1") + ";zu viel")))[3]


def test_missing_cells_at_the_end_are_empty(take):
    assert counts(take(text("1;;;;;Muster"))) == {"created": 1}


def test_all_faults_of_a_row_are_told_at_once(take):
    report = take(text(row("1", Geburtsdatum="gestern", Art="Hund")))
    assert [problem.column for problem in report.first_errors] == ["Art", "Geburtsdatum"]
    assert counts(report) == {"refused": 1}


# --- files that are refused whole: nothing is written


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"\r\n \r\n", "empty"),
        (b"PK\x03\x04rest", "broken or was cut off"),
        (b"\xd0\xcf\x11\xe0rest", "Excel workbook"),
        (b"Kundennummer;Nachname\r\n1;M\x00", "no text file"),
        (b"Vorname;Nachname\r\nA;B\r\n", "no column"),
        (b"Kundennummer;Nachname;nachname\r\n1;A;B\r\n", "twice"),
        (b"Kundennummer;Mobil;Handy\r\n1;A;B\r\n", "mean the same"),
        (b'Kundennummer;Nachname\r\n1;Gut\r\n2;"offen\r\n', "broken"),
    ],
)
def test_a_file_that_cannot_be_a_list_is_refused_before_anything_is_written(take, content, words):
    with pytest.raises(FileRefused, match=words):
        take(content)
    assert not Customer.objects.exists()
    assert not take.errors.exists()


def test_too_many_rows_are_refused_before_anything_is_written(take, monkeypatch):
    monkeypatch.setattr("contacts.customers.importing.limits.MAX_ROWS", 2)
    with pytest.raises(FileRefused, match="more than 2 rows"):
        take(text(row("1"), row("2"), row("3")))
    assert not Customer.objects.exists()


# --- the error file: correct it there and import it


def test_the_error_file_is_corrected_and_imported(take, tmp_path):
    take(
        text(row("1"), row("2", Geburtsdatum="31.02.2000", Art="Hund"), row("3", Vorname="=cmd|'/c calc'!A1", Art="?"))
    )
    raw = take.errors.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig")), delimiter=";"))
    assert [r["Zeile"] for r in rows] == ["3", "4"]
    assert rows[0]["Spalte"] == "Art | Geburtsdatum"
    assert rows[0]["Wert"] == "Hund | 31.02.2000"
    assert rows[1]["Vorname"] == "'=cmd|'/c calc'!A1"
    corrected = raw.decode("utf-8-sig").replace(";Hund;", ";Verbraucher;").replace(";31.02.2000;", ";28.02.2000;")
    corrected = corrected.replace(";?;", ";Verbraucher;")
    again = take(corrected)
    assert counts(again) == {"created": 2}
    assert Customer.objects.get(number="3").first_name == "=cmd|'/c calc'!A1"


def test_without_an_error_there_is_no_error_file(take):
    take(text(ERIKA))
    assert not take.errors.exists()


# --- the second import


def test_the_same_list_again_changes_nothing(take):
    take(text(ERIKA))
    before = (AuditEntry.objects.count(), OutboxMessage.objects.count())
    assert counts(take(text(ERIKA))) == {"same": 1}
    assert (AuditEntry.objects.count(), OutboxMessage.objects.count()) == before


def test_a_second_import_updates_by_number_and_an_empty_cell_deletes_nothing(take):
    take(text(ERIKA))
    report = take(text(row("4711", Nachname="Schmidt", Mobil="0171 3920002", Herkunft="Kunde")))
    erika = Customer.objects.get()
    assert counts(report) == {"changed": 1, "addresses": 2}
    assert (erika.last_name, erika.first_name) == ("Schmidt", "Erika")
    assert erika.contact_points.count() == 7
    entry = AuditEntry.objects.filter(verb="customer.changed").get()
    assert (entry.before, entry.after["last_name"]) == ({"last_name": "Müller-Lüdenscheidt"}, "Schmidt")
    told = OutboxMessage.objects.get(topic="customer.grounds_changed")
    assert told.payload == {"customer_id": erika.pk, "because": "import"}


def test_an_address_that_was_retired_does_not_come_back(take, now):
    take(text(ERIKA))
    ContactPoint.objects.filter(channel="email").update(retired_at=now)
    assert counts(take(text(ERIKA))) == {"same": 1}
    assert not ContactPoint.objects.filter(channel="email", retired_at__isnull=True).exists()


def test_an_import_changes_the_source_of_no_address(take):
    take(text(row("1", **{"E-Mail": "a@b.example", "Herkunft": "gekauft"})))
    take(text(row("1", **{"E-Mail": "a@b.example", "Herkunft": "Vertrag"})))
    assert ContactPoint.objects.get().source == "bought_list"


# --- refusals in the list, and refusals that were there before


def test_an_advertising_block_is_an_objection_and_binds_the_addresses(take):
    take(text(row("1", **{"E-Mail": "a@b.example", "Herkunft": "Kunde", "Werbesperre": "ja"})))
    objection = Objection.objects.get()
    assert (objection.scope, objection.how, objection.customer.number) == ("marketing_objection", "imported", "1")
    assert SuppressionEntry.objects.count() == 1
    assert objection_against(ContactPoint.objects.get()) == "marketing_objection"
    take(text(row("1", Werbesperre="ja")))
    assert Objection.objects.count() == 1


def test_nein_takes_no_objection_back(take):
    take(text(row("1", Werbesperre="ja")))
    take(text(row("1", Werbesperre="nein")))
    assert Objection.objects.count() == 1


def test_a_refused_address_stays_refused_under_a_new_number(take):
    take(text(row("1", **{"E-Mail": "a@b.example", "Herkunft": "Kunde", "Werbesperre": "ja"})))
    report = take(text(row("2", **{"E-Mail": "A@B.example", "Herkunft": "gekauft"})))
    assert report.tally.suppressed == 1
    assert objection_against(ContactPoint.objects.get(customer__number="2")) == "marketing_objection"


def test_a_refusal_binds_the_person_and_not_the_house(take):
    home = {"Straße": "Hochhaus 1", "Ort": "Köln", "Herkunft": "Vertrag"}
    take(text(row("1", Nachname="Alt", Werbesperre="ja", **home), row("2", Nachname="Neu", **home)))
    again = row("3", Nachname="ALT", **home)
    assert take(text(again)).tally.suppressed == 1
    said = {p.customer.number: objection_against(p) for p in ContactPoint.objects.all()}
    assert said == {"1": "marketing_objection", "2": "none", "3": "marketing_objection"}


def test_an_address_that_comes_after_an_objection_is_suppressed_too(take):
    take(text(row("1", Werbesperre="ja")))
    assert not SuppressionEntry.objects.exists()
    take(text(row("1", **{"E-Mail": "a@b.example", "Herkunft": "Kunde"})))
    take(text(row("2", **{"E-Mail": "a@b.example", "Herkunft": "gekauft"})))
    assert objection_against(ContactPoint.objects.get(customer__number="2")) == "marketing_objection"


def test_an_advertising_block_needs_a_person_who_answers_for_it(take):
    report = take(text(row("1", Werbesperre="ja"), row("2")), actor=Job("import_customers"))
    assert "--acting" in error(report)[3]
    assert list(Customer.objects.values_list("number", flat=True)) == ["2"]


# --- the run itself


def test_a_dry_run_tells_the_faults_and_writes_nothing(take):
    report = take(text(row("1"), row("2", Art="Hund")), dry_run=True)
    assert (report.tally.refused, report.source.rows) == (1, 2)
    assert not Customer.objects.exists()


def test_a_default_source_counts_only_where_the_row_says_nothing(take):
    rows = (row("1", **{"E-Mail": "a@b.example"}), row("2", **{"E-Mail": "c@d.example", "Herkunft": "gekauft"}))
    take(text(*rows), default_source="data_subject")
    assert dict(ContactPoint.objects.values_list("customer__number", "source")) == {
        "1": "data_subject",
        "2": "bought_list",
    }


def test_a_row_that_the_database_refuses_does_not_take_its_neighbours_along(take, cast):
    """Another transaction took the number between reading and writing: only that row is refused."""
    from unittest.mock import patch

    from contacts.customers.importing.customers import planning

    take(text(row("2")))
    with patch.object(planning, "_known", lambda records, lock: {}):
        report = take(text(row("1"), row("2"), row("3")))
    assert "database refused" in error(report)[3]
    assert set(Customer.objects.values_list("number", flat=True)) == {"1", "2", "3"}


def test_each_new_customer_has_one_audit_entry_by_the_person_who_imports(take, cast):
    take(text(row("1"), row("2")))
    entries = AuditEntry.objects.filter(verb="customer.created")
    assert {(entry.subject_id, entry.actor) for entry in entries} == {("1", cast.clara), ("2", cast.clara)}


def test_queries_grow_with_chunks_not_with_rows(take, django_assert_max_num_queries, monkeypatch):
    monkeypatch.setattr("contacts.customers.importing.engine.reset_queries", lambda: None)
    rows = [row(str(number), **{"E-Mail": f"k{number}@b.example", "Herkunft": "Kunde"}) for number in range(600)]
    with django_assert_max_num_queries(2 * 16 + 2):
        take(text(*rows))


def test_a_chunk_asks_the_database_the_same_however_many_rows_it_has(take, monkeypatch):
    """New customers, changed ones, addresses and advertising blocks: the queries count chunks, not rows."""

    monkeypatch.setattr("contacts.customers.importing.engine.reset_queries", lambda: None)

    def queries(count: int, name: str) -> int:
        cells = {"Nachname": name, "E-Mail": "{}@b.example", "Herkunft": "Kunde", "Werbesperre": "ja"}
        rows = [row(f"{name}{n}", **cells | {"E-Mail": f"{name}{n}@b.example"}) for n in range(count)]
        take(text(*rows[::2]))
        with CaptureQueriesContext(connection) as captured:
            take(text(*(line.replace("ja", "nein").replace(f";{name};", ";Anders;") for line in rows)))
        return len(captured)

    few, many = queries(10, "Wenige"), queries(490, "Viele")
    print(f"\n{many} queries a chunk")
    assert many == few
