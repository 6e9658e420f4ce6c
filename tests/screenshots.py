"""`python -m tests.screenshots [--page NAME] [--out FOLDER]`: pictures of every page, and an index.html.

Starts a PostgreSQL of its own, loads the demo company, and finds an example of each page over the links that its people
see. Pages to which no link leads there (what customers see, say, or an error) are taken from the scenes of the tests.
--page may be given several times; NAME is the name of an address, as in tests/test_permission_matrix.py.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
USUAL = ROOT / "tests" / "screenshots" / "pages"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.screenshots", description=__doc__)
    parser.add_argument("--page", metavar="NAME", action="append", default=[], help="only this page")
    parser.add_argument("--out", metavar="FOLDER", type=Path, default=USUAL)
    options = parser.parse_args()
    if not os.environ.get("DATABASE_URL"):
        services = [sys.executable, "-m", "portal.embedded", "test-services", "--"]
        return subprocess.call([*services, sys.executable, "-m", "tests.screenshots", *sys.argv[1:]])
    _set_up()
    return _take(set(options.page), options.out)


def _set_up() -> None:
    from benchmarks.__main__ import _set_up as portal

    os.environ.setdefault("DPO_CONTACT", "Dora Stein, 0431 5550123")
    portal()
    import logging

    from django.conf import settings

    logging.disable(logging.CRITICAL)  # the pages of failures fail as they are meant to

    settings.ROOT_URLCONF = "tests.face.broken"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # nobody signs in by password here


def _take(wanted: set[str], out: Path) -> int:
    from playwright.sync_api import sync_playwright

    from benchmarks import scratch
    from tests.face.house import open_house
    from tests.face.shots import take, write_index
    from tests.journeys.conftest import ARGUMENTS, chromium

    program = chromium()
    if program is None:
        print("No Chromium found: install one or name it in CHROMIUM.", file=sys.stderr)
        return 1
    with scratch.database():
        sitters = _sitters(wanted)
    if not sitters:
        print("No page has this name; tests/test_permission_matrix.py has them all.", file=sys.stderr)
        return 1
    index = write_index(out, sitters)
    with open_house() as house, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        take(browser, house, sitters, out)
        browser.close()
    print(f"{len(sitters)} pages: {index}")
    return 0


def _sitters(wanted: set[str]) -> list:
    """By name; the demo company's page where it has one."""
    of_the_tests = {one.name: one for one in _from_the_scenes(wanted)}
    found = of_the_tests | {one.name: one for one in _from_the_demo(wanted)}
    return [found[name] for name in sorted(found)]


def _from_the_scenes(wanted: set[str]) -> list:
    from tests.face import pages
    from tests.face.shots import Sitter
    from tests.test_permission_matrix import NOON

    scenes = pages.Scenes(NOON)
    errors = [one for one in pages.errors() if one.name.startswith("error_") and one.reader == "anna"]
    once = {one.name: one for one in reversed([*pages.filled(), *errors])}
    with scenes.company("filled") as scene:
        found = []
        for name, page in once.items():
            if wanted and name not in wanted:
                continue
            shown = {look: pages.shown(page, scene, look) for look in pages.LOOKS}
            answers = {look: one.answer for look, one in shown.items()}
            path = next(iter(shown.values())).path
            if all(one.is_page for one in answers.values()):
                found.append(Sitter(name, f"scenes of the tests, {page.reader}", path, answers))
    return found


def _from_the_demo(wanted: set[str]) -> list:
    from django.test import Client
    from django.utils import timezone

    from portal.desk.demo.loading import load
    from portal.people.models import User
    from tests.face.crawl import examples
    from tests.face.house import Answer
    from tests.face.pages import LOOKS
    from tests.face.shots import Sitter

    load(now=timezone.now())
    readers = [f"{name}@nordlicht.example" for name in ("sven", "markus", "dora", "clara", "tom", "rita", "adam")]
    found = []
    for one in examples(readers).values():
        if wanted and one.name not in wanted:
            continue
        client, answers = Client(raise_request_exception=False), {}
        client.force_login(User.objects.get(email=one.reader))
        for theme, language in LOOKS:
            User.objects.filter(email=one.reader).update(theme=theme, language=language)
            answers[theme, language] = Answer.of(client.get(one.path))
        found.append(Sitter(one.name, one.reader, one.path, answers))
    return found


if __name__ == "__main__":
    raise SystemExit(main())
