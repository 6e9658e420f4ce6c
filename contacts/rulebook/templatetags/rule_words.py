"""Rules where other pages name them: `{{ text|rule_links }}` makes each id in a text a link to the page of its rule."""

from __future__ import annotations

import re

from django import template
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from contacts import policy
from contacts.policy import promotion

register = template.Library()
#: Each has a page: those of the rule sets and those about wording.
RULES = frozenset(rule.id for rule in policy.RULE_SET_1.rules) | {rule.id for rule in promotion.RULES}
_ID = re.compile(r"\b([A-Z]{3}-[0-9]{2})\b")


@register.filter
def rule_ids(text: str) -> list[str]:
    """The rules that a text names, each once, in its order."""
    return [one for one in dict.fromkeys(_ID.findall(text or "")) if one in RULES]


@register.filter
def rule_links(text: str) -> SafeString:
    """The text, escaped, with a link for each rule that it names; further filters come after this one."""
    parts = (rule_link(part) if part in RULES else part for part in _ID.split(text or ""))
    return format_html_join("", "{}", ((part,) for part in parts))


@register.simple_tag
def rule_link(rule: str) -> SafeString:
    return format_html('<a class="eyebrow text-nowrap" href="{}">{}</a>', reverse("rule", args=[rule]), rule)
