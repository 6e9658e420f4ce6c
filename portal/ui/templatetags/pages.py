"""Tags of the pages themselves.

{% moment since %}      how far away, when exactly, and where the clock hangs: in 3 days, 12/03/2026, noon (Berlin)
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
    absolute = f"{date_format(local, 'SHORT_DATETIME_FORMAT')} ({_city(local)})"
    relative = relative_words(value, timezone.now())
    words = f"{relative}, {absolute}" if relative else absolute
    return format_html('<time datetime="{}">{}</time>', local.isoformat(), words)


def _city(local: datetime) -> str:
    """Of “Europe/Berlin” the part that people know."""
    return str(local.tzinfo).rpartition("/")[2].replace("_", " ")


@register.simple_tag
def page_title(page: Any) -> str:
    number = getattr(page, "number", 1)
    return _(", page %(number)d") % {"number": number} if number > 1 else ""
