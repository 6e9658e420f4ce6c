"""Consents that customers took back, week by week, by channel; with the weeks in which lists were checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from consent.rules import ADVERTISING
from consent.withdrawals import withdrawals as counted
from contacts.reports import words
from contacts.reports.counting import cells
from contacts.reports.report import Report, Row, shown, too_few, untold_note
from contacts.reports.scope import Look, Scope
from contacts.screening.campaigns import weeks_with_lists
from portal.people.hiding import Cell, fold, joined
from portal.ui.plots import Columns, Note, Series, legend
from portal.vocabulary import Channel


def withdrawals(scope: Scope, look: Look) -> Report:
    edges, days = look.chosen.edges, look.chosen.days
    found = cells(counted(edges, purpose=look.purpose, channel=look.channel))
    places = range(1, len(days) + 1)
    total = [found[None, place] for place in places]
    about = _("Consents that customers took back, by week and channel.")
    lists = weeks_with_lists(edges, ADVERTISING)
    if lists:
        about += " " + _("A triangle marks a week in which a list was checked for advertising.")
    if not any(cell.count for cell in total):
        return Report("withdrawals", _("No consent was withdrawn in these weeks"), about, wide=True)
    series = _series({one: [found[one, place] for place in places] for one in Channel.values}, total)
    title = _finding(days, total)
    labels = tuple(words.week(day) for day in days)
    words_of_list = _("A list was checked for advertising: week of %(week)s")
    notes = tuple(Note(at, words_of_list % {"week": labels[at]}) for at in lists)
    plot = Columns("withdrawals", title, about, labels, tuple(series), untold=too_few(), notes=notes, all_labels=False)
    rows = tuple(Row(words.full_day(day), tuple(one.values[at] for one in series)) for at, day in enumerate(days))
    head = (_("Week from"), *(one.name for one in series))
    names = [one.name for one in series] if len(series) > 1 else []
    note = untold_note(value for row in rows for value in row.values)
    return Report("withdrawals", title, about, head, rows, plot.svg(), legend(names, hidden=note), wide=True)


def _series(groups: Mapping[str, Sequence[Cell]], total: Sequence[Cell]) -> list[Series]:
    """Channels that can be told in every week, the others as one; all as one where that is too few."""
    some = {name: row for name, row in groups.items() if any(cell.count for cell in row)}
    kept, rest = fold(some)
    if not kept:
        return [Series(_("Withdrawals"), tuple(shown(cell.count, not cell.is_small) for cell in total))]
    series = [Series(str(Channel(one).label), tuple(cell.count for cell in some[one])) for one in kept]
    if rest:
        others = joined(some, rest)
        series.append(Series(_("Other channels"), tuple(shown(cell.count, not cell.is_small) for cell in others)))
    return series


def _finding(days: Sequence[object], total: Sequence[Cell]) -> str:
    numbers = [0 if cell.is_small else cell.count for cell in total]
    top = max(numbers)
    if not top:
        return _("The withdrawals of each week are about %(few)s") % {"few": too_few()}
    at = numbers.index(top)
    said = {"n": words.number(top), "week": words.week(days[at])}  # type: ignore[arg-type]
    if numbers.count(top) > 1:
        return _("%(n)s consents were withdrawn in the week of %(week)s, in no week shown more") % said
    if any(cell.is_small for cell in total):
        return _("%(n)s consents were withdrawn in the week of %(week)s, most of the weeks shown") % said
    return _("%(n)s consents were withdrawn in the week of %(week)s, most of all weeks") % said
