"""A real browser against the real stack: live server, PostgreSQL, Redis, and a Celery worker with its beat."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from django.db import connection
from django.utils import timezone
from playwright.sync_api import Browser, Page, sync_playwright

from tests import cast as players

ROOT = Path(__file__).resolve().parents[2]
SHOTS = ROOT / "tests" / "screenshots"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def chromium() -> str | None:
    names = (os.environ.get("CHROMIUM"), "chromium", "chromium-browser", "google-chrome")
    return next((found for name in names if name and (found := shutil.which(name))), None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    program = chromium()
    assert program, "No Chromium found: install one or name it in CHROMIUM; the journeys cannot be seen without it."
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def company(transactional_db, settings):
    """The cast and the company's accounts, as of the real clock."""
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    now = timezone.now()
    cast = players.make_cast(now)
    return cast, players.make_accounts(cast, now)


@pytest.fixture
def worker(transactional_db, mail_folder: Path, tmp_path: Path) -> Iterator[None]:
    """A worker with an embedded beat on the test's database; it delivers the outbox every few seconds."""
    with running_worker(mail_folder, tmp_path):
        yield


def worker_environment(mail_folder: Path) -> dict[str, str]:
    values = connection.settings_dict
    host = quote(str(values["HOST"] or ""), safe="")
    account = quote(str(values["USER"] or ""), safe="")
    password = f":{quote(str(values['PASSWORD']), safe='')}" if values["PASSWORD"] else ""
    port = f":{values['PORT']}" if values["PORT"] else ""
    url = f"postgresql://{account}{password}@{host}{port}/{values['NAME']}"
    return {**os.environ, "DATABASE_URL": url, "MAIL_FOLDER": str(mail_folder), "DEBUG": "1"}


class running_worker:
    """Start `celery worker -B`, with more of an environment if need be; `kill` is SIGKILL to the whole group."""

    def __init__(self, mail_folder: Path, folder: Path, name: str = "worker", **environment: str) -> None:
        self.mail_folder, self.folder, self.name, self.more = mail_folder, folder, name, environment

    def command(self) -> list[str]:
        options = ["worker", "-B", "--concurrency=1", "-Q", self.queue, "-n", f"{self.name}{os.getpid()}@%h"]
        return [*options, "-s", str(self.folder / f"{self.name}.beat")]

    def __enter__(self) -> "running_worker":
        self.log = (self.folder / f"{self.name}.log").open("ab")
        celery = [sys.executable, "-m", "celery", "-A", "portal", *self.command(), "-l", "INFO"]
        environment = worker_environment(self.mail_folder) | {"CELERY_QUEUE": self.queue} | self.more
        self.process = subprocess.Popen(
            celery, cwd=ROOT, env=environment, stdout=self.log, stderr=self.log, start_new_session=True
        )
        return self

    def words(self) -> str:
        return (self.folder / f"{self.name}.log").read_text()

    queue = f"test-{os.getpid()}"

    def kill(self) -> None:
        os.killpg(self.process.pid, 9)
        self.process.wait(timeout=10)

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                self.kill()
        self.log.close()


class running_beat(running_worker):
    """Start `celery beat`: a clock without a worker."""

    def command(self) -> list[str]:
        return ["beat", "-s", str(self.folder / f"{self.name}.beat"), "--pidfile="]


class Visitor:
    """One person at one browser window; faults of the page are faults of the test."""

    def __init__(self, browser: Browser, base: str, name: str, **context: object) -> None:
        context = {"service_workers": "block"} | context  # installing it in each window would only cost time
        self.context = browser.new_context(base_url=base, **context)  # type: ignore[arg-type]
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(15_000)
        self.faults: list[str] = []
        self.page.on("console", self._note_console)
        self.page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))
        self.page.on("response", self._note_response)
        self.name = name

    def _note_console(self, message) -> None:
        if message.type == "error":
            self.faults.append(f"console: {message.text}")

    def _note_response(self, response) -> None:
        if response.status >= 400:
            self.faults.append(f"{response.status} {response.url}")

    def sign_in(self) -> Page:
        self.page.goto("/login/")
        self.page.fill("input[name=login]", f"{self.name}@firma.example")
        self.page.fill("input[name=password]", players.PASSWORD)
        english = self.page.get_by_role("button", name="Sign in", exact=True)
        english.or_(self.page.get_by_role("button", name="Anmelden", exact=True)).click()
        self.page.wait_for_url("**/")
        return self.page

    def shot(self, name: str) -> None:
        SHOTS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=str(SHOTS / f"{name}.png"), full_page=True)

    def close(self) -> None:
        self.context.close()
        assert self.faults == []


@pytest.fixture
def visit(browser, live_server):
    """`visit("anna")` opens a signed-in window; all windows are checked for faults at the end."""
    visitors: list[Visitor] = []

    def open_window(name: str, **context: object) -> Visitor:
        visitor = Visitor(browser, live_server.url, name, **context)
        visitors.append(visitor)
        visitor.sign_in()
        return visitor

    yield open_window
    for visitor in visitors:
        visitor.close()
