"""A list with faults in a phone-sized browser: matched, checked, imported by the worker, mended in the error file,
imported again, and undone."""

import pytest
from openpyxl import Workbook
from playwright.sync_api import expect

from contacts.customers.importing import working
from contacts.customers.models import Customer, ImportRun

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
PHONE = {"viewport": {"width": 320, "height": 700}}


def workbook(path):
    found = Workbook()
    sheet = found.active
    sheet.append(["Kd-Nr", "Nachname", "Geburtsdatum", "E-Mail", "Herkunft"])
    sheet.append([1001, "Muster", "01.02.1980", "a@kundin.example", "Vertrag"])
    sheet.append([1002, "Schmidt", "31.02.1980", "b@kundin.example", "Vertrag"])
    for number in range(1003, 1010):
        sheet.append([number, "Meier", None, f"k{number}@kundin.example", "Vertrag"])
    found.save(path)
    return path


def look(clara, name: str) -> None:
    """A picture, and nothing sticks out of the phone."""
    clara.shot(name)
    assert clara.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), name


def test_a_list_with_a_fault_is_mended_and_imported(company, worker, visit, tmp_path, settings, monkeypatch):
    monkeypatch.setenv("MEDIA_ROOT", str(settings.MEDIA_ROOT))
    clara = visit("clara", **PHONE)
    page = clara.page
    page.goto("/imports/")
    page.set_input_files("input[type=file]", str(workbook(tmp_path / "kunden.xlsx")))
    look(clara, "import-1-upload")
    page.get_by_role("button", name="Upload and look at it").click()
    page.wait_for_url("**/columns/")
    page.get_by_role("button", name="Check the list").click()
    expect(page.get_by_role("alert")).to_contain_text("There is no column “Kundennummer”")
    page.get_by_label("Kd-Nr").select_option("number")
    look(clara, "import-2-columns")
    page.get_by_role("button", name="Check the list").click()
    expect(page.get_by_role("button", name="Import 8 customers")).to_be_visible()
    look(clara, "import-3-check")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the refused rows with reasons").click()
    faults = download.value.path().read_text("utf-8-sig")
    page.get_by_role("button", name="Import 8 customers").click()
    expect(page.get_by_text("Finished")).to_be_visible()
    look(clara, "import-4-done")
    assert Customer.objects.count() == 8
    mended = tmp_path / "mended.csv"
    mended.write_text(faults.replace(";31.02.1980;b@", ";28.02.1980;b@"), "utf-8-sig")
    page.goto("/imports/")
    page.set_input_files("input[type=file]", str(mended))
    page.get_by_role("button", name="Upload and look at it").click()
    page.get_by_role("button", name="Check the list").click()
    page.get_by_role("button", name="Import 1 customer").click()
    expect(page.get_by_text("Finished")).to_be_visible()
    assert Customer.objects.get(number="1002").birth_date.isoformat() == "1980-02-28"
    page.get_by_role("button", name="Undo this import").click()
    expect(page.get_by_text("Undone", exact=True)).to_be_visible()
    look(clara, "import-5-undone")
    assert not Customer.objects.filter(number="1002").exists()


def test_the_page_of_a_long_import_moves_by_itself(company, visit, tmp_path, monkeypatch):
    """The script asks every five seconds; at the end the page shows the result without a click."""
    monkeypatch.setattr(working, "AT_ONCE", 2)
    clara = visit("clara")
    page = clara.page
    page.goto("/imports/")
    lines = "".join(f"{n};Muster\n" for n in range(5))
    page.set_input_files(
        "input[type=file]",
        {"name": "l.csv", "mimeType": "text/csv", "buffer": f"Kundennummer;Nachname\n{lines}".encode()},
    )
    page.get_by_role("button", name="Upload and look at it").click()
    page.get_by_role("button", name="Check the list").click()
    expect(page.get_by_role("status").filter(has_text="0 of 5")).to_be_visible()
    clara.shot("import-6-progress")
    working.start(ImportRun.objects.get(), at=ImportRun.objects.get().created_at)
    expect(page.get_by_role("button", name="Import 5 customers")).to_be_visible(timeout=15_000)
