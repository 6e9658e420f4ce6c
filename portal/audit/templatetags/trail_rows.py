"""{% trail_rows lines %}: the rows of the trail, drawn in Python; a row of a template takes twice as long."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from portal.ui.html import NOTHING
from portal.ui.templatetags.kk import when

if TYPE_CHECKING:
    from portal.audit.selectors import Difference, Line

register = template.Library()

ROW = (
    '<tr><td data-label="{}">{}</td><td data-label="{}">{}</td><td data-label="{}">{}</td>'
    '<td data-label="{}">{} {}{}</td><td data-label="{}">{}{}</td></tr>'
)
DIFFERENCE = '<div class="difference"><span class="eyebrow">{}</span> {}{}</div>'


@register.simple_tag
def trail_rows(lines: Iterable[Line]) -> SafeString:
    """When, who, what, about what, and what changed; words of all rows are looked up once."""
    at, who, what, about, changed = _("When"), _("Who"), _("What"), _("About"), _("Before and after")
    stored = _("As stored")
    rows = (
        (
            *(at, when(line.entry.at), who, line.who, what, line.word),
            *(about, line.subject, line.about, _customer(line.customer)),
            *(changed, _differences(line.differences), _raw(line.raw, stored)),
        )
        for line in lines
    )
    return format_html_join("\n", ROW, rows)


def _customer(number: str) -> SafeString:
    if not number:
        return NOTHING
    return format_html('<div class="eyebrow">{}</div>', _("customer number %(number)s") % {"number": number})


def _raw(raw: str, word: str) -> SafeString:
    return (
        format_html('<details class="raw"><summary>{}</summary><pre>{}</pre></details>', word, raw) if raw else NOTHING
    )


def _differences(differences: Iterable[Difference]) -> SafeString:
    return format_html_join("", DIFFERENCE, ((one.name, _before(one), _after(one)) for one in differences))


def _before(one: Difference) -> SafeString:
    return format_html('<del>{}</del> <span aria-hidden="true">→</span> ', one.before) if one.before else NOTHING


def _after(one: Difference) -> SafeString | str:
    return format_html("<ins>{}</ins>", one.after) if one.after else "–"
