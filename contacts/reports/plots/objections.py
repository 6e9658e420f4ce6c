"""How many of a thousand contacts met an objection, a withdrawal or a refusal of all contact, on each channel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from contacts.reports.counting import OURS, PART, ask, cells
from contacts.reports.report import Report, Row, Value, shown, too_few
from contacts.reports.rules import per_thousand
from contacts.reports.scope import Look, Scope
from portal.people.hiding import Cell, told_in_line
from portal.ui.plots import DotRow, Dots
from portal.ui.plots.frame import short
from portal.vocabulary import Channel

# Behind a number stand both employees and customers; the fewer of them count.
STATEMENT = f"""
SELECT channel, {PART} + 4 * ring AS part, count(*), least(count(DISTINCT person), count(DISTINCT customer)),
       count(*) FILTER (WHERE hit),
       least(count(DISTINCT person) FILTER (WHERE hit), count(DISTINCT customer) FILTER (WHERE hit))
FROM (SELECT p.purpose, c.channel, p.holder_id AS person, p.customer_id AS customer,
             l.result IN ('objected', 'withdrew', 'full_block') AS hit,
             cardinality(%(rings)s::timestamptz[]) - width_bucket(l.logged_at, %(rings)s::timestamptz[]) AS ring
      FROM requests_contact l
      JOIN requests_permituse u ON u.id = l.use_id
      JOIN requests_permit p ON p.id = u.permit_id
      JOIN customers_contactpoint c ON c.id = p.contact_point_id
      WHERE l.logged_at >= %(first)s AND l.logged_at < %(last)s) AS contact
WHERE {OURS}
GROUP BY GROUPING SETS ((channel, part), (part))
"""


def met(scope: Scope, look: Look) -> tuple[Mapping[str | None, Cell], Mapping[str | None, Cell]]:
    """Contacts by channel (None: all), and those of them that met an objection."""
    rings = look.rings
    rows = ask(STATEMENT, scope, look, rings=rings, first=rings[0], last=look.chosen.edges[-1])
    return cells(row[:4] for row in rows), cells((*row[:2], *row[4:]) for row in rows)


def objections(scope: Scope, look: Look) -> Report:
    made, hits = met(scope, look)
    about = _("Contacts logged in the last %(weeks)s weeks in which the customer objected or took a consent back.")
    about %= {"weeks": look.weeks}
    if not made[None].count:
        return Report("objections", _("No contact was logged in these weeks"), about)
    channels = [one for one in Channel.values if made[one].count]
    lines = _lines([made[one] for one in channels], made[None], [hits[one] for one in channels], hits[None])
    labels = [*(str(Channel(one).label) for one in channels), _("All channels")]
    title = _finding(labels, lines)
    plot = Dots(
        "objections",
        title,
        about,
        tuple(DotRow(label, _rate(line)) for label, line in zip(labels, lines, strict=True)),
        first=_("Objections per 1,000 contacts"),
        untold=too_few(),
    )
    head = (_("Channel"), _("Contacts"), _("Objections"), _("Objections per 1,000 contacts"))
    table = tuple(Row(label, line) for label, line in zip(labels, lines, strict=True))
    return Report("objections", title, about, head, table, plot.svg(), plot.legend(), flush=True)


def _rate(line: Sequence[Value]) -> float | None:
    return None if line[2] is None or isinstance(line[2], str) else float(line[2])


def _lines(
    made: Sequence[Cell], all_made: Cell, hits: Sequence[Cell], all_hits: Cell
) -> list[tuple[int | None, int | None, float | None]]:
    """For each channel and for all: contacts, objections, and objections per thousand; what is told of them."""
    told_made, told_hits = told_in_line(made, all_made), told_in_line(hits, all_hits)
    wholes = zip([*made, all_made], [*told_made[0], told_made[1]], strict=True)
    parts = zip([*hits, all_hits], [*told_hits[0], told_hits[1]], strict=True)
    return [_line(*whole, *part) for whole, part in zip(wholes, parts, strict=True)]


def _line(made: Cell, made_told: bool, hits: Cell, hits_told: bool) -> tuple[int | None, int | None, float | None]:
    """Where contacts are not told, neither are the objections in them."""
    both = made_told and hits_told
    rate = per_thousand(hits.count, made.count) if both else None
    return (shown(made.count, made_told), shown(hits.count, both), rate)


def _finding(labels: Sequence[str], lines: Sequence[Sequence[Value]]) -> str:
    rates = [_rate(line) for line in lines[:-1]]
    top = max((rate for rate in rates if rate), default=None)
    if top is not None and rates.count(top) == 1 and len(rates) > 1:
        said = {"channel": labels[rates.index(top)], "n": short(top)}
        return _("%(channel)s: %(n)s of 1,000 contacts met an objection, most of the channels shown") % said
    overall = _rate(lines[-1])
    if overall is None:
        return _("The objections in contacts are about %(few)s") % {"few": too_few()}
    if not overall:
        return _("No contact met an objection")
    return _("%(n)s of 1,000 contacts met an objection") % {"n": short(overall)}
