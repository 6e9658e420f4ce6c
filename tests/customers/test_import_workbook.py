"""A customer list as a workbook: days are days, numbers their digits, and what Excel may have changed is refused."""

import datetime as dt

import pytest
from openpyxl import Workbook

from contacts.customers.importing.engine import import_file
from contacts.customers.models import ContactPoint, Customer

pytestmark = pytest.mark.django_db
HEADER = ["Kundennummer", "Nachname", "Geburtsdatum", "Telefon", "Straße", "PLZ", "Ort", "Land", "Herkunft", "Robinson"]


@pytest.fixture
def take(tmp_path, cast, now):
    """`take({...}, ...)` imports a workbook with one row for each dictionary of cells by column."""

    def take(*rows: dict, **options):
        book = Workbook()
        book.active.append(HEADER)
        for cells in rows:
            said = {"Kundennummer": "1", "Nachname": "Muster"} | cells
            book.active.append([said.get(name) for name in HEADER])
        book.save(tmp_path / "liste.xlsx")
        return import_file(tmp_path / "liste.xlsx", actor=cast.clara, at=now, **options)

    return take


def test_a_workbook_says_the_same_as_a_text_file(take):
    report = take(
        {
            "Kundennummer": 4711,
            "Geburtsdatum": dt.date(1980, 2, 1),
            "Telefon": "+49 221 5554711",
            "Straße": "Heidestraße 17",
            "PLZ": "01067",
            "Ort": "Dresden",
            "Herkunft": "Vertrag",
            "Robinson": True,
        }
    )
    assert (report.tally.created, report.tally.addresses, report.first_errors) == (1, 2, [])
    customer = Customer.objects.get()
    assert (customer.number, customer.birth_date, customer.robinson_listed) == ("4711", dt.date(1980, 2, 1), True)
    assert dict(ContactPoint.objects.values_list("channel", "value")) == {
        "phone": "+49 221 5554711",
        "letter": "Heidestraße 17, 01067 Dresden",
    }


@pytest.mark.parametrize(
    ("cells", "column", "reason"),
    [
        ({"Kundennummer": 4711.5}, "Kundennummer", "decimal number"),
        ({"Kundennummer": 1e15}, "Kundennummer", "more than 15 digits"),
        ({"Kundennummer": "=A1"}, "Kundennummer", "formula"),
        ({"Kundennummer": dt.date(2026, 1, 2)}, "Kundennummer", "keeps a date here"),
        ({"Nachname": "=A1"}, "Nachname", "formula"),
        ({"Nachname": True}, "Nachname", "true or false"),
        ({"Geburtsdatum": dt.datetime.fromisoformat("1980-02-01T10:00")}, "Geburtsdatum", "time of day"),
        ({"Geburtsdatum": 29252}, "Geburtsdatum", "keeps a number here"),
        ({"Telefon": 2215554711, "Herkunft": "Vertrag"}, "Telefon", "leading zeros and a plus sign are lost"),
        ({"Straße": "Weg 1", "PLZ": 1067, "Ort": "Dresden", "Herkunft": "Vertrag"}, "PLZ", "only 4 digits"),
        ({"Straße": dt.date(2026, 5, 1), "Ort": "Köln", "Herkunft": "Vertrag"}, "Straße", "keeps a date here"),
    ],
)
def test_what_excel_may_have_changed_is_refused_with_a_way_out(take, cells, column, reason):
    report = take({"Kundennummer": "2"}, cells)
    found = report.first_errors[0]
    assert (found.row.line, found.column) == (3, column)
    assert reason in found.reason and found.fix.endswith(".")
    assert list(Customer.objects.values_list("number", flat=True)) == ["2"]


def test_a_short_postcode_of_another_country_is_taken(take):
    take({"Straße": "Weg 1", "PLZ": 1010, "Ort": "Wien", "Land": "Österreich", "Herkunft": "Vertrag"})
    assert ContactPoint.objects.get().value == "Weg 1, 1010 Wien, Österreich"


def test_a_formula_in_a_column_that_is_not_taken_does_not_matter(take):
    fields = ["number", "last_name", "", "", "", "", "", "", "", ""]
    assert take({"Geburtsdatum": "=TODAY()"}, fields=fields).tally.created == 1


def test_the_error_file_of_a_workbook_is_a_text_file_that_can_be_mended(take, tmp_path, cast, now):
    errors = tmp_path / "errors.csv"
    take({"Geburtsdatum": dt.date(2126, 1, 1)}, {"Kundennummer": "2", "Nachname": "=1+1"}, errors=errors)
    text = errors.read_text("utf-8-sig")
    assert "2126-01-01" in text and "formula" in text
    errors.write_text(text.replace(";Muster;2126-01-01", ";Muster;1980-01-01"), "utf-8-sig")
    assert import_file(errors, actor=cast.clara, at=now).tally.created >= 1
    assert Customer.objects.get(number="1").birth_date == dt.date(1980, 1, 1)
