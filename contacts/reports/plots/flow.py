"""How long decisions took, week by week, beside the time that there was for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from contacts.reports import words
from contacts.reports.counting import OURS, PART, ask, cells
from contacts.reports.report import Report, Row, Value, too_few
from contacts.reports.scope import Look, Scope
from portal.people.hiding import Cell
from portal.ui.html import NOTHING
from portal.ui.plots import Line, Lines
from portal.ui.plots.frame import short

# A manager sees the own decisions about the own people: the others' are not theirs to see. Over all, both those who
# asked and those who decided must be enough to hide in. Times are told of what was chosen alone. Requests are read only
# where a reason was chosen, and those of the chosen channel only where one was.
STATEMENT = f"""
SELECT width_bucket(done, %(edges)s::timestamptz[]) AS place, {PART} AS part, count(*),
       CASE WHEN %(reviewer)s::bigint IS NULL THEN least(count(DISTINCT person), count(DISTINCT reviewer))
            ELSE count(DISTINCT person) END,
       percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY taken) FILTER (WHERE {PART} = 0),
       percentile_cont(0.5) WITHIN GROUP (ORDER BY given) FILTER (WHERE {PART} = 0)
FROM (SELECT v.at AS done, v.requester_id AS person, v.reviewer_id AS reviewer, r.purpose, c.channel,
             date_part('epoch', v.at - s.since) / 3600 AS taken, date_part('epoch', s.due_at - s.since) / 3600 AS given
      FROM requests_review v
      JOIN requests_reviewstage s ON s.id = v.step_id
      LEFT JOIN requests_contactrequest r ON r.id = v.request_id AND %(purpose)s <> ''
      LEFT JOIN (requests_contactrequest q JOIN customers_contactpoint c
                 ON c.id = q.contact_point_id AND c.channel = %(channel)s)
        ON q.id = v.request_id AND %(channel)s <> ''
      WHERE v.at >= %(first)s AND v.at < %(last)s AND s.since IS NOT NULL
        AND (%(reviewer)s::bigint IS NULL OR v.reviewer_id = %(reviewer)s)) AS decision
WHERE {OURS}
GROUP BY place, part
"""


def decided(scope: Scope, look: Look) -> tuple[Mapping[int, Cell], Mapping[int, Sequence[Any]]]:
    """Decisions by the number of their week, from 1 on; and half, nine of ten and the target of those that were chosen,
    in hours."""
    edges = look.chosen.edges
    reviewer = None if scope.everybody else scope.reader.pk
    rows = ask(STATEMENT, scope, look, edges=list(edges), first=edges[0], last=edges[-1], reviewer=reviewer)
    return cells(row[:4] for row in rows), {row[0]: (*row[4], row[5]) for row in rows if row[1] == 0}


def flow(scope: Scope, look: Look) -> Report:
    edges, (found, times) = look.chosen.edges, decided(scope, look)
    about = _("Hours from the beginning of a stage to its decision; the target is the time that there was for it.")
    if not scope.everybody:
        about = _("Hours that your own decisions took; the target is the time that there was for them.")
    lines = [_week(found[place], times.get(place)) for place in range(1, len(edges))]
    if not any(found[place].count for place in range(1, len(edges))):
        return Report("decisions", _("Nothing was decided in these weeks"), about, wide=True)
    title = _finding(look, lines)
    names = (_("Half took at most"), _("Nine of ten took at most"), _("Target"))
    plot = Lines(
        "decisions",
        title,
        about,
        tuple(words.week(day) for day in look.chosen.days),
        tuple(Line(name, _line(lines, at), is_target=at == 3) for at, name in enumerate(names, 1)),
        unit=" h",
    )
    table = tuple(Row(words.full_day(day), values) for day, values in zip(look.chosen.days, lines, strict=True))
    head = (_("Week from"), _("Decisions"), *(_("%(what)s (hours)") % {"what": name} for name in names))
    drawn = plot.svg() if any(week[0] for week in lines) else NOTHING
    return Report("decisions", title, about, head, table, drawn, wide=True)


def _week(cell: Cell, times: Sequence[Any] | None) -> tuple[Value, ...]:
    """The number of decisions, and half, nine of ten and target in hours; "" where there is none."""
    if cell.is_small:
        return (None, None, None, None)
    if not cell.count or times is None:
        return (0, "", "", "")
    return (cell.count, *(round(hours, 1) for hours in times))


def _line(lines: Sequence[tuple[Value, ...]], at: int) -> tuple[float | None, ...]:
    values = (week[at] for week in lines)
    return tuple(None if value is None or isinstance(value, str) else float(value) for value in values)


def _finding(look: Look, lines: Sequence[tuple[Value, ...]]) -> str:
    told = [(day, week) for day, week in zip(look.chosen.days, lines, strict=True) if week[0]]
    if not told:
        return _("The decisions of each week are about %(few)s") % {"few": too_few()}
    day, (_count, half, most, target) = told[-1]
    said = {
        "day": words.week(day),
        "half": short(half),  # type: ignore[arg-type]
        "most": short(most),  # type: ignore[arg-type]
        "target": short(target),  # type: ignore[arg-type]
    }
    if most <= target:  # type: ignore[operator]
        return _(
            "In the week of %(day)s nine of ten decisions took at most %(most)s hours; the target is %(target)s"
        ) % (said)
    if half <= target:  # type: ignore[operator]
        return _(
            "In the week of %(day)s half of the decisions took at most %(half)s hours, "
            "but not nine of ten met the target"
        ) % (said)
    return _("In the week of %(day)s half of the decisions took longer than the target of %(target)s hours") % said
