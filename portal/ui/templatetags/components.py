"""The components of the face, available everywhere without loading; /design/ shows each with all its states.

{% breadcrumbs %}<li><a href=...>...</a></li>{% endbreadcrumbs %}      where a page below another stands
{% verdict "allowed" title %}...{% endverdict %}     the answer of a page: a tone, one sentence, what follows from it
{% lights factors %}                                 the four factors in one line below the sentence
{% passport point %}                                 where an address came from, when, by whom, whether it was checked
{% timeline %}<li>...</li>{% endtimeline %}          what happened, in order
{% task_list tasks %}                                what waits: title, detail, badge; the whole row is the link
{% progress value most text %}                       how far something is, in words too; most = 0: nobody knows yet
{% summary_row label value url what %}               one line of "what was asked", with its change link
{% confirmation title reference %}...{% endconfirmation %}   it is done: what, its number, what happens next
{% note "manager" %}...{% endnote %}                 something beside the point of the page
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import template
from django.template.context import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from portal.ui.templatetags.kk import ICON_OF_TONE, badge, day, icon

register = template.Library()

#: How a source of an address is to be read at a glance: we know it from the person, from a third party, or searched.
TONE_OF_SOURCE = {
    "data_subject": "allowed",
    "contract_record": "allowed",
    "referral": "manager",
    "public_directory": "manager",
    "bought_list": "forbidden",
    "searched_by_employee": "forbidden",
}


@register.simple_block_tag(takes_context=True)
def breadcrumbs(context: Context, content: str) -> SafeString:
    """The area first, where its link would not be the first crumb anyway; then the given items."""
    frame = context.get("navigation")
    inside = frame and frame.area and frame.area.first != frame.here
    first = format_html("<li>{}</li>", frame.area.label) if frame and inside else ""
    return format_html('<nav class="crumbs" aria-label="{}"><ol>{}{}</ol></nav>', _("You are here"), first, content)


@register.simple_block_tag
def verdict(content: str, tone: str, title: Any, id: str = "verdict", word: Any = "", level: str = "h5") -> SafeString:
    """`word` puts a badge above the sentence; `level` is the size of the sentence, empty for the largest."""
    return format_html(
        '<section class="verdict tone-{0} p-4 mb-4" aria-labelledby="{1}">{2}'
        '<h2 id="{1}" class="{3}">{4}</h2>{5}</section>',
        tone,
        id,
        badge(tone, word) if word else "",
        f"{level} mt-2" if word else level,
        title,
        content,
    )


@register.inclusion_tag("components/lights.html")
def lights(factors: Iterable[Any]) -> dict[str, Any]:
    """`factors`: title, tone and word of each, in the same order on every page."""
    return {"factors": factors}


@register.simple_tag
def tone_icon(tone: str) -> SafeString:
    return icon(ICON_OF_TONE[tone])


PASSPORT = '<ul class="passport tone-{}" aria-label="{}"><li>{} {}{}</li><li>{}</li>{}<li>{}</li></ul>'


@register.simple_tag
def passport(point: Any) -> SafeString:
    """Drawn in Python: a page of a customer has one for each address."""
    tone = TONE_OF_SOURCE.get(point.source, "quiet")
    source = (tone_icon(tone), point.get_source_display(), f": {point.source_note}" if point.source_note else "")
    by = format_html("<li>{}</li>", point.collected_by) if point.collected_by else ""
    verified = _("verified") if point.verified_at else _("not verified")
    return format_html(PASSPORT, tone, _("Where the address came from"), *source, day(point.collected_on), by, verified)


@register.simple_block_tag
def timeline(content: str) -> SafeString:
    return format_html('<ol class="timeline">{}</ol>', content)


@register.inclusion_tag("components/task_list.html")
def task_list(tasks: Iterable[Any]) -> dict[str, Any]:
    return {"tasks": tasks}


@register.inclusion_tag("components/progress.html")
def progress(value: int, most: int, text: Any) -> dict[str, Any]:
    return {"value": value, "most": most, "text": text}


@register.inclusion_tag("components/summary_row.html")
def summary_row(label: Any, value: Any, url: str = "", what: Any = "") -> dict[str, Any]:
    """`what` is heard after "Change", so that several links of that name can be told apart."""
    return {"label": label, "value": value, "url": url, "what": what}


@register.simple_block_tag
def confirmation(content: str, title: Any, reference: str = "", tone: str = "allowed") -> SafeString:
    number = format_html("<p>{} <br><strong>{}</strong></p>", _("Your reference"), reference) if reference else ""
    picture, head = icon(ICON_OF_TONE[tone]), format_html("<h1>{}</h1>", title)
    shape = '<section class="confirmation tone-{}" role="status">{}{}{}{}</section>'
    return format_html(shape, tone, picture, head, number, content)


@register.simple_block_tag
def note(content: str, tone: str = "quiet") -> SafeString:
    return format_html('<div class="note tone-{}">{}</div>', tone, content)


KINDS_OF_EMPTY = {"first": ("inbox", "quiet"), "none": ("search", "quiet"), "done": ("check-circle-fill", "allowed")}


@register.inclusion_tag("components/empty_state.html")
def empty_state(title: Any, text: Any, url: str = "", label: Any = "", kind: str = "first") -> dict[str, Any]:
    """Why a list is empty, and the next act. `kind`: first (nothing there yet), none (nothing matches), done."""
    picture, tone = KINDS_OF_EMPTY[kind]
    return {"title": title, "text": text, "url": url, "label": label, "icon_name": picture, "tone": tone}
