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
    page.wait_for_selector("html[data-bs-theme=dark]")
    page.emulate_media(color_scheme="light")
    page.wait_for_selector("html[data-bs-theme=light]")
    account.locator("summary").first.click()
    page.locator("button[name=theme][value=dark]").click()
    page.wait_for_selector("html[data-theme=dark]")
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
        "chosen": "dark",
        "pressed": "true",
    }


HEIGHT = "document.querySelector('.topbar').offsetHeight"
SIDEWAYS = "document.documentElement.scrollWidth - innerWidth"


def _rows(browser, base):
    dora = Visitor(browser, base, "dora", locale="de-DE", extra_http_headers={"Accept-Language": "de"})
    dora.sign_in()
    found = {}
    for width in (1200, 1280, 1366, 1440, 1920):
        dora.page.set_viewport_size({"width": width, "height": 900})
        found[width] = (dora.page.evaluate(HEIGHT) < 70, dora.page.evaluate(SIDEWAYS))
    dora.close()
    return found


def test_from_a_small_laptop_on_the_top_is_one_row_also_for_who_has_most_areas(company, in_browser, live_server):
    assert set(in_browser(_rows, live_server.url).values()) == {(True, 0)}
