"""Takes the pictures of the handbook: the demo company in a browser, in German, light, at one width.

python -m tests.docs_pictures                                   starts a demo company of its own and stops it afterwards
python -m tests.docs_pictures --at http://127.0.0.1:8000        asks one that runs (bin/up)
python -m tests.docs_pictures eingang team                      only these

They go to docs/bilder. CHROMIUM names the browser; KONTAKTKLAR_VAR a folder that keeps the company for the next time.
Run it again whenever the face has changed.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.docs import png

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "docs" / "bilder"
WIDTH, HEIGHT = 1080, 720
#: As portal/desk/demo/company.py has it; a test holds them equal, because this command needs no database.
PASSWORD = "nordlicht-demo-2026"
ARGUMENTS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]
WAIT_SECONDS = 900
OPEN_INVOICE = "Hallo Frau Mustermann, die Rechnung vom Oktober ist noch offen."


@dataclass(frozen=True, slots=True)
class Picture:
    """`who` signs in (empty: nobody), `path` is opened, `then` does what is needed to see it. `height` in pixels."""

    name: str
    who: str
    path: str
    then: Callable[[Page], None] | None = None
    height: int = HEIGHT


def ask_about_the_invoice(page: Page) -> None:
    """Anke's question: an open invoice, over a profile she looked for, from her own telephone."""
    fill_in(page)
    page.get_by_role("button", name="Antwort holen").click()
    page.get_by_text("Nein, nicht per Instagram").first.wait_for()


def fill_in(page: Page) -> None:
    page.locator("select[name=purpose]").select_option("debt_collection")
    page.get_by_label(re.compile("Instagram: erika_m_koeln")).check()
    page.locator("input[name=account_choice][value=private]").check()
    page.locator("textarea[name=draft_text]").fill(OPEN_INVOICE)
    page.evaluate("window.scrollTo(0, 0)")


def the_request_of(words: str) -> Callable[[Page], None]:
    def open_it(page: Page) -> None:
        page.locator("main").get_by_role("link", name=re.compile(words, re.DOTALL)).first.click()
        page.wait_for_url("**/inbox/R-*/**")

    return open_it


def first_permit(page: Page) -> None:
    page.locator("main a[href^='/permits/P-']").first.click()
    page.wait_for_url("**/permits/P-*/")


def own_page(page: Page) -> None:
    """The customer's page by a link that the consent officer sends; the demo keeps mails in a folder of the house."""
    page.get_by_role("button", name="Link senden").click()
    page.wait_for_load_state()
    address = page.url.partition("/customers/")[0]
    link = sent_link(page, address)
    page.context.clear_cookies()
    page.goto(link)
    page.wait_for_url("**/p/")


def sent_link(page: Page, address: str) -> str:
    """What stands in the newest mail to the customer, which the data protection officer of a demo may read."""
    dora = page.context.browser.new_context(base_url=address, locale="de-DE")  # type: ignore[union-attr]
    reader = dora.new_page()
    sign_in(reader, "dora")
    for _try in range(60):
        reader.goto("/mails/")
        rows = reader.locator("main tr", has_text="heike.quast")
        if rows.count():
            rows.first.get_by_role("link").click()
            found = re.search(r"https?://\S+/p/\S+", reader.locator("main").inner_text())
            dora.close()
            assert found, "The mail to the customer has no link to their page."
            return found.group()
        time.sleep(1)
    raise SystemExit("The mail to the customer did not come: does the worker run?")


PICTURES = (
    Picture("start", "lena", "/"),
    Picture("frage", "anke", "/check/customers/4711/", fill_in, 900),
    Picture("antwort", "anke", "/check/customers/4711/", ask_about_the_invoice, 760),
    Picture("freigabe", "sven", "/permits/", first_permit, 640),
    Picture("schulung", "lena", "/training/"),
    Picture("vorfall", "anke", "/incidents/report/"),
    Picture("eingang", "markus", "/inbox/"),
    Picture("entscheiden", "dora", "/inbox/", the_request_of("Katrin Wagner"), 860),
    Picture("team", "markus", "/team/", height=420),
    Picture("kundenseite", "clara", "/customers/4726/", height=860),
    Picture("wortlaute", "clara", "/consents/texts/"),
    Picture("importe", "clara", "/imports/"),
    Picture("sperrliste", "clara", "/suppression/"),
    Picture("kontaktwuensche", "clara", "/customers/4726/preference-link/", own_page, 860),
    Picture("betroffenenrechte", "dora", "/rights/", height=460),
    Picture("protokoll", "dora", "/audit/state/", height=820),
    Picture("nachweise", "rita", "/evidence/"),
    Picture("regelwerk", "rita", "/rules/"),
    Picture("kurse", "tom", "/author/courses/", height=620),
    Picture("personen", "adam", "/people/"),
    Picture("zustellungen", "adam", "/outbox/"),
)


def sign_in(page: Page, who: str) -> None:
    page.goto("/login/")
    page.fill("input[name=login]", f"{who}@nordlicht.example")
    page.fill("input[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda address: "/login" not in address)
    page.goto("/")  # the greeting after a sign-in is shown once


def take(browser: Browser, address: str, picture: Picture) -> bytes:
    """One picture as a small PNG."""
    context = browser.new_context(
        base_url=address,
        locale="de-DE",
        timezone_id="Europe/Berlin",
        color_scheme="light",
        viewport={"width": WIDTH, "height": picture.height},
    )
    page = context.new_page()
    page.set_default_timeout(60_000)
    sign_in(page, picture.who)
    page.goto(picture.path)
    if picture.then:
        picture.then(page)
    page.wait_for_load_state()
    shot = page.screenshot(animations="disabled", caret="hide")
    context.close()
    return png.reduced(shot)


@contextlib.contextmanager
def demo_house() -> Iterator[str]:
    """A demo company of its own, in a folder that is thrown away unless KONTAKTKLAR_VAR names one to keep."""
    with tempfile.TemporaryDirectory() as folder, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        words = [sys.executable, "-m", "portal.embedded", "up", "--port", str(port)]
        house = subprocess.Popen(words, cwd=ROOT, env={"KONTAKTKLAR_VAR": folder, **os.environ})
        try:
            address = f"http://127.0.0.1:{port}"
            wait_for(address, house)
            yield address
        finally:
            house.terminate()
            house.wait(timeout=60)


def wait_for(address: str, house: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < end and house.poll() is None:
        with contextlib.suppress(urllib.error.URLError, OSError):
            urllib.request.urlopen(f"{address}/readyz")
            return
        time.sleep(2)
    raise SystemExit("The demo company did not start.")


def chromium() -> str:
    names = (os.environ.get("CHROMIUM"), "chromium", "chromium-browser", "google-chrome")
    found = next((path for name in names if name and (path := shutil.which(name))), None)
    if found is None:
        raise SystemExit("No Chromium was found: install one, or name it in CHROMIUM.")
    return found


def chosen(names: list[str]) -> list[Picture]:
    unknown = set(names) - {picture.name for picture in PICTURES}
    if unknown:
        raise SystemExit(f"There are no such pictures: {', '.join(sorted(unknown))}.")
    return [picture for picture in PICTURES if not names or picture.name in names]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.docs_pictures")
    parser.add_argument("names", nargs="*", help="which pictures; all without a name")
    parser.add_argument("--at", help="address of a demo company that runs")
    options = parser.parse_args()
    wanted = chosen(options.names)
    house = contextlib.nullcontext(options.at.rstrip("/")) if options.at else demo_house()
    with house as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        for picture in wanted:
            data = take(browser, address, picture)
            (FOLDER / f"{picture.name}.png").write_bytes(data)
            print(f"{picture.name}.png  {len(data) / 1024:.0f} KB")
        browser.close()


if __name__ == "__main__":
    main()
