"""Without JavaScript: sign in, look somebody up, ask, change one thing, hand in, decide, make contact, learn and be
examined. The customer's own page without script is walked in test_consent."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from contacts.requests.models import ContactRequest, Permit
from tests.cast import make_customer, point
from tests.training import courses
from training.models import Attempt

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
WITHOUT = {"java_script_enabled": False, "viewport": {"width": 360, "height": 740}}


def test_the_main_acts_need_no_script(company, visit):
    now = timezone.now()
    customer = make_customer(now)
    point(customer, "sms", "0171 5550000", now=now)
    anna = visit("anna", **WITHOUT).page
    ask_and_hand_in(anna)
    decide(visit("mona", **WITHOUT).page)
    make_contact(anna)
    read_lists(anna)
    courses.course(now, questions=[courses.question("q1"), courses.question("q2")], draw={"reason": 2})
    learn(anna)


def ask_and_hand_in(page) -> None:
    page.fill("main input[name=q]", "Mustermann")
    page.get_by_role("button", name="Look up").click()
    page.get_by_role("link", name=re.compile("Erika Mustermann")).click()
    page.select_option("select[name=purpose]", "service")
    page.get_by_label(re.compile("SMS")).check()
    page.get_by_label("what you want to say").fill("Ihre Rechnung vom Oktober ist noch offen.")
    page.get_by_role("button", name="Get the answer").click()
    page.get_by_role("link", name="Change reason").click()
    page.select_option("select[name=purpose]", "debt_collection")
    page.get_by_role("button", name="Save and see the answer").click()
    expect(page.locator(".verdict")).to_contain_text("Approval needed")
    page.locator("summary", has_text="The answer as text").click()
    expect(page.get_by_role("textbox", name="The answer as text")).to_have_value(re.compile("This is an answer, not"))
    page.get_by_role("button", name="Ask for approval").click()
    expect(page.locator("h1")).to_contain_text("is handed in")
    expect(page.locator("main")).to_contain_text("Mona Beispiel")
    page.get_by_role("link", name="To the request").click()
    page.get_by_label("Your comment").fill("Eilt nicht.")
    page.get_by_role("button", name="Comment").click()
    expect(page.locator("main")).to_contain_text("Eilt nicht.")


def decide(page) -> None:
    page.goto("/inbox/")
    page.get_by_role("link", name=re.compile("^Approve")).click()
    page.get_by_role("button", name="Approve", exact=True).click()
    expect(page.locator("main")).to_contain_text("All decided")


def make_contact(page) -> None:
    page.goto(f"/requests/{ContactRequest.objects.get().number}/")
    expect(page.locator(".verdict h2").first).to_contain_text("Approved: over SMS")
    page.get_by_role("link", name=re.compile("^Permit P-")).first.click()
    page.get_by_role("button", name="Make contact now").click()
    page.locator("input[name=result][value=sent]").check()
    page.get_by_role("button", name="Save").click()
    assert Permit.objects.get().state == "used"


def read_lists(page) -> None:
    page.goto("/requests/?tab=decided")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.goto("/customers/?q=Mustermann")
    page.get_by_role("link", name="Erika Mustermann").click()
    expect(page.locator(".verdict h2").first).to_be_visible()


def learn(page) -> None:
    page.goto("/training/courses/basic-course/lessons/story/")
    page.get_by_role("button", name="Read; go on").click()
    page.get_by_role("button", name="Read; to the quiz").click()
    page.get_by_role("button", name="Begin the quiz").click()
    for _question in range(2):
        page.get_by_label("True", exact=True).check()
        page.locator("form.quiz button.btn-primary").click()
    page.get_by_role("button", name="Submit and see the result").click()
    assert Attempt.objects.get().passed
