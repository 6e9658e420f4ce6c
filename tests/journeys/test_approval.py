"""Four eyes in real browsers: two people, a deputy, a change that drops an approval, a warning that could not wait."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from contacts.requests.models import ContactRequest, Permit
from portal.audit.models import AuditEntry
from tests.cast import make_customer, point
from tests.journeys.test_end_to_end import wait_for_mail

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}


@pytest.fixture
def erika(company):
    now = timezone.now()
    customer = make_customer(now)
    point(customer, "sms", "0171 5550000", now=now)
    point(customer, "messenger", "0172 5551111", now=now, platform="whatsapp", source="referral")
    return customer


def ask(page: Page, purpose: str, way: str, text: str, *boxes: str) -> None:
    page.goto("/check/customers/4711/")
    page.select_option("select[name=purpose]", purpose)
    page.get_by_label(re.compile(way)).check()
    page.get_by_label("what you want to say").fill(text)
    for box in boxes:
        if not page.get_by_label(box).is_visible():
            page.get_by_text("More about this contact").click()
        page.get_by_label(box).check()
    page.get_by_role("button", name="Get the answer").click()
    expect(page.locator(".verdict")).to_be_visible()


def contact(page: Page, result: str) -> None:
    page.get_by_role("link", name="Permit P-").click()
    page.get_by_role("button", name="Make contact now").click()
    page.locator(f"input[name=result][value={result}]").check()
    page.get_by_role("button", name="Save").click()
    expect(page.locator("h1")).to_contain_text("Used up")


def test_two_people_from_the_request_to_the_contact(company, worker, visit, mail_folder, erika):
    anna, mona = visit("anna"), visit("mona", **PHONE)
    ask(anna.page, "debt_collection", "SMS", "Ihre Rechnung vom Oktober ist noch offen.")
    expect(anna.page.locator(".verdict")).to_contain_text("Approval needed")
    anna.page.get_by_role("button", name="Ask for approval").click()
    expect(anna.page.locator("main")).to_contain_text("Mona Beispiel")
    asked = ContactRequest.objects.get()
    wait_for_mail(mail_folder, "Decision needed")
    mona.page.goto(f"/inbox/{asked.number}/")
    expect(mona.page.locator("main")).to_contain_text("Ihre Rechnung vom Oktober")
    expect(mona.page.locator("main")).to_contain_text("SHA-256")
    mona.shot("40-review-on-a-phone")
    mona.page.get_by_role("button", name="Approve", exact=True).click()
    expect(mona.page.locator("main")).to_contain_text("All decided")
    wait_for_mail(mail_folder, "Approved until")
    anna.page.reload()
    contact(anna.page, "sent")
    anna.shot("41-used-up")
    assert Permit.objects.get().state == "used"


def test_the_manager_is_away_and_the_deputy_decides(company, worker, visit, mail_folder, erika):
    mona, anna, max_ = visit("mona"), visit("anna"), visit("max")
    mona.page.goto("/deputies/")
    mona.page.get_by_label("Who decides instead").select_option(label="Max Beispiel")
    mona.page.get_by_label("First day").fill(timezone.localdate().isoformat())
    mona.page.get_by_label("Last day").fill(timezone.localdate().isoformat())
    mona.page.get_by_role("button", name="Enter").click()
    expect(mona.page.locator("table")).to_contain_text("Max Beispiel")
    mona.shot("42-deputies")
    ask(anna.page, "debt_collection", "SMS", "Ihre Rechnung vom Oktober ist noch offen.")
    expect(anna.page.locator("main")).to_contain_text("Max Beispiel")
    anna.page.get_by_role("button", name="Ask for approval").click()
    expect(anna.page.locator("main")).to_contain_text("Max Beispiel")
    anna.shot("43-somebody-else-decides")
    asked = ContactRequest.objects.get()
    max_.page.goto(f"/inbox/{asked.number}/")
    max_.page.get_by_role("button", name="Approve", exact=True).click()
    expect(max_.page.locator("main")).to_contain_text("All decided")
    anna.page.goto(f"/requests/{asked.number}/")
    expect(anna.page.locator("main")).to_contain_text("Max Beispiel for Mona Beispiel")
    entry = AuditEntry.objects.get(verb="request.review_approved")
    assert (str(entry.actor), entry.after["stands_for"]) == ("Max Beispiel", "Mona Beispiel")


def test_a_change_after_the_approval_drops_it(company, worker, visit, erika):
    anna, mona, dora = visit("anna"), visit("mona"), visit("dora")
    ask(anna.page, "service", "E-mail", "Ihr Befund liegt bereit.", "health or other sensitive")
    anna.page.get_by_role("button", name="Ask for approval").click()
    asked = ContactRequest.objects.get()
    mona.page.goto(f"/inbox/{asked.number}/")
    mona.page.get_by_role("button", name="Approve", exact=True).click()
    dora.page.goto(f"/inbox/{asked.number}/")
    dora.page.locator("[name=reason]").fill("Bitte ohne das Wort Befund.")
    dora.page.get_by_role("button", name="Ask for changes").click()
    anna.page.goto(f"/check/{asked.number}/edit/")
    anna.page.get_by_label("what you want to say").fill("Bitte rufen Sie uns zurück.")
    anna.page.get_by_role("button", name="Get the answer").click()
    anna.page.get_by_role("button", name="Ask for approval").click()
    anna.page.get_by_role("link", name="To the request").click()
    expect(anna.page.locator("main")).to_contain_text("Earlier approvals do not count any more")
    anna.shot("44-dropped")
    asked.refresh_from_db()
    assert asked.state == "with_manager"
    assert not Permit.objects.exists()
    mona.page.goto(f"/inbox/{asked.number}/")
    expect(mona.page.locator("main")).to_contain_text("Earlier approvals do not count any more")
    expect(mona.page.locator("main")).to_contain_text("Bitte rufen Sie uns zurück.")
    mona.page.get_by_role("button", name="Approve", exact=True).click()
    dora.page.goto(f"/inbox/{asked.number}/")
    dora.page.get_by_role("button", name="Approve", exact=True).click()
    anna.page.goto(f"/requests/{asked.number}/")
    expect(anna.page.get_by_role("link", name="Permit P-")).to_be_visible()


def test_a_warning_that_cannot_wait(company, worker, visit, mail_folder, erika):
    anna, mona = visit("anna", **PHONE), visit("mona")
    ask(anna.page, "legal_obligation", "WhatsApp", "Bitte schalten Sie das Gasgerät ab.", "Imminent danger")
    anna.shot("45-warn-at-once")
    anna.page.get_by_role("button", name="Warn at once").click()
    expect(anna.page.get_by_role("heading", level=1)).to_contain_text("P-")
    anna.page.get_by_role("button", name="Make contact now").click()
    anna.page.locator("input[name=result][value=reached]").check()
    anna.page.get_by_role("button", name="Save").click()
    asked = ContactRequest.objects.get()
    mona.page.goto("/")
    mona.page.get_by_role("link", name=re.compile(f"imminent danger.*{asked.number}")).click()
    mona.shot("46-looked-at-afterwards")
    mona.page.get_by_role("button", name="Approve afterwards").click()
    expect(mona.page.locator("main")).to_contain_text("Mona Beispiel")
    asked.after_review.refresh_from_db()
    assert asked.after_review.verdict == "approved"
