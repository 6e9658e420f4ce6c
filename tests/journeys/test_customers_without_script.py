"""The list of customers without JavaScript, on a phone: choose a reason, keep the view, mark two, check, send, once."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from contacts.requests.models import ContactRequest, SavedView
from tests.cast import make_customer, point

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
WITHOUT = {"java_script_enabled": False, "viewport": {"width": 320, "height": 740}}


def test_verdicts_a_view_and_a_question_about_two(company, visit):
    now = timezone.now()
    for place, number in enumerate(("5001", "5002", "5003")):
        customer = make_customer(now, number, last_name=f"Muster {place}")
        point(customer, "sms", f"0171 555000{place}", now=now)
    page = visit("anna", **WITHOUT).page
    choose_a_reason(page)
    keep_the_view(page)
    mark_and_check(page)
    send_twice(page)


def choose_a_reason(page) -> None:
    page.goto("/customers/")
    page.select_option("select[name=purpose]", "debt_collection")
    page.get_by_role("button", name="Show").click()
    expect(page.locator("tbody tr").first).to_contain_text("Ask first")
    page.locator("tbody tr").first.get_by_role("link", name=re.compile("SMS")).click()
    expect(page.locator("select[name=purpose]")).to_have_value("debt_collection")
    page.go_back()


def keep_the_view(page) -> None:
    page.get_by_role("link", name="Keep the filters").click()
    page.fill("input[name=name]", "Offene Rechnungen")
    page.get_by_role("button", name="Keep the filters").click()
    expect(page.get_by_role("link", name="Offene Rechnungen")).to_be_visible()
    assert SavedView.objects.get().query == "purpose=debt_collection"


def mark_and_check(page) -> None:
    page.get_by_role("checkbox", name=re.compile("Muster 0")).check()
    page.get_by_role("checkbox", name=re.compile("Muster 2")).check()
    page.get_by_role("button", name="Ask about the marked customers").click()
    expect(page.locator("select[name=purpose]")).to_have_value("debt_collection")
    page.select_option("select[name=way]", "sms")
    page.get_by_role("button", name="Get the answers").click()
    expect(page.locator("main")).to_contain_text("2 requests would be sent.")
    assert ContactRequest.objects.count() == 0
    page.get_by_role("button", name="Change the question").click()
    expect(page.locator("select[name=way]")).to_have_value("sms")
    page.get_by_role("button", name="Get the answers").click()


def send_twice(page) -> None:
    page.get_by_role("button", name="Send 2 requests").click()
    expect(page.locator("main")).to_contain_text("2 requests were sent.")
    page.reload()  # the browser sends the form once more
    expect(page.locator("main")).to_contain_text("It was sent before; nothing was sent again.")
    assert ContactRequest.objects.count() == 2
