"""What stands in the templates and scripts: nothing inline, nothing from elsewhere, nothing unescaped."""

import re
from pathlib import Path

import pytest
from django.urls import URLResolver, get_resolver

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
# Mail programs know no style sheets: the HTML part of a mail carries its styles itself.
MAILS = [path for path in TEMPLATES if path.parent.name in ("emails", "email")]
PAGES = [path for path in TEMPLATES if path not in MAILS]
INLINE = {
    "script without a file": r"<script(?![^>]*\bsrc=)(?![^>]*\btype=\"application/json\")",
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


def test_every_script_of_a_page_carries_the_nonce_of_the_answer():
    """Without it no browser runs the script (settings, script-src). Blocks of JSON are data and run nothing."""
    scripts = found(r"<script\b(?![^>]*\btype=\"application/json\")[^>]*>", PAGES)
    assert len(scripts) > 10
    assert [one for one in scripts if 'nonce="{{ request.csp_nonce }}"' not in one] == []


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


# Pages outside any session, with nothing that a foreign page could borrow: anybody may fill in the form for a sign-up,
# which other sites hold in a frame; for the others the secret in their own address allows the press (RFC 8058, 3.2).
WITHOUT_TOKEN = {"opt_in": "opt_in.html", "opt_in_confirm": "opt_in_confirm.html", "unsubscribe": "unsubscribe.html"}


def test_every_form_that_posts_carries_the_token_against_forgery():
    forms = {
        path: re.findall(r"<form\b[^>]*method=\"post\".*?</form>", path.read_text(encoding="utf-8"), re.I | re.S)
        for path in PAGES
    }
    assert sum(map(len, forms.values())) > 30
    without = {path for path, found in forms.items() if not all("{% csrf_token %}" in form for form in found)}
    assert without == {ROOT / "templates" / "public" / name for name in WITHOUT_TOKEN.values()}


def test_no_other_page_does_without_the_token():
    """Beside those three only the door of other systems, which takes a key and no cookie, and the address to which
    browsers themselves report."""
    views = list(_views(get_resolver().url_patterns))
    exempt = {(view.name, route) for route, view in views if getattr(view.callback, "csrf_exempt", False)}
    assert len(views) > 80
    assert {name for name, route in exempt if not route.lstrip("^").startswith(("api/", "scim/"))} == {
        *WITHOUT_TOKEN,
        "csp_report",
    }


def _views(patterns, before=""):
    for one in patterns:
        route = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from _views(one.url_patterns, route)
        else:
            yield route, one
