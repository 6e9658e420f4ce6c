"""What a browser says: how long somebody takes to check a contact, and when a page's largest part is there on a phone.

`LCP` is measured as the browser tells it (largest-contentful-paint), the processor slowed down four times, nothing kept
from an earlier visit.
"""

from __future__ import annotations

import os
import shutil
import statistics
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from benchmarks.human import Person
from benchmarks.table import Row

MOST_SECONDS, MOST_LCP, SLOWER = 10.0, 1500.0, 4
LARGEST = """() => new Promise((told) => {
    new PerformanceObserver((list) => told(list.getEntries().at(-1).startTime))
        .observe({ type: "largest-contentful-paint", buffered: true });
    setTimeout(() => told(-1), 5000);
})"""


def program() -> str | None:
    names = (os.environ.get("CHROMIUM"), "chromium", "chromium-browser", "google-chrome")
    return next((found for name in names if name and (found := shutil.which(name))), None)


@contextmanager
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path=program(), args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        )
        yield opened
        opened.close()


def rows(
    opened: Any, base: str, cookies: dict[str, str], pages: dict[str, tuple[str, str]], numbers: Sequence[str]
) -> list[Row]:
    found = [_looking_up(opened, base, cookies["anna"], numbers), _asking(opened, base, cookies["anna"], numbers)]
    for name, (reader, path) in pages.items():
        times = [_largest(opened, base, cookies[reader], path.format(number=number)) for number in numbers[:3]]
        found.append(Row(f"LCP: {name}, processor 4 times slower", statistics.median(times), "ms", most=MOST_LCP))
    return found


def _window(opened: Any, base: str, cookie: str, **options: Any) -> Any:
    context = opened.new_context(base_url=base, service_workers="block", **options)
    context.set_default_timeout(30_000)
    context.add_cookies([{"name": "session", "value": cookie, "url": base}])
    return context.new_page()


def _looking_up(opened: Any, base: str, cookie: str, numbers: Sequence[str]) -> Row:
    """From the customers' list to the page that says, for each way and purpose, whether it may be used."""

    def one(person: Person, number: str) -> None:
        _finds(person, number, begins="/customers/", leads="/customers/{number}/")
        person.makes_up_their_mind()

    return _person_row("check a contact: find the customer, read every answer", one, opened, base, cookie, numbers)


def _asking(opened: Any, base: str, cookie: str, numbers: Sequence[str]) -> Row:
    """From the start page over the question to its one answer; no bar, the whole question is more than a look."""

    def one(person: Person, number: str) -> None:
        page = person.page
        _finds(person, number, begins="/", leads="/check/customers/{number}/")
        person.chooses(page.locator("select[name=purpose]"), "service")
        person.click(page.locator("input[type=radio][name=contact_point]").first)
        person.click(page.locator("main form[method=post] button.btn-primary").last, opens_a_page=True)
        page.locator(".verdict").first.wait_for()
        person.makes_up_their_mind()

    row = _person_row("check a contact: ask one whole question", one, opened, base, cookie, numbers)
    return Row(row.what, row.ours, row.unit)


def _finds(person: Person, number: str, *, begins: str, leads: str) -> None:
    """The first steps of both: a number typed into the search of a page, and the customer found opened."""
    person.page.goto(begins)
    person.makes_up_their_mind()
    person.click(person.page.locator("main input[name=q]"))
    person.types(number)
    person.presses("Enter", opens_a_page=True)
    found = f"main a[href='{leads.format(number=number)}']"
    person.click(person.page.locator(found).first, opens_a_page=True)


def _person_row(what: str, act: Any, opened: Any, base: str, cookie: str, numbers: Sequence[str]) -> Row:
    """The median of several customers: seconds of the person, and of the machine while they wait."""
    page = _window(opened, base, cookie)
    people = []
    for number in numbers:
        people.append(Person(page))
        act(people[-1], number)
    page.context.close()
    waited = statistics.median(one.waited for one in people)
    return Row(f"{what} (of it waiting {waited:.2f} s)", people[0].thought + waited, "s", most=MOST_SECONDS)


def _largest(opened: Any, base: str, cookie: str, path: str) -> float:
    """A phone that comes for the first time."""
    page = _window(opened, base, cookie, viewport={"width": 360, "height": 740})
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.goto(path, wait_until="load")
    found: float = page.evaluate(LARGEST)
    page.context.close()
    if found < 0:
        raise RuntimeError(f"{path} has no largest part")
    return found
