"""HTML put together in Python: every text is escaped on its way in, so nothing here has to be called safe."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString


def joined(parts: Iterable[object], between: str = "") -> SafeString:
    """One after the other; what is not HTML already is escaped."""
    given = tuple(parts)
    if between or not given:
        return format_html_join(between, "{}", ((part,) for part in given))
    return format_html("{}" * len(given), *given)  # in one go: a form joins hundreds


NOTHING = joined(())
