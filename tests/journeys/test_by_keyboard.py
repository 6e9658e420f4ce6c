"""What each role is here for, from the sign-in on, by the keyboard alone. The learner's journey is in test_training.py
and runs in CI; these need KONTAKTKLAR_LONG=1."""

import os

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from consent.services import links
from contacts.requests.models import ContactRequest
from contacts.requests.services import reviewing, submitting
from portal.audit import watching
from portal.people.models import User
from tests import cast as players
from tests.cast import make_customer, point
from tests.journeys.conftest import Visitor
from tests.journeys.keyboard import choose, pick, press, tick, without_a_mouse, write
from tests.requests.scenes import agreed_to_advertising, reminder_by_sms, report_by_mail

pytestmark = [
    pytest.mark.journey,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(os.environ.get("KONTAKTKLAR_LONG") != "1", reason="KONTAKTKLAR_LONG=1 walks these"),
]


@pytest.fixture
def erika(company):
    customer = make_customer(timezone.now(), language="en")
    point(customer, "sms", "0171 5550000", now=timezone.now())
    return customer


@pytest.fixture
def hands(browser, live_server):
    """`hands("anna")`: the page of somebody who has signed in by the keyboard."""
    visitors: list[Visitor] = []

    def sit_down(name: str) -> Page:
        visitors.append(without_a_mouse(Visitor(browser, live_server.url, name)))
        page = visitors[-1].page
        page.set_default_timeout(60_000)  # none of these is about speed
        page.goto("/login/")
        write(page.locator("input[name=login]"), f"{name}@firma.example")
        write(page.locator("input[name=password]"), players.PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url("**/")
        return page

    yield sit_down
    for visitor in visitors:
        visitor.close()


def go(page: Page, *paths: str) -> None:
    """Over the links of the pages, each reached by Tab."""
    for path in paths:
        press(page.locator(f"a[href='{path}']:visible").first)
        page.wait_for_url(f"**{path}")


def find(page: Page, words: str) -> None:
    write(page.locator("main input[name=q]"), words)
    page.keyboard.press("Enter")
    page.wait_for_url("**q=*")


def main(page: Page):
    return page.locator("main")


def test_an_employee_asks_and_hands_in(hands, erika):
    page = hands("anna")
    go(page, "/check/")
    find(page, "4711")
    go(page, "/check/customers/4711/")
    pick(page, "purpose", "debt_collection")
    choose(page, "contact_point", str(erika.contact_points.get(channel="sms").pk))
    write(page.locator("textarea[name=draft_text]"), "Ihre Rechnung vom Oktober ist noch offen.")
    press(main(page).get_by_role("button", name="Get the answer"))
    expect(page.locator(".verdict")).to_contain_text("Approval needed")
    press(page.locator("form[action$='/submit/'] button"))
    expect(main(page)).to_contain_text("Mona Beispiel")
    assert ContactRequest.objects.get().state == "with_manager"


def test_a_manager_decides(hands, company, erika):
    cast, accounts = company
    now = timezone.now()
    asked = submitting.submit(cast.anna, request=reminder_by_sms(cast, erika, accounts, now), at=now)
    page = hands("mona")
    go(page, "/inbox/", f"/inbox/{asked.number}/")
    press(page.locator("button[name=verdict][value=approved]"))
    expect(main(page)).to_contain_text("All decided")
    asked.refresh_from_db()
    assert asked.state == "granted"


def test_the_officer_decides_a_hard_case(hands, company, erika):
    cast, accounts = company
    now = timezone.now()
    asked = submitting.submit(cast.anna, request=report_by_mail(cast, erika, accounts, now), at=now)
    reviewing.review(cast.mona, request=asked, verdict="approved", reason="", at=now)
    page = hands("dora")
    go(page, "/inbox/", f"/inbox/{asked.number}/")
    write(page.locator("textarea[name=reason]"), "Der Befund gehört nicht in eine E-Mail.")
    press(page.locator("button[name=verdict][value=refused]"))
    expect(main(page)).to_contain_text("All decided")
    asked.refresh_from_db()
    assert asked.state == "refused"


def test_the_consent_officer_records_a_withdrawal(hands, company, erika):
    consent = agreed_to_advertising(company[0], erika, timezone.now())
    page = hands("clara")
    go(page, "/customers/")
    find(page, "4711")
    go(page, "/customers/4711/", f"/customers/4711/consents/{consent.pk}/")
    go(page, f"/customers/4711/consents/{consent.pk}/withdraw/")
    choose(page, "how", "written")
    press(main(page).get_by_role("button", name="Withdraw the consent"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Erika Mustermann")
    consent.refresh_from_db()
    assert consent.withdrawn_at is not None


def test_the_administrator_takes_a_person_on(hands, company):
    page = hands("adam")
    go(page, "/people/", "/people/new/")
    for name, words in {"first_name": "Nele", "last_name": "Neu", "person_number": "N-7"}.items():
        write(page.locator(f"input[name={name}]"), words)
    write(page.locator("input[name=email]"), "nele@firma.example")
    tick(page, "roles", ["employee"])
    expect(page.locator("input[name=roles][value=employee]")).to_be_checked()
    press(main(page).get_by_role("button", name="Save and show the first password"))
    expect(main(page)).to_contain_text("nele@firma.example")
    assert User.objects.get(email="nele@firma.example").roles == ["employee"]


def test_the_auditor_verifies_the_trail(hands, company, erika):
    now = timezone.now()
    agreed_to_advertising(company[0], erika, now)
    watching.seal_and_anchor(at=now)
    watching.verify_nightly(at=now)
    page = hands("rita")
    go(page, "/audit/", "/audit/state/")
    expect(main(page)).to_contain_text("Right")
    with page.expect_download() as download:
        press(page.get_by_role("link", name="Download all signed heads"))
    assert download.value.path().read_text().strip()


def test_a_customer_withdraws_on_the_own_page(browser, live_server, company, erika, settings):
    settings.SITE_URL = live_server.url
    consent = agreed_to_advertising(company[0], erika, timezone.now())
    link = links.preference_link(customer=erika, point=erika.contact_points.get(channel="email"), at=timezone.now())
    visitor = without_a_mouse(Visitor(browser, live_server.url, "nobody", locale="en-GB"))
    page = visitor.page
    page.goto(f"/p/{links.token_of_link(link)}/")
    press(page.get_by_role("button", name="Switch off Advertising, E-mail"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Your choices are saved")
    consent.refresh_from_db()
    assert consent.withdrawn_at is not None
    visitor.close()
