"""{% trail_rows lines %}: the rows of the trail, drawn in Python; a row of a template takes twice as long."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django import template
from django.utils.html import conditional_escape, escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from portal.ui.templatetags.kk import when

if TYPE_CHECKING:
    from portal.audit.selectors import Difference, Line

register = template.Library()


@register.simple_tag
def trail_rows(lines: Iterable[Line]) -> SafeString:
    """When, who, what, about what, and what changed; words of all rows are looked up once."""
    heads = (_("When"), _("Who"), _("What"), _("About"), _("Before and after"))
    cells = [format_html('<td data-label="{}">', head) for head in heads]
    stored = format_html('<details class="raw"><summary>{}</summary><pre>', _("As stored"))
    return mark_safe("\n".join(_row(line, cells, stored) for line in lines))  # each part of it is escaped


def _row(line: Line, cells: list[SafeString], stored: SafeString) -> str:
    at, who, what, about, fields = cells
    changed = "".join(map(_difference, line.differences))
    raw = f"{stored}{escape(line.raw)}</pre></details>" if line.raw else ""
    return (
        f"<tr>{at}{conditional_escape(when(line.entry.at))}</td>{who}{escape(line.who)}</td>"
        f"{what}{escape(line.word)}</td>"
        f"{about}{escape(line.subject)} {escape(line.about)}{_customer(line.customer)}</td>"
        f"{fields}{changed}{raw}</td></tr>"
    )


def _customer(number: str) -> str:
    words = _("customer number %(number)s") % {"number": number} if number else ""
    return f'<div class="eyebrow">{escape(words)}</div>' if words else ""


def _difference(one: Difference) -> str:
    before = f'<del>{escape(one.before)}</del> <span aria-hidden="true">→</span> ' if one.before else ""
    after = f"<ins>{escape(one.after)}</ins>" if one.after else "–"
    return f'<div class="difference"><span class="eyebrow">{escape(one.name)}</span> {before}{after}</div>'
