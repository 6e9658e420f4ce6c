"""What stands in the templates and scripts: nothing inline, nothing from elsewhere, nothing unescaped."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
# Mail programs know no style sheets: the HTML part of a mail carries its styles itself.
MAILS = [path for path in TEMPLATES if path.parent.name in ("emails", "email")]
PAGES = [path for path in TEMPLATES if path not in MAILS]
INLINE = {
    "script without a file": r"<script(?![^>]*\bsrc=)",
    "style element": r"<style\b",
    "style attribute": r"<[^>]*\sstyle\s*=",
    "event handler": r"<[^>]*\son[a-z]+\s*=",
    "script address": r"javascript:",
}
# Lessons are written in Markdown; this one file turns them into HTML and cleans it with nh3 by a list of what may stand
# in them (tests/training/test_lessons.py). Everything else goes through the templates or format_html.
DECLARES_TO_BE_SAFE = ROOT / "training" / "markdown.py"
UNESCAPED = r"\|\s*safe(seq)?\b|autoescape\s+off"
ELSEWHERE = r"<(?:script|link|img|form|iframe|source|use)\b[^>]*\b(?:src|href|action)\s*=\s*[\"'](?:https?:)?//"


def found(pattern: str, paths: list[Path]) -> list[str]:
    texts = {path.relative_to(ROOT): path.read_text(encoding="utf-8") for path in paths}
    return [f"{path}: {hit.group()}" for path, text in texts.items() for hit in re.finditer(pattern, text, re.I)]


@pytest.mark.parametrize("kind", INLINE)
def test_no_page_has_anything_inline(kind):
    assert len(PAGES) > 40
    assert found(INLINE[kind], PAGES) == []


@pytest.mark.parametrize("kind", sorted(set(INLINE) - {"style attribute"}))
def test_mails_have_nothing_inline_but_style_attributes(kind):
    assert len(MAILS) > 10
    assert found(INLINE[kind], MAILS) == []


def test_no_html_template_puts_text_out_unescaped():
    assert found(UNESCAPED, TEMPLATES) == []


def test_no_python_code_declares_text_to_be_safe():
    code = [path for room in ("portal", "contacts", "consent", "training") for path in (ROOT / room).rglob("*.py")]
    assert len(code) > 100
    code.remove(DECLARES_TO_BE_SAFE)
    assert found(r"\bmark_safe\b|\bSafeString\(", code) == []
    assert "nh3.clean(" in DECLARES_TO_BE_SAFE.read_text(encoding="utf-8")


def test_everything_a_page_loads_is_our_own():
    styles = [*(ROOT / "static" / "css").glob("*.css"), *(ROOT / "static" / "js").glob("*.js")]
    assert found(ELSEWHERE, TEMPLATES) == []
    assert found(r"(?:url\(|@import|fetch\(|import\s)[\"'\s]*(?:https?:)?//", styles) == []


def test_no_script_turns_text_into_code():
    scripts = sorted((ROOT / "static" / "js").glob("*.js"))
    assert scripts
    assert found(r"\beval\b|new Function|innerHTML|outerHTML|insertAdjacentHTML|document\.write", scripts) == []


def test_every_form_that_posts_carries_the_token_against_forgery():
    forms = {
        path: re.findall(r"<form\b[^>]*method=\"post\".*?</form>", path.read_text(encoding="utf-8"), re.I | re.S)
        for path in PAGES
    }
    assert sum(map(len, forms.values())) > 30
    assert [path for path, found in forms.items() if not all("{% csrf_token %}" in form for form in found)] == []
