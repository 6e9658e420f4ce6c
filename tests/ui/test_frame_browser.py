"""What a script adds to the frame, seen in a browser: lists close again, and the page follows the device."""

import pytest

from tests.journeys.conftest import Visitor

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def _look(browser, base):
    clara = Visitor(browser, base, "clara", locale="en-GB", extra_http_headers={"Accept-Language": "en"})
    page = clara.page
    clara.sign_in()
    account = page.locator("details.account")
    told = {}
    account.locator("summary").first.click()
    told["opened"] = account.get_attribute("open")
    page.keyboard.press("Escape")
    told["after escape"] = account.get_attribute("open")
    told["focus"] = page.evaluate("document.activeElement.closest('details.account') !== null")
    account.locator("summary").first.click()
    page.mouse.click(5, 700)
    told["after a press elsewhere"] = account.get_attribute("open")
    page.emulate_media(color_scheme="dark")
    told["device is dark"] = page.locator("html").get_attribute("data-bs-theme")
    page.emulate_media(color_scheme="light")
    told["device is light"] = page.locator("html").get_attribute("data-bs-theme")
    account.locator("summary").first.click()
    page.locator("button[name=theme][value=dark]").click()
    page.wait_for_load_state()
    told["chosen"] = page.locator("html").get_attribute("data-bs-theme")
    told["pressed"] = page.locator("button[name=theme][value=dark]").get_attribute("aria-pressed")
    clara.close()
    return told


def test_lists_close_again_and_the_theme_follows_the_device_until_one_is_chosen(company, in_browser, live_server):
    assert in_browser(_look, live_server.url) == {
        "opened": "",
        "after escape": None,
        "focus": True,
        "after a press elsewhere": None,
        "device is dark": "dark",
        "device is light": "light",
        "chosen": "dark",
        "pressed": "true",
    }
