"""A passkey in a real browser: set up by an officer, then used alone to sign in, and then beside the password."""

import re

import pytest
from playwright.sync_api import expect

from tests.cast import PASSWORD
from tests.journeys.conftest import Visitor

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
KEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def test_an_officer_signs_in_with_a_passkey(company, browser, live_server, settings):
    settings.MFA_REQUIRED_ROLES = ["dpo", "administrator"]
    # WebAuthn knows no numbers for a host; `localhost` is the one name that needs no https.
    base = live_server.url.replace("127.0.0.1", "localhost")
    dora = Visitor(browser, base, "dora", locale="en-GB", extra_http_headers={"Accept-Language": "en"})
    page = dora.page
    page.set_default_timeout(60_000)
    tools = dora.context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    tools.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})

    page.goto("/login/")
    page.fill("input[name=login]", "dora@firma.example")
    page.fill("input[name=password]", PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page).to_have_url(re.compile("/second-factor/$"))
    expect(page.get_by_text("Your role asks for a second factor.")).to_be_visible()
    page.get_by_role("link", name="Add a key").click()
    page.get_by_label("Name of the key").fill("Laptop")
    page.get_by_label("Sign in with this key alone, without the password").check()
    page.get_by_role("button", name="Add the key").click()
    expect(page.get_by_text("The key is set up.")).to_be_visible()
    page.get_by_role("button", name="Make new codes and show them").click()
    expect(page.locator("main code")).to_have_count(10)

    sign_out(page)
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page).to_have_url(re.compile(r"//localhost:\d+/$"))

    sign_out(page)
    page.fill("input[name=login]", "dora@firma.example")
    page.fill("input[name=password]", PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page).to_have_url(re.compile("/login/second-factor/$"))
    page.get_by_role("button", name="Use a key").click()
    expect(page).to_have_url(re.compile(r"//localhost:\d+/$"))
    dora.close()


def sign_out(page):
    """The button stands in the menu under the name."""
    page.locator("details.account > summary").click()
    page.get_by_role("button", name="Sign out").click()
