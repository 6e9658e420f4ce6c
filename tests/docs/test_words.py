"""What the guides print in bold stands on the pages exactly so."""

import re
from pathlib import Path

import polib
import pytest

from portal.desk.demo.company import PEOPLE

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
GUIDES = sorted([*(DOCS / "handbuch").glob("*.md"), DOCS / "demo.md"])
#: Titles of the courses that ship are content of the training room and in no catalogue.
CONTENT = {"Kundenkontakt und Datenschutz"}


@pytest.fixture(scope="module")
def on_the_pages() -> set[str]:
    catalogue = polib.pofile(str(ROOT / "locale" / "de" / "LC_MESSAGES" / "django.po"))
    texts = {entry.msgstr for entry in catalogue} | {
        text for entry in catalogue for text in entry.msgstr_plural.values()
    }
    return {text.strip() for text in texts} | CONTENT | {someone.key for someone in PEOPLE}


@pytest.mark.parametrize("path", GUIDES, ids=lambda path: path.stem)
def test_what_a_guide_prints_in_bold_is_a_word_of_the_pages(path, on_the_pages):
    bold = re.findall(r"\*\*(.+?)\*\*", path.read_text(encoding="utf-8"))
    assert [words for words in bold if words not in on_the_pages] == []
