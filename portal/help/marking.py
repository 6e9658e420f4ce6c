"""Sentences of the help with links in them, written so that translators can move them about.

`A [permit](#permit) ends by itself.` leads to a word of the glossary, `[Report it](incident_report)` to a page of the
portal by its name. Nothing else is markup; whatever people write is escaped.
"""

from __future__ import annotations

import re

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

LINK = re.compile(r"\[([^\]]+)\]\((#?[\w:-]+)\)")


def linked(sentence: str) -> SafeString:
    """The sentence as HTML. Raises NoReverseMatch for a page that there is not."""
    parts, end = [], 0
    for found in LINK.finditer(sentence):
        parts += [(sentence[end : found.start()],), (_link(*found.groups()),)]
        end = found.end()
    parts.append((sentence[end:],))
    return format_html_join("", "{}", parts)


def plain(sentence: str) -> str:
    """The same without links."""
    return LINK.sub(r"\1", sentence)


def targets(sentence: str) -> list[str]:
    """Where the links of a sentence lead, sorted: a translation must lead to the same places."""
    return sorted(target for _words, target in LINK.findall(sentence))


def _link(words: str, target: str) -> SafeString:
    if target.startswith("#"):
        return format_html('<a href="{}{}">{}</a>', reverse("glossary"), target, words)
    name, _colon, argument = target.partition(":")
    return format_html('<a href="{}">{}</a>', reverse(name, args=[argument] if argument else []), words)
