"""Training: how many of each team hold a valid certificate; and how the questions do."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from contacts.reports import words
from contacts.reports.report import Report, Row, Value, too_few
from contacts.reports.rules import percent
from contacts.reports.scope import Look, Scope
from portal.people.groups import may_be_told, total_may_be_told
from portal.ui.plots import DotRow, Dots
from training.analysis import FEWEST_ATTEMPTS
from training.presenting.item_plot import item_about, item_marks, item_plot, item_title
from training.selectors.items import items_on_offer
from training.selectors.teams import Team
from training.selectors.teams import teams as teams_of


def teams(scope: Scope, look: Look) -> Report:
    """Departments in the order of their names: they are groups of people, and not ranked."""
    found = teams_of(scope.ids, today=timezone.localdate(look.at))
    about = _("People of each department with a valid basic certificate, and those for whom it ends within 30 days.")
    everybody = _everybody(found)
    lines = [(team.department or _("Without a department"), _line(team)) for team in found]
    lines.append((_("Everybody"), _line(everybody)))
    title = _finding(everybody)
    plot = Dots(
        "teams",
        title,
        about,
        tuple(DotRow(label, _share(line, 1), _share(line, 2) or None) for label, line in lines),
        first=_("Valid"),
        other=_("Valid, but ends within 30 days"),
        unit=" %",
        top=100,
        untold=too_few(),
    )
    head = (_("Department"), _("People"), _("Valid (per cent)"), _("Ends within 30 days (per cent)"))
    rows = tuple(Row(label, line) for label, line in lines)
    return Report("teams", title, about, head, rows, plot.svg(), plot.legend(), flush=True, of_contacts=False)


def _everybody(found: list[Team]) -> Team:
    """All together; nobody, where one could reckon back from it to a small department."""
    if not total_may_be_told(team.people for team in found):
        return Team(None, 0, 0, 0)
    sums = (sum(getattr(team, name) for team in found) for name in ("people", "valid", "soon"))
    return Team(None, *sums)


def _line(team: Team) -> tuple[Value, Value, Value]:
    """People, and shares in per cent; nothing about too few."""
    if not may_be_told(team.people):
        return (None, None, None)
    return (team.people, percent(team.valid, team.people), percent(team.soon, team.people))


def _share(line: tuple[Value, ...], at: int) -> float | None:
    value = line[at]
    return None if value is None or isinstance(value, str) else float(value)


def _finding(everybody: Team) -> str:
    if not may_be_told(everybody.people):
        return _("How many people of each department hold a valid certificate")
    shares = _line(everybody)
    said = {"valid": shares[1], "soon": shares[2], "people": words.number(everybody.people)}
    if not everybody.soon:
        return _("%(valid)s %% of %(people)s people hold a valid certificate, and none ends within 30 days") % said
    return (
        _("%(valid)s %% of %(people)s people hold a valid certificate; for %(soon)s %% it ends within 30 days") % said
    )


def items(scope: Scope, look: Look) -> Report:
    """The questions of all courses on offer, by course; authors look closer on the page of each version."""
    found = items_on_offer()
    about = item_about()
    if not found:
        return Report(
            "questions",
            _("No question has %(n)s first attempts yet") % {"n": FEWEST_ATTEMPTS},
            about,
            of_contacts=False,
        )
    head = (_("Question"), _("First attempts"), _("Facility (per cent)"), _("Discrimination"))
    rows = tuple(
        Row(f"{one.course}: {one.key}", (one.attempts, round(100 * one.facility), round(one.discrimination, 2)))
        for one in found
    )
    drawn = item_plot("questions", found).svg()
    return Report("questions", item_title(found), about, head, rows, drawn, item_marks(), of_contacts=False)
