"""docs/demo.md, walked: its main steps in a browser, in German, in a demo company that was loaded a moment ago.

Loading it takes most of a minute, so this is for KONTAKTKLAR_LONG=1; the words of the page are tested each time.
"""

import io
import os
import re
import subprocess
import sys
import zipfile

import pytest
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import Page, expect

from portal.desk.demo.company import PASSWORD
from portal.outbox.delivery import deliver_due
from tests.journeys.conftest import browser  # noqa: F401

LONG = os.environ.get("KONTAKTKLAR_LONG") == "1"
pytestmark = [
    pytest.mark.journey,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not LONG, reason="the walk through the demo company is for KONTAKTKLAR_LONG=1"),
]


@pytest.fixture
def window(browser, live_server, settings):  # noqa: F811
    """`window("anke")` is a German window of a colleague, `window()` one of nobody."""
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.LENIENT, settings.SITE_URL = True, live_server.url
    call_command("demo", stdout=io.StringIO())
    opened = []

    def window(who: str = "") -> Page:
        opened.append(browser.new_context(base_url=live_server.url, locale="de-DE", accept_downloads=True))
        page = opened[-1].new_page()
        page.set_default_timeout(20_000)
        if who:
            page.goto("/login/")
            page.fill("input[name=login]", f"{who}@nordlicht.example")
            page.fill("input[name=password]", PASSWORD)
            page.get_by_role("button", name="Anmelden", exact=True).click()
            page.wait_for_url("**/")
        return page

    yield window
    for context in opened:
        context.close()


def deliver() -> None:
    while deliver_due(at=timezone.now()):
        """What the worker of the demo does every few seconds."""


def test_the_ten_minutes_go_as_the_page_says(window, tmp_path):
    ankes_question(window("anke"))
    markus_decides(window("markus"))
    the_stale_consent(window("dora"))
    sven = window("sven")
    heike_withdraws(sven, window("clara"), window("dora"), window())
    training(window("lena"), window("markus"))
    is_it_all_true(window("dora"), window("rita"), tmp_path)


def ankes_question(page):
    page.locator("main").get_by_role("searchbox").or_(page.locator("main input[name=q]")).first.fill("Mustermann")
    page.get_by_role("button", name="Nachschlagen").click()
    page.locator("main").get_by_role("link", name="Erika Mustermann").click()
    page.locator("select[name=purpose]").select_option(label="Offene Rechnung")
    page.get_by_label(re.compile("Instagram: erika_m_koeln")).check()
    page.get_by_label("Mein privates Konto oder privates Telefon").check()
    page.locator("textarea[name=draft_text]").fill("Hallo Frau Mustermann, die Rechnung ist noch offen.")
    page.get_by_role("button", name="Antwort holen").click()
    expect(page.locator("main")).to_contain_text("Nein, nicht per Instagram von Ihrem privaten Konto.")
    expect(page.locator("main")).to_contain_text("Das ist sofort möglich: Brief")
    for rule in ("DEB-04", "SRC-01", "ACC-01"):
        expect(page.locator("main")).to_contain_text(rule)
    page.get_by_role("button", name=re.compile("Diesen Weg nehmen.*Brief", re.DOTALL)).first.click()
    expect(page.locator("main")).to_contain_text("Ja, per Brief, für: Offene Rechnung.")
    expect(page.locator("main")).to_contain_text("Hallo Frau Mustermann")
    page.get_by_role("button", name="Freigabe holen").click()
    expect(page.locator("main")).to_contain_text(re.compile(r"P-\d{6}-\d\d"))


def markus_decides(page):
    expect(page.locator("main")).to_contain_text("2 Anfragen warten auf Ihre Entscheidung")
    page.goto("/inbox/")
    page.locator("main").get_by_role("link", name=re.compile("Sven Kowalski")).first.click()
    expect(page.locator("main")).to_contain_text("Telefonbuch")
    page.get_by_role("button", name="Freigeben", exact=True).click()
    expect(page.locator("main")).not_to_contain_text("Sven Kowalski")


def the_stale_consent(page):
    page.goto("/inbox/")
    page.locator("main").get_by_role("link", name=re.compile("Katrin Wagner")).first.click()
    expect(page.locator("main")).to_contain_text("Lange ungenutzt.")


def heike_withdraws(sven, clara, dora, heike):
    sven.goto("/permits/")
    row = sven.locator("main tr", has_text="Heike Quast")
    expect(row).to_contain_text("Gültig")
    clara.goto("/customers/?q=Heike+Quast")
    clara.locator("main").get_by_role("link", name="Heike Quast").click()
    clara.get_by_role("link", name="Link zu den Kontaktwünschen senden").click()
    clara.get_by_role("button", name="Link senden").click()
    expect(clara.locator("main")).to_contain_text("Der Link ist unterwegs")
    deliver()
    dora.goto("/mails/")
    dora.locator("main tr", has_text="heike.quast").first.get_by_role("link").click()
    dora.wait_for_url("**/mails/*/")
    heike.goto(re.search(r"https?://\S+/p/\S+", dora.locator("main").inner_text()).group())
    heike.get_by_role("link", name="Keine Werbung").or_(heike.get_by_role("button", name="Keine Werbung")).first.click()
    heike.get_by_role("button", name="Ja, keine Werbung").click()
    expect(heike.locator("main")).to_contain_text("Sie erhalten keine Werbung mehr.")
    deliver()
    sven.reload()
    expect(row).to_contain_text("Entzogen")


def training(lena, markus):
    expect(lena.locator("main")).to_contain_text("Überfällig")
    lena.goto("/check/customers/4711/")
    lena.locator("select[name=purpose]").select_option(label="Service")
    lena.get_by_label(re.compile("E-Mail: erika")).check()
    lena.get_by_role("button", name="Antwort holen").click()
    expect(lena.locator("main")).to_contain_text("Ja, per E-Mail, für: Service.")
    expect(lena.locator("main")).to_contain_text("Ihre Schulung ist nicht gültig")
    lena.goto("/training/")
    lena.locator("main").get_by_role("link", name=re.compile("Kundenkontakt und Datenschutz")).first.click()
    expect(lena.get_by_role("link", name=re.compile(r"^[1-8]\. "))).to_have_count(8)
    markus.goto("/team/")
    expect(markus.locator("main")).to_contain_text("Antworten, Punkte und Versuche sieht allein die Person selbst")


def is_it_all_true(dora, rita, folder):
    call_command("audit_anchor", stdout=io.StringIO())
    dora.goto("/audit/")
    expect(dora.locator("main")).to_contain_text("Anke Petersen")
    dora.get_by_role("link", name=re.compile("Stand des Protokolls")).click()
    expect(dora.locator("main")).to_contain_text("Rechtzeitig")
    rita.goto("/evidence/")
    rita.get_by_label("Kundennummer").first.fill("4711")
    with rita.expect_download() as pack:
        rita.get_by_role("button", name=re.compile("Paket herausgeben.*Zu einem Kunden", re.DOTALL)).click()
    unpacked = folder / "pack"
    zipfile.ZipFile(pack.value.path()).extractall(unpacked)
    checked = subprocess.run([sys.executable, "verify.py"], cwd=unpacked, capture_output=True, text=True)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    call_command("audit_verify", stdout=io.StringIO())
