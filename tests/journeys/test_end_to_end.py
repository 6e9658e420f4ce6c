"""The whole story in a browser: import, a forbidden question, a request that is approved and used, and a permit
that a withdrawal kills."""

import email
import email.policy
import time

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from contacts.customers.models import Customer
from portal.audit.models import AuditEntry
from tests.cast import point, wording

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

LIST = (
    "Kundennummer;Art;Beziehung;Vorname;Nachname;Straße;PLZ;Ort;E-Mail;Letzter Kauf;Herkunft\r\n"
    '4711;Verbraucher;Kunde;Erika;Mustermann;"Heidestraße 17";51147;Köln;erika@kundin.example;01.10.2026;Vertrag\r\n'
    "4712;Verbraucher;Interessent;Jörg;Großmann;Ährenweg 3;50667;Köln;;;Empfehlung\r\n"
    "4713;Verbraucher;Kunde;Ohne;Quelle;Weg 1;50667;Köln;ohne@kunde.example;;\r\n"
).encode("cp1252")


def subjects(folder):
    files = folder.glob("*.eml") if folder.exists() else []
    return [email.message_from_bytes(path.read_bytes(), policy=email.policy.default)["Subject"] for path in files]


def wait_for_mail(folder, start: str) -> None:
    for _ in range(60):
        if any(subject.startswith(start) for subject in subjects(folder)):
            return
        time.sleep(0.5)
    raise AssertionError(f"no mail “{start}...” among {subjects(folder)}")


def test_from_the_import_to_the_withdrawal(company, worker, visit, mail_folder, tmp_path):
    import_the_list(visit("clara"), tmp_path)
    the_accountants_question(visit("anna"))
    permit = the_sales_letter(visit, mail_folder)
    the_newsletter_dies(visit, mail_folder)
    the_evidence(visit("dora"), permit)


def import_the_list(clara, folder):
    path = folder / "kunden.csv"
    path.write_bytes(LIST)
    clara.page.goto("/imports/")
    clara.page.set_input_files("input[type=file]", str(path))
    clara.page.locator("main form button").first.click()
    clara.page.wait_for_url("**/imports/*/columns/")
    clara.page.locator("main form button").first.click()
    clara.page.wait_for_url("**/imports/*/")
    clara.page.get_by_role("button", name="Import 2 customers").click()
    clara.shot("01-import")
    assert set(Customer.objects.values_list("number", flat=True)) == {"4711", "4712"}
    assert Customer.objects.get(number="4712").last_name == "Großmann"


def the_accountants_question(anna):
    erika = Customer.objects.get(number="4711")
    point(
        erika,
        "social_dm",
        "erika_m",
        now=timezone.now(),
        platform="instagram",
        source="searched_by_employee",
    )
    page = anna.page
    page.goto("/check/")
    page.locator("main").get_by_role("searchbox").fill("mustermann")
    page.get_by_role("button", name="Find").click()
    page.get_by_role("link", name="Erika Mustermann").click()
    page.select_option("select[name=purpose]", "debt_collection")
    page.get_by_label("Instagram: erika_m").check()
    page.get_by_label("My private account or private phone").check()
    page.get_by_label("what you want to say").fill("Hallo Frau Mustermann, die Rechnung vom Oktober ist noch offen.")
    page.get_by_role("button", name="Get the answer").click()
    expect(page.locator(".verdict")).to_contain_text("Not allowed")
    expect(page.locator(".verdict")).to_contain_text("Letter")
    anna.shot("02-forbidden")
    page.locator(".way", has_text="Letter").get_by_role("button").click()
    expect(page.locator(".verdict")).to_contain_text("Yes, over Letter")
    anna.shot("03-letter-allowed")
    page.get_by_role("button", name="Get the permit").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Permit P-")
    anna.shot("04-permit")


def the_sales_letter(visit, mail_folder) -> str:
    sven, mona = visit("sven"), visit("mona")
    page = sven.page
    page.goto("/check/customers/4712/")
    page.select_option("select[name=purpose]", "marketing")
    page.locator("input[name=contact_point]").first.check()
    page.get_by_role("button", name="Get the answer").click()
    expect(page.locator(".verdict")).to_contain_text("Approval needed")
    page.get_by_role("button", name="Ask for approval").click()
    expect(page.locator("main")).to_contain_text("is handed in")
    wait_for_mail(mail_folder, "Decision needed")
    mona.page.goto("/inbox/")
    mona.shot("05-inbox")
    mona.page.locator(".row-link").first.click()
    mona.shot("06-review")
    mona.page.get_by_role("button", name="Approve").click()
    expect(mona.page.locator("main")).to_contain_text("All decided")
    wait_for_mail(mail_folder, "Approved until")
    page.reload()
    page.get_by_role("link", name="Permit P-").click()
    page.get_by_role("button", name="Make contact now").click()
    page.get_by_label("Sent").check()
    page.get_by_role("button", name="Save").click()
    expect(page.locator("h1")).to_contain_text("Used up")
    sven.shot("07-used")
    return page.url.rstrip("/").rsplit("/", 1)[-1]


def the_newsletter_dies(visit, mail_folder):
    sven, clara = visit("sven"), visit("clara")
    wording("marketing", "email")
    clara.page.goto("/customers/4711/consents/new/")
    clara.page.select_option("select[name=purpose]", "marketing")
    clara.page.select_option("select[name=channel]", "email")
    clara.page.get_by_role("button", name="Next: the evidence").click()
    clara.page.locator("[name=how]").first.select_option("paper")
    clara.page.select_option("select[name=text]", str(wording("marketing", "email").pk))
    clara.page.fill("[name=evidence]", "Formular 12/2026, Ordner 3")
    clara.page.get_by_role("button", name="Record the consent").click()
    expect(clara.page.locator("#consents + table")).to_contain_text("Given")
    page = sven.page
    page.goto("/check/customers/4711/?purpose=marketing")
    page.get_by_label("E-mail: erika@kundin.example").check()
    page.get_by_label("says how to opt out").check()
    page.get_by_role("button", name="Get the answer").click()
    page.get_by_role("button", name="Get the permit").click()
    expect(page.get_by_role("button", name="Make contact now")).to_be_visible()
    permit_page = page.url
    clara.page.goto("/customers/4711/")
    clara.shot("08-customer")
    clara.page.get_by_role("link", name="Withdraw").click()
    clara.page.locator("main form button").first.click()
    page.get_by_role("button", name="Make contact now").click()
    expect(page.locator("main")).to_contain_text("Stop")
    page.goto(permit_page)
    expect(page.locator("h1")).to_contain_text("Revoked")
    sven.shot("09-killed")
    wait_for_mail(mail_folder, "Stop: permit")


def the_evidence(dora, permit):
    dora.page.goto("/audit/")
    expect(dora.page.locator("main")).to_contain_text("permit.revoked")
    dora.shot("10-audit")
    verbs = list(AuditEntry.objects.filter(subject_id=permit).order_by("pk").values_list("verb", flat=True))
    assert verbs == ["permit.granted", "permit.used", "contact.logged"]
