"""Permits in force, at the beginning of each week, by what they rest on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contacts.reports import words
from contacts.reports.counting import OURS, PART, POINT, ask, cells
from contacts.reports.report import Report, Row, shown, too_few
from contacts.reports.scope import Look, Scope
from portal.people.hiding import Cell, fold, joined
from portal.ui.plots import Series, StackedArea, legend

#: By the number of an edge, by how many permits and people there are more.
Changes = dict[int, tuple[int, int]]
BASES: Mapping[str, Promise] = {
    "contract": gettext_lazy("Contract (Art. 6(1)(b) GDPR)"),
    "interest": gettext_lazy("Legitimate interests (Art. 6(1)(f) GDPR)"),
    "consent": gettext_lazy("Consent (Art. 6(1)(a) GDPR)"),
    "existing": gettext_lazy("Existing customers (section 7(3) UWG)"),
    "other": gettext_lazy("Another basis"),
}

# A permit ends with its time, by hand, or with its last use; one that was used up before the first edge is in force at
# none. The first provision of its basis counts, a consent before all. It is in force at the edges that are not before
# its beginning and lie before its end. The statement gives changes only: at each edge by how many permits and by how
# many people there are more or fewer than at the one before, so that its work does not grow with how long permits last.
# Permits are added up by where they begin and end; of each person the edges are joined at which any permit is in force.
STATEMENT = f"""
WITH permit AS MATERIALIZED (
    SELECT person, {PART} AS part,
           CASE WHEN rests_on_consent THEN 3
                WHEN legal_basis LIKE '%%UWG §7(3)%%' THEN 4
                WHEN legal_basis LIKE '%%6(1)(b)%%' THEN 1
                WHEN legal_basis LIKE '%%6(1)(f)%%' THEN 2
                ELSE 5 END AS basis,
           width_bucket(begins - interval '1 microsecond', %(edges)s::timestamptz[]) + 1 AS begin,
           width_bucket(ends - interval '1 microsecond', %(edges)s::timestamptz[]) + 1 AS after
    FROM (
        SELECT r.holder_id AS person, r.purpose, c.channel, r.rests_on_consent, r.legal_basis, r.valid_from AS begins,
               least(r.valid_until, r.revoked_at, u.at) AS ends
        FROM requests_permit r {POINT}
        LEFT JOIN requests_permituse u ON r.state = 'used' AND u.permit_id = r.id AND u.use_number = r.uses_allowed
        WHERE r.valid_until > %(first)s AND r.valid_from <= %(last)s
          AND (r.state <> 'used' OR u.at >= %(first)s)) AS one
    WHERE {OURS}
), added AS (
    SELECT basis, part, begin, after, count(*) AS number FROM permit WHERE begin < after
    GROUP BY basis, part, begin, after
), held AS MATERIALIZED (
    SELECT basis, part, person, range_agg(int4range(begin, after)) AS edges FROM permit WHERE begin < after
    GROUP BY basis, part, person
), run AS (
    SELECT basis, part, unnest(edges) AS edges FROM held
    UNION ALL
    SELECT 0, part, unnest(range_agg(edges)) FROM held GROUP BY part, person
), change AS (
    SELECT one.* FROM added, LATERAL (VALUES (basis, part, begin, number, 0), (basis, part, after, -number, 0),
      (0, part, begin, number, 0), (0, part, after, -number, 0)) AS one (basis, part, place, number, people)
    UNION ALL
    SELECT basis, part, place, 0, people
    FROM run, LATERAL (VALUES (lower(edges), 1), (upper(edges), -1)) AS one (place, people)
)
SELECT basis, part, place, sum(number)::bigint, sum(people)::bigint
FROM change GROUP BY basis, part, place
"""
#: What the numbers of the statement are short for.
CODES: tuple[str | None, ...] = (None, "contract", "interest", "consent", "existing", "other")


def held_at(scope: Scope, look: Look) -> Mapping[tuple[str | None, int], Cell]:
    """The permits in force by basis (None: of all) and number of the edge, from 1 on."""
    edges = look.chosen.edges
    changes = ask(STATEMENT, scope, look, edges=list(edges), first=edges[0], last=edges[-1])
    return cells(row for one in _together(changes).items() for row in _carried(*one, len(edges)))


def _together(changes: Iterable[tuple[Any, ...]]) -> Mapping[tuple[int, int], Changes]:
    found: dict[tuple[int, int], Changes] = defaultdict(dict)
    for basis, part, place, number, people in changes:
        found[basis, part][place] = (number, people)
    return found


def _carried(key: tuple[int, int], changes: Changes, places: int) -> Iterator[tuple[str | None, int, int, int, int]]:
    """From the changes at some edges to how many there were at each."""
    (basis, part), number, people = key, 0, 0
    for place in range(1, places + 1):
        more, more_people = changes.get(place, (0, 0))
        number, people = number + more, people + more_people
        if number:
            yield CODES[basis], place, part, number, people


def in_force(scope: Scope, look: Look) -> Report:
    edges, found = look.chosen.edges, held_at(scope, look)
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
