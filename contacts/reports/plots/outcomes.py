"""How requests ended, for each reason, as parts of a hundred."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from contacts.reports import words
from contacts.reports.counting import OURS, PART, POINT, ask, cells
from contacts.reports.report import Report, Row, shown, too_few, untold_note
from contacts.reports.rules import percent
from contacts.reports.scope import Look, Scope
from portal.people.hiding import Cell, fold, together, told_in_table
from portal.ui.plots import ShareRow, Shares, legend
from portal.vocabulary import Purpose

ENDS: Mapping[str, Promise] = {
    "granted": pgettext_lazy("request", "Approved"),
    "refused": pgettext_lazy("request", "Not approved"),
    "lapsed": pgettext_lazy("request", "Lapsed"),
    "cancelled": pgettext_lazy("request", "Cancelled"),
}
STATEMENT = f"""
SELECT purpose, state, part, sum(number)::bigint, count(DISTINCT person)
FROM (
SELECT purpose, state, {PART} + 4 * ring AS part, person, count(*) AS number
FROM (SELECT r.purpose, r.state, r.requester_id AS person, c.channel,
             cardinality(%(rings)s::timestamptz[]) - width_bucket(r.closed_at, %(rings)s::timestamptz[]) AS ring
      FROM requests_contactrequest r {POINT}
      WHERE r.closed_at >= %(first)s AND r.closed_at < %(last)s AND r.submitted_at IS NOT NULL
        AND r.state IN ('granted', 'refused', 'lapsed', 'cancelled')) AS request
WHERE {OURS}
GROUP BY purpose, state, part, person) AS ended
GROUP BY GROUPING SETS ((purpose, state, part), (purpose, part), (state, part), (part))
"""
#: A label and the names that it stands for; none of them are all.
Groups = list[tuple[str, list[str | None]]]


def ended(scope: Scope, look: Look) -> Mapping[tuple[str | None, str | None], Cell]:
    """Requests by reason and end; None is all of them."""
    rings = look.rings
    return cells(ask(STATEMENT, scope, look, rings=rings, first=rings[0], last=look.chosen.edges[-1]))


def outcomes(scope: Scope, look: Look) -> Report:
    found = ended(scope, look)
    about = _("Requests that ended in the last %(weeks)s weeks, by reason.") % {"weeks": look.weeks}
    total = found[None, None]
    if not total.count:
        return Report("outcomes", _("No request ended in these weeks"), about)
    if total.is_small:
        return Report("outcomes", _("The requests that ended are about %(few)s") % {"few": too_few()}, about)
    reasons = _groups({one: found[one, None] for one in Purpose.values}, dict(Purpose.choices), _("All other reasons"))
    ends = _groups({one: found[None, one] for one in ENDS}, ENDS, _("Ended otherwise"))
    reasons = reasons or [(_("All reasons"), [None])]
    ends = ends or [(_("Ended"), [None])]
    table = _table(found, reasons, ends)
    told = told_in_table(table)
    return _report(look, about, reasons, ends, table, told)


def _groups(totals: Mapping[str, Cell], labels: Mapping[str, object], others: str) -> Groups:
    """The names that can stand alone, in their order, and the rest as one; none where even the rest is too small."""
    some = {name: [cell] for name, cell in totals.items() if cell.count}
    kept, rest = fold(some)
    alone: Groups = [(str(labels[name]), [name]) for name in kept]
    if rest and kept:
        alone.append((others, [*rest]))
    return alone


def _table(found: Mapping[tuple[str | None, str | None], Cell], reasons: Groups, ends: Groups) -> list[list[Cell]]:
    """With sums as the last row and column."""
    rows: list[Sequence[str | None]] = [*(names for _label, names in reasons), [None]]
    columns: list[Sequence[str | None]] = [*(names or [None] for _label, names in ends), [None]]
    return [[together(found[reason, end] for reason in row for end in column) for column in columns] for row in rows]


def _report(
    look: Look, about: str, reasons: Groups, ends: Groups, table: list[list[Cell]], told: list[list[bool]]
) -> Report:
    numbers = [
        [shown(cell.count, is_told) for cell, is_told in zip(row, flags, strict=True)]
        for row, flags in zip(table, told, strict=True)
    ]
    labels = [*(label for label, _names in reasons), _("All reasons")]
    title = _finding(ends, numbers[-1])
    names = tuple(label for label, _names in ends)
    rows = tuple(Row(label, tuple(row)) for label, row in zip(labels, numbers, strict=True))
    rows = rows if len(reasons) > 1 else rows[:1]  # of one reason the sum would say the same again
    lines = tuple(ShareRow(row.label, row.values[:-1], row.values[-1]) for row in rows)  # type: ignore[arg-type]
    plot = Shares("outcomes", title, about, names, lines, untold=too_few())
    note = untold_note(value for row in rows for value in row.values)
    head = (_("Reason"), *names, _("Total"))
    return Report("outcomes", title, about, head, rows, plot.svg(), legend(names, hidden=note), flush=True)


def _finding(ends: Groups, sums: Sequence[int | None]) -> str:
    at = next((number for number, (_label, names) in enumerate(ends) if names == ["granted"]), None)
    total = sums[-1]
    approved = None if at is None else sums[at]
    if total is None:
        return _("The requests that ended are about %(few)s") % {"few": too_few()}
    said = {"total": words.number(total)}
    if approved is None:
        return _("%(total)s requests ended") % said
    return _("%(percent)s %% of %(total)s requests were approved") % {**said, "percent": percent(approved, total)}
