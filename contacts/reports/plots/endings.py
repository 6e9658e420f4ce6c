"""How many permits end in each of the next twelve months."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from contacts.reports import words
from contacts.reports.counting import OURS, PART, POINT, ask, cells
from contacts.reports.report import Report, Row, shown, too_few
from contacts.reports.scope import Look, Scope
from portal.people.hiding import Cell, told_in_line
from portal.ui.plots import Columns, Series, legend

STATEMENT = f"""
SELECT width_bucket(valid_until, %(edges)s::timestamptz[]) AS place, {PART} AS part, count(*), count(DISTINCT person)
FROM (SELECT r.valid_until, r.holder_id AS person, r.purpose, c.channel
      FROM requests_permit r {POINT}
      WHERE r.state = 'active' AND r.valid_until > %(at)s) AS permit
WHERE {OURS}
GROUP BY GROUPING SETS ((place, part), (part))
"""


def months_of(scope: Scope, look: Look) -> tuple[list[Cell], list[bool], Cell, bool]:
    """The cells of this month and the twelve after it, of all that ends later, and of all; and which are told."""
    found = cells(ask(STATEMENT, scope, look, edges=list(look.months.edges)))
    parts = [found[place] for place in range(1, len(look.months.edges) + 1)]
    told, with_total = told_in_line(parts, found[None])
    return parts, told, found[None], with_total


def endings(scope: Scope, look: Look) -> Report:
    parts, told, total, with_total = months_of(scope, look)
    days = look.months.days
    about = _("Permits that are in force now, by the month in which they end.")
    if not total.count:
        return Report("ending", _("No permit is in force, so none ends"), about)
    values = [shown(part.count, is_told) for part, is_told in zip(parts, told, strict=True)]
    urls = tuple(
        reverse("report_ending", args=[f"{day:%Y-%m}"]) + query(look) if value else ""
        for day, value in zip(days, values, strict=False)
    )
    title = _finding(look, parts[:-1], told[:-1])
    labels = tuple(words.short_month(day) for day in days)
    series = (Series(_("Permits"), tuple(values[:-1])),)
    plot = Columns("ending", title, about, labels, series, untold=too_few(), urls=urls)
    rows = [Row(words.month(day), (value,), url) for day, value, url in zip(days, values, urls, strict=False)]
    rows += [Row(_("Later"), (values[-1],)), Row(_("Total"), (shown(total.count, with_total),))]
    hidden = legend([], hidden=too_few()) if None in values[:-1] else legend([])
    return Report("ending", title, about, (_("Month"), _("Permits")), tuple(rows), plot.svg(), hidden)


def query(look: Look) -> str:
    """What was chosen goes along, so that the list is what the column counts."""
    chosen = {name: value for name in ("purpose", "channel") if (value := getattr(look, name))}
    return f"?{urlencode(chosen)}" if chosen else ""


def _finding(look: Look, parts: Sequence[Cell], told: Sequence[bool]) -> str:
    numbers = [part.count if is_told else 0 for part, is_told in zip(parts, told, strict=True)]
    top = max(numbers, default=0)
    if not top:
        if any(part.count for part in parts):
            return _("In no month do permits of five or more people end")
        return _("No permit ends within twelve months")
    at = numbers.index(top)
    said = {"n": words.number(top), "month": words.month(look.months.days[at])}
    if numbers.count(top) > 1:
        return _("%(n)s permits end in %(month)s, and in no month shown more") % said
    if all(told):
        return _("%(n)s permits end in %(month)s, most of all months") % said
    return _("%(n)s permits end in %(month)s, most of the months shown") % said
