"""German pages speak German: no text of theirs is one of our English texts, and no template holds words of its own."""

import os
import re
from pathlib import Path

import polib
import pytest
from django.template import engines
from django.template.base import TextNode

from contacts.requests.services import permits, submitting
from portal.people.models import User
from portal.pseudo import CATALOGUE
from tests.requests.scenes import permit_for, reminder_by_sms, service_by_mail
from tests.ui.crawling import crawl, texts

ROOT = Path(__file__).resolve().parents[2]
#: The same in both languages: names, and words for which German has no other.
SAME = re.compile(
    r"Kontaktklar|SHA-256|PDF(?:/UA)?|CSV|XLSX|ZIP|JSON|API|OpenAPI|Webhooks?|Start|Name|Status|Text|SSO|UTC|Ctrl|English|Deutsch"
)
#: Spelled out for programs and experts, or in both languages at once. `design/` is for developers alone.
TECHNICAL = {"desk/phone/offline.html", "api/docs.html", "webhooks/webhook.html", "500.html", "400.html"}

#: Names of columns, which the annex to the works agreement lists as the database has them.
COLUMNS = {"owner"}


def english_texts() -> set[str]:
    """Every text of ours that has no German, or a German one that says something else."""
    catalogue = polib.pofile(str(CATALOGUE))
    return {
        " ".join(entry.msgid.split())
        for entry in catalogue
        if "%" not in entry.msgid and entry.msgid != entry.msgstr and len(entry.msgid) > 3 and not entry.obsolete
    }


@pytest.fixture
def company(cast, customer, accounts, now):
    submitting.submit(cast.anna, request=reminder_by_sms(cast, customer, accounts, now), at=now)
    permits.redeem(cast.anna, permit=permit_for(service_by_mail(cast, customer, accounts, now), cast, now), at=now)
    User.objects.update(language="de")
    return [cast.anna, cast.mona, cast.dora, *([cast.clara, cast.tom, cast.adam, cast.rita] if _long() else [])]


def _long() -> bool:
    return bool(os.environ.get("KONTAKTKLAR_LONG"))


@pytest.mark.django_db
def test_no_page_in_german_shows_one_of_our_english_texts(company):
    """Going by links. What is German as well as English, and what people typed, is not told apart by a machine: such a
    text is in the catalogue with the same words on both sides, or not at all."""
    ours, pages, found = english_texts(), 0, {}
    # Of docket numbers (13 U 15/14) the letter goes before.
    slashed = re.compile(r"(?<![A-Z] )(?<![\w/.-])\d{1,2}/\d{1,2}(?:/\d{2,4})?(?![\w/])")
    for visit in crawl(company):
        pages += 1
        assert '<html lang="de"' in visit.html, visit.path
        for text in texts(visit.html, "de"):
            bare = text.rstrip(":")
            if (bare in ours and bare not in COLUMNS) or slashed.search(text):
                found.setdefault(text, visit.path)
    assert pages > (60 if _long() else 30)
    assert found == {}


def words_of(name: str) -> list[str]:
    """The words that stand in a template itself, outside tags and translations."""
    nodes = engines["django"].get_template(name).template.nodelist.get_nodes_by_type(TextNode)
    text = "".join(node.s for node in nodes)
    text = re.sub(r"<(script|style|code|title|pre)\b.*?</\1>|<[^>]*>?|^[^<]*>|&\w+;", " ", text, flags=re.S)
    return re.findall(r"[^\W\d_]{3,}", SAME.sub(" ", text))


def test_no_page_holds_words_that_nobody_can_translate():
    names = [str(path.relative_to(ROOT / "templates")) for path in (ROOT / "templates").rglob("*.html")]
    names = [name for name in names if not name.startswith(("emails/", "design/")) and name not in TECHNICAL]
    assert len(names) > 200
    assert {name: found for name in names if (found := words_of(name))} == {}


def test_the_help_in_german_leads_to_the_same_places():
    """A translation that lost a link, or leads elsewhere, helps less."""
    from portal.help.marking import targets

    catalogue = polib.pofile(str(CATALOGUE))
    linking = [entry for entry in catalogue if targets(entry.msgid)]
    assert [entry.msgid for entry in linking if targets(entry.msgstr) != targets(entry.msgid)] == []


def test_every_text_is_marked_by_a_name_that_the_extraction_knows():
    """Under another name (`ngettext as _n`) a text is never extracted, so nobody misses its translation."""
    code = [path for room in ("portal", "contacts", "consent", "training") for path in (ROOT / room).rglob("*.py")]
    renamed = re.compile(r"\b\w*gettext\w* as (?!_\b)\w+")
    assert len(code) > 500
    assert {path.name: found for path in code if (found := renamed.findall(path.read_text(encoding="utf-8")))} == {}
