"""{% error_page "404" %} is the whole page of a refusal: it needs no session and no database, only the nonce."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context
from django.utils.translation import get_language

from portal.ui.error_words import words_of

register = template.Library()


@register.inclusion_tag("errors/page.html", takes_context=True)
def error_page(context: Context, key: str) -> dict[str, Any]:
    """In the reader's language first, then in the other one: before the sign-in nobody knows which is theirs."""
    german = (get_language() or "de").startswith("de")
    languages = ("de", "en") if german else ("en", "de")
    return {"request": context.get("request"), "first": languages[0], "second": languages[1], **words_of(key)}
