"""Every page in a real browser: 0 serious findings of axe-core, no violation of the policy, nothing sideways at 320 px.

The short run looks at each page once, in one of its states, themes and languages; KONTAKTKLAR_LONG=1 looks at all.
"""

import os
from zlib import crc32

import pytest

from tests.face import pages
from tests.face.house import open_house
from tests.face.pages import LOOKS, Page, Scenes, Shown, shown
from tests.face.walk import walk
from tests.face.weight import MOST_BYTES, weight
from tests.ui.conftest import in_browser  # noqa: F401  fixture

pytestmark = [pytest.mark.journey, pytest.mark.django_db]
LONG = os.environ.get("KONTAKTKLAR_LONG") == "1"
#: KONTAKTKLAR_PAGE=WORD looks at the pages with this word in their name, in every look: for whoever mends one.
ONLY = os.environ.get("KONTAKTKLAR_PAGE", "")


@pytest.fixture
def _as_served(settings):
    settings.ROOT_URLCONF = "tests.face.broken"
    settings.SECURITY_CONTACT = "mailto:security@firma.example"
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


def wanted() -> list[tuple[Page, tuple[str, str]]]:
    """Which page in which state, theme and language."""
    everything = [*pages.filled(), *pages.empty(), *pages.errors()]
    if LONG or ONLY:
        return [(page, look) for page in everything for look in LOOKS if ONLY in page.name]
    return [(page, LOOKS[_chance(page.name) % len(LOOKS)]) for page in _one_state_each(everything)]


def _one_state_each(everything: list[Page]) -> list[Page]:
    """By the name, so that a new page changes nothing for the others; the pages for each role all stay."""
    by_name: dict[str, list[Page]] = {}
    for page in everything:
        by_name.setdefault(page.name, []).append(page)
    return [
        found[_chance(f"state of {name}") % len(found)] if name not in pages.FOR_EACH_ROLE else found[0]
        for name, found in by_name.items()
    ]


def _chance(name: str) -> int:
    return crc32(name.encode())


def answered(now) -> list[Shown]:
    """What was answered; some of it turns out to be a file, or to send the reader on, and is no page."""
    found, scenes = [], Scenes(now)
    for state in ("filled", "empty", "error"):
        mine = [(page, look) for page, look in wanted() if page.state == state]
        with scenes.company(state) as scene:
            found += [shown(page, scene, look) for page, look in mine]
    return found


def too_heavy(found: list[Shown]) -> list[str]:
    ours = [one for one in found if not one.page.name.startswith(pages.OPERATORS)]
    return [f"{one}: weighs {heavy:,} bytes" for one in ours if (heavy := weight(one.answer.body)) > MOST_BYTES]


@pytest.mark.usefixtures("_as_served")
def test_every_page_can_be_read_by_everybody(db, now, in_browser):  # noqa: F811
    everything = answered(now)
    found = [one for one in everything if one.answer.is_page]
    with open_house() as house:
        house.beside = {one.path: one.answer for one in everything if one.answer.status == 200 and one not in found}
        told = in_browser(walk, house, found)
    told += too_heavy(found)
    assert not told, f"{len(told)} faults on {len(found)} pages\n" + "\n".join(told)
    assert ONLY or len({one.page.name for one in found}) >= 150
