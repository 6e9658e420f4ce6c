"""Lessons as safe HTML: Markdown without raw HTML, and what comes out is cleaned all the same.

A transcript of a picture, a film or a sound is a block of its own, folded until somebody wants it:

    ::: transcript
    What is said and shown.
    :::
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import nh3
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from markdown_it import MarkdownIt

TRANSCRIPT = re.compile(r"^::: *transcript *$\n(.*?)^::: *$\n?", re.MULTILINE | re.DOTALL)
TEXT_TAGS = {"p", "h2", "h3", "h4", "ul", "ol", "li", "strong", "em", "blockquote", "code", "pre", "hr", "br"}
TABLE_TAGS = {"table", "thead", "tbody", "tr", "th", "td"}
ATTRIBUTES = {"a": {"href", "title"}, "img": {"src", "alt", "title"}, "ol": {"start"}}
#: Pictures come from the portal itself; another host would learn who reads what.
PICTURES = ("/training/pictures/", "/static/")
_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")


def to_html(text: str) -> SafeString:
    """The HTML of a lesson. Headings start at the second level, under the page's own."""
    return mark_safe("".join(_parts(text.replace("\r\n", "\n"))))


def _parts(text: str) -> Iterator[str]:
    """What stands between the transcripts, and the transcripts."""
    for number, part in enumerate(TRANSCRIPT.split(text)):
        if number % 2:
            summary = _("Transcript")
            yield format_html('<details class="transcript"><summary>{}</summary>{}</details>', summary, _clean(part))
        elif part.strip():
            yield _clean(part)


def _clean(text: str) -> SafeString:
    tokens = _MARKDOWN.parse(text)
    for token in tokens:
        if token.tag == "h1":
            token.tag = "h2"
    html = _MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {})
    cleaned = nh3.clean(
        html,
        tags=TEXT_TAGS | TABLE_TAGS | {"a", "img"},
        attributes=ATTRIBUTES,
        url_schemes={"https", "http", "mailto"},
        link_rel="noopener noreferrer",
        attribute_filter=_only_own_pictures,
    )
    return mark_safe(cleaned)


def _only_own_pictures(tag: str, attribute: str, value: str) -> str | None:
    if tag == "img" and attribute == "src" and not value.startswith(PICTURES):
        return None
    return value
