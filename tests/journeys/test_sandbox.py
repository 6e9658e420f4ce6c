"""The sandbox with its script: each change is answered at once, told politely, and stands in the address."""

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def test_a_change_is_answered_without_a_new_page(company, visit):
    page = visit("anna").page
    page.goto("/rules/sandbox/?case=agreed-whatsapp-from-a-shared-phone")
    page.evaluate("window.here = true")
    verdict, said = page.locator("#verdict"), page.locator("#sandbox-said")
    expect(verdict).to_contain_text("Perhaps: your manager decides about WhatsApp")
    account = page.get_by_label("Sent from")
    account.select_option("company_account_verified")
    expect(verdict).to_contain_text("Yes, over WhatsApp")
    expect(said).to_have_text("Yes, over WhatsApp, for: Service.")
    expect(account).to_be_focused()
    assert "sending_account=company_account_verified" in page.url
    page.get_by_label("Channel", exact=True).select_option("phone")
    expect(page.locator("#error-platform")).to_contain_text("This channel has no platform.")
    expect(page.get_by_label("Platform", exact=True)).to_have_attribute("aria-invalid", "true")
    assert page.evaluate("window.here") is True
    page.reload()
    expect(page.locator(".errors")).to_contain_text("This channel has no platform.")
