"""The journeys' company and visitors, in a browser that lives in a thread of its own: Playwright allows one for each
thread, and the journeys hold the one of the main thread."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from playwright.sync_api import sync_playwright

from tests.journeys.conftest import ARGUMENTS, chromium, company

__all__ = ["company"]


@pytest.fixture
def in_browser():
    """`in_browser(act, *arguments)` calls `act(browser, *arguments)` where the browser lives."""
    program = chromium()
    assert program, "No Chromium found: install one or name it in CHROMIUM; the pages cannot be seen without it."
    with ThreadPoolExecutor(1) as thread:
        playwright = thread.submit(lambda: sync_playwright().start()).result()
        browser = thread.submit(playwright.chromium.launch, executable_path=program, args=ARGUMENTS).result()
        yield lambda act, *arguments: thread.submit(act, browser, *arguments).result()
        thread.submit(browser.close).result()
        thread.submit(playwright.stop).result()
