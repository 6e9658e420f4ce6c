"""How long open requests have been waiting."""

from __future__ import annotations

from itertools import pairwise

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from contacts.reports import words
from contacts.reports.counting import OURS, PART, POINT, ask, cells
from contacts.reports.plots.endings import query
from contacts.reports.report import Report, Row, shown, too_few
from contacts.reports.rules import AGES, age_edges
from contacts.reports.scope import Look, Scope
from portal.people.hiding import Cell, told_in_line
from portal.ui.plots import Columns, Series, legend

STATEMENT = f"""
SELECT width_bucket(waiting_since, %(edges)s::timestamptz[]) AS place, {PART} AS part, count(*), count(DISTINCT person)
FROM (SELECT r.waiting_since, r.requester_id AS person, r.purpose, c.channel
      FROM requests_contactrequest r {POINT}
      WHERE r.state IN ('with_manager', 'with_dpo')) AS request
WHERE {OURS}
GROUP BY GROUPING SETS ((place, part), (part))
"""


def ages_of(scope: Scope, look: Look) -> tuple[list[Cell], list[bool], Cell, bool]:
    """The cells of the classes of age, the youngest first, and of all; and which are told."""
    found = cells(ask(STATEMENT, scope, look, edges=list(age_edges(look.at))))
    parts = [found[place] for place in range(len(AGES), -1, -1)]
    told, with_total = told_in_line(parts, found[None])
    return parts, told, found[None], with_total


def class_words() -> list[str]:
    """Short words of the classes: “under 1 day”, “1 to 2”, ..., “over 10”."""
    first = ngettext("under %(n)s day", "under %(n)s days", AGES[0]) % {"n": AGES[0]}
    between = [_("%(from)s to %(to)s") % {"from": start, "to": end} for start, end in pairwise(AGES)]
    return [first, *between, _("over %(n)s") % {"n": AGES[-1]}]


def waiting(scope: Scope, look: Look) -> Report:
    parts, told, total, with_total = ages_of(scope, look)
    about = _("Requests that wait for a decision, by the days since they began to wait.")
    if not total.count:
        return Report("waiting", _("No request waits for a decision"), about)
    values = [shown(part.count, is_told) for part, is_told in zip(parts, told, strict=True)]
    labels = class_words()
    urls = tuple(
        reverse("report_waiting", args=[number]) + query(look) if value else "" for number, value in enumerate(values)
    )
    title = _finding(values, total, with_total)
    series = (Series(_("Requests"), tuple(values)),)
    plot = Columns("waiting", title, about, tuple(labels), series, untold=too_few(), urls=urls)
    rows = [Row(label, (value,), url) for label, value, url in zip(labels, values, urls, strict=True)]
    rows.append(Row(_("Total"), (shown(total.count, with_total),)))
    hidden = legend([], hidden=too_few()) if None in values else legend([])
    return Report("waiting", title, about, (_("Days"), _("Requests")), tuple(rows), plot.svg(), hidden)


def _finding(values: list[int | None], total: Cell, with_total: bool) -> str:
    if not with_total:
        return _("Requests of %(few)s wait for a decision") % {"few": too_few()}
    said = {"total": words.number(total.count), "n": words.number(values[0] or 0)}
    if values[0]:
        return _("%(total)s requests wait for a decision, %(n)s of them since less than a day") % said
    return _("%(total)s requests wait for a decision") % said
