"""Tags of the pages themselves.

{% moment since %}      when exactly, where the clock hangs, and how far away: 12/03/2026, noon (Berlin), in 3 days
{% page_title page %}   “, page 2” in a title; nothing on the first
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from portal.ui.relative import relative_words

register = template.Library()


@register.simple_tag
def moment(value: datetime | None) -> SafeString | str:
    if value is None:
        return ""
    local = timezone.localtime(value)
    exact = format_html('<time datetime="{}">{}</time>', local.isoformat(), date_format(local, "SHORT_DATETIME_FORMAT"))
    relative = relative_words(value, timezone.now())
    # Only the date itself stays on one line: in a table the rest may wrap.
    return format_html("{} ({}){}", exact, _city(local), f", {relative}" if relative else "")


def _city(local: datetime) -> str:
    """Of “Europe/Berlin” the part that people know."""
    return str(local.tzinfo).rpartition("/")[2].replace("_", " ")


@register.simple_tag
def page_title(page: Any) -> str:
    number = getattr(page, "number", 1)
    return _(", page %(number)d") % {"number": number} if number > 1 else ""
