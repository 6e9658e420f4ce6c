"""How far away an instant is, in the words of a person; standard library and translations only."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

MINUTE, HOUR, DAY = 60, 3600, 86_400
#: Farther away than this the date alone says more.
FAR_DAYS = 60


def relative_words(moment: datetime, now: datetime) -> str:
    """“in 3 days”, “2 hours ago”, “just now”; empty beyond sixty days. Whole units, rounded towards now: never more time
    than there is."""
    seconds = int((moment - now).total_seconds())
    distance = abs(seconds)
    if distance < MINUTE:
        return _("just now")
    if distance < HOUR:
        return _minutes(distance // MINUTE, seconds > 0)
    if distance < DAY:
        return _hours(distance // HOUR, seconds > 0)
    return _days(distance // DAY, seconds > 0) if distance < FAR_DAYS * DAY else ""


def _minutes(n: int, ahead: bool) -> str:
    words = ngettext("in %(n)d minute", "in %(n)d minutes", n) if ahead else _past_minutes(n)
    return words % {"n": n}


def _past_minutes(n: int) -> str:
    return ngettext("%(n)d minute ago", "%(n)d minutes ago", n)


def _hours(n: int, ahead: bool) -> str:
    words = (
        ngettext("in %(n)d hour", "in %(n)d hours", n) if ahead else ngettext("%(n)d hour ago", "%(n)d hours ago", n)
    )
    return words % {"n": n}


def _days(n: int, ahead: bool) -> str:
    words = ngettext("in %(n)d day", "in %(n)d days", n) if ahead else ngettext("%(n)d day ago", "%(n)d days ago", n)
    return words % {"n": n}
