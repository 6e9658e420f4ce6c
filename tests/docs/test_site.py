"""The documentation as a site: it builds without a warning, leads nowhere wrong, and fetches nothing."""

import re
import subprocess
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
#: Lists for reviewers; they name files of the code and are no reading for anybody else.
NOT_IN_THE_SITE = ("acceptance", "deployment", "site")


class Page(HTMLParser):
    """Links, pictures, anchors, and whatever a browser fetches by itself."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.fetched: list[str] = []
        self.anchors: set[str] = set()
        self.pictures: list[tuple[str, str | None]] = []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        self.anchors |= {value for name in ("id", "name") if (value := given.get(name))}
        match tag:
            case "a" if given.get("href"):
                self.links.append(given["href"])
            case "img":
                self.pictures.append((given["src"], given.get("alt")))
                self.fetched.append(given["src"])
            case "script" | "iframe" | "source" if given.get("src"):
                self.fetched.append(given["src"])
            case "link" if given.get("rel") not in ("canonical", "next", "prev"):
                self.fetched.append(given["href"])


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Path:
    """Built by bin/docs, which any warning ends."""
    folder = tmp_path_factory.mktemp("site")
    built = subprocess.run([ROOT / "bin" / "docs", folder], cwd="/", capture_output=True, text=True, timeout=300)
    assert built.returncode == 0, built.stdout + built.stderr
    return folder


@pytest.fixture(scope="module")
def pages(site) -> dict[Path, Page]:
    return {path: Page(path.read_text(encoding="utf-8")) for path in site.rglob("*.html") if path.name != "404.html"}


def test_the_command_says_what_it_does():
    said = subprocess.run([ROOT / "bin" / "docs", "--help"], cwd="/", capture_output=True, text=True)
    assert said.returncode == 0 and "bin/docs FOLDER" in said.stdout


def test_every_page_of_the_folder_is_in_the_site_and_in_its_navigation(site, pages):
    written = {
        path.relative_to(DOCS).with_suffix(".html")
        for path in DOCS.rglob("*.md")
        if path.relative_to(DOCS).parts[0] not in NOT_IN_THE_SITE
    }
    assert written - {path.relative_to(site) for path in pages} == set()
    start = site / "index.html"
    led_to = {_target(start, link)[0] for link in pages[start].links if not urlsplit(link).scheme}
    assert {site / page for page in written} - led_to == set()


def test_every_link_leads_to_a_page_and_every_anchor_to_a_place_on_it(pages):
    dead = [
        f"{path.name}: {link}" for path, page in pages.items() for link in page.links if not _alive(path, link, pages)
    ]
    assert dead == []


def _target(path: Path, link: str) -> tuple[Path, str]:
    parts = urlsplit(link)
    return ((path.parent / unquote(parts.path)).resolve() if parts.path else path), unquote(parts.fragment)


def _alive(path: Path, link: str, pages: dict[Path, Page]) -> bool:
    if urlsplit(link).scheme:
        return True
    target, anchor = _target(path, link)
    if target.is_dir():
        target /= "index.html"
    if target not in pages:
        return target.is_file()
    return not anchor or anchor in pages[target].anchors


def test_every_picture_is_there_and_says_in_words_what_it_shows(pages):
    for path, page in pages.items():
        for source, words in page.pictures:
            assert (path.parent / source).is_file(), f"{path.name}: {source}"
            assert words is not None and (words or "bilder/zeichen.svg" in source), f"{path.name}: {source}"
    assert sum(len(page.pictures) for page in pages.values()) > len(pages)


def test_a_reader_fetches_nothing_from_elsewhere_and_what_is_fetched_is_there(site, pages):
    foreign = {source for page in pages.values() for source in page.fetched if urlsplit(source).netloc}
    assert foreign == set()
    missing = {
        source for path, page in pages.items() for source in page.fetched if not _target(path, source)[0].is_file()
    }
    assert missing == set()
    styles = "".join(path.read_text(encoding="utf-8") for path in site.rglob("*.css"))
    assert re.findall(r"url\(['\"]?https?:|@import", styles) == []


def test_german_and_english_are_marked_for_whoever_listens(pages, site):
    guide = (site / "handbuch" / "mitarbeiterin.html").read_text(encoding="utf-8")
    assert '<div lang="de">' in guide
    assert '<div lang="en">' in (site / "operations.html").read_text(encoding="utf-8")


def test_the_colours_are_those_of_the_portal(site):
    tokens = (ROOT / "static" / "css" / "tokens.css").read_text(encoding="utf-8")
    light, dark = re.findall(r"--brand:\s*(#\w+)", tokens)[:2]
    made = (site / "site" / "colours.css").read_text(encoding="utf-8")
    assert re.findall(r"--kk-brand: (#\w+)", made) == [light, dark]


def test_each_decision_is_listed_by_its_heading(site):
    index = (site / "decisions" / "index.html").read_text(encoding="utf-8")
    decisions = sorted((DOCS / "decisions").glob("[0-9]*.md"))
    assert len(decisions) > 40
    assert [path.name for path in decisions if f'href="{path.stem}.html"' not in index] == []
