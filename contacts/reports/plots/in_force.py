"""Permits in force, at the beginning of each week, by what they rest on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contacts.reports import words
from contacts.reports.counting import OURS, PART, ask, cells
from contacts.reports.report import Report, Row, shown, too_few
from contacts.reports.scope import Look, Scope
from portal.people.hiding import Cell, fold, joined
from portal.ui.plots import Series, StackedArea, legend

BASES: Mapping[str, Promise] = {
    "contract": gettext_lazy("Contract (Art. 6(1)(b) GDPR)"),
    "interest": gettext_lazy("Legitimate interests (Art. 6(1)(f) GDPR)"),
    "consent": gettext_lazy("Consent (Art. 6(1)(a) GDPR)"),
    "existing": gettext_lazy("Existing customers (section 7(3) UWG)"),
    "other": gettext_lazy("Another basis"),
}

# A permit ends with its time, by hand, or with its last use. The basis is that of the decision it was granted by; the
# first provision named counts, a consent before all.
STATEMENT = f"""
WITH permit AS (
    SELECT p.holder_id AS person, p.purpose, c.channel, p.valid_from AS begins,
           least(p.valid_until, p.revoked_at, CASE WHEN p.state = 'used' THEN (
               SELECT max(u.at) FROM requests_permituse u WHERE u.permit_id = p.id) END) AS ends,
           CASE WHEN p.rests_on_consent THEN 'consent'
                WHEN d.legal_basis LIKE '%%UWG §7(3)%%' THEN 'existing'
                WHEN d.legal_basis LIKE '%%6(1)(b)%%' THEN 'contract'
                WHEN d.legal_basis LIKE '%%6(1)(f)%%' THEN 'interest'
                ELSE 'other' END AS basis
    FROM requests_permit p
    JOIN customers_contactpoint c ON c.id = p.contact_point_id
    LEFT JOIN LATERAL (
        SELECT legal_basis FROM requests_decisionrecord
        WHERE request_id = p.request_id AND stage IN ('submit', 'review') ORDER BY id DESC LIMIT 1) d ON true
    WHERE p.valid_until > %(first)s
)
SELECT basis, place, {PART} AS part, count(*), count(DISTINCT person)
FROM permit JOIN unnest(%(edges)s::timestamptz[]) WITH ORDINALITY AS t(moment, place)
     ON begins <= t.moment AND ends > t.moment
WHERE {OURS}
GROUP BY GROUPING SETS ((basis, place, part), (place, part))
"""


def in_force(scope: Scope, look: Look) -> Report:
    edges = look.chosen.edges
    found = cells(ask(STATEMENT, scope, look, edges=list(edges), first=edges[0]))
    days = [*look.chosen.days, edges[-1].date()]
    places = range(1, len(days) + 1)
    series = _series({name: [found[name, place] for place in places] for name in BASES})
    if not series or any(value is None for one in series for value in one.values):
        total = [found[None, place] for place in places]
        series = [Series(_("All permits"), tuple(shown(one.count, not one.is_small) for one in total))]
    about = _("Permits in force at the beginning of each week, by what they rest on.")
    if not any(found[None, place].count for place in places):
        return Report("in-force", _("No permit was in force in these weeks"), about, wide=True)
    title = _finding(series, words.full_day(days[-1]))
    plot = StackedArea("in-force", title, about, tuple(words.week(day) for day in days), tuple(series))
    rows = tuple(
        Row(words.full_day(day), _with_sum(tuple(one.values[at] for one in series))) for at, day in enumerate(days)
    )
    head = (_("Beginning of the week"), *(one.name for one in series), *([_("Total")] if len(series) > 1 else []))
    return Report("in-force", title, about, head, rows, plot.svg(), legend([one.name for one in series]), wide=True)


def _series(groups: Mapping[str, Sequence[Cell]]) -> list[Series]:
    """Those that can be told at every time; the others as one."""
    some = {name: row for name, row in groups.items() if any(cell.count for cell in row)}
    kept, rest = fold(some)
    series = [Series(str(BASES[name]), tuple(cell.count for cell in some[name])) for name in kept]
    if rest:
        others = joined(some, rest)
        name = _("All others") if kept else _("All permits")
        series.append(Series(name, tuple(shown(cell.count, not cell.is_small) for cell in others)))
    return series


def _with_sum(values: tuple[int | None, ...]) -> tuple[int | None, ...]:
    told = [value for value in values if value is not None]
    return (*values, sum(told)) if len(values) > 1 else values


def _finding(series: Sequence[Series], day: str) -> str:
    last = {one.name: one.values[-1] for one in series}
    if any(value is None for value in last.values()):
        return _("On %(day)s permits were in force for %(few)s") % {"day": day, "few": too_few()}
    total = sum(value or 0 for value in last.values())
    if not total:
        return _("No permit was in force on %(day)s") % {"day": day}
    first = max(last, key=lambda name: last[name] or 0)
    told = {"day": day, "total": words.number(total), "name": first, "n": words.number(last[first] or 0)}
    if len(series) == 1:
        return _("%(total)s permits were in force on %(day)s") % told
    return _("%(total)s permits were in force on %(day)s, most of them by one basis: %(name)s (%(n)s)") % told
