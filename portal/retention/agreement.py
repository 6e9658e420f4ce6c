"""The annex to the works agreement (BetrVG § 87(1) Nr. 6), from what is configured now: which data of employees there
are, how long they are kept, who sees what, which numbers about people are told, and how names are seen.

Nothing in it is typed by hand: the roles are those of the navigation, the periods those that count, the columns those
of the database. In a language by activating it before.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portal.access.roles import Role
from portal.paper.pdf import render_pdf
from portal.people.groups import FEWEST_PEOPLE
from portal.retention.declared import roof, rules, tables
from portal.retention.lengths import lengths
from portal.retention.reporting import period_words
from portal.retention.rules import About
from portal.retention.unmasking import MOST_HOURS
from portal.ui.citations import citation_in
from portal.ui.navigation import ENTRIES

OF_EMPLOYEES = (About.EMPLOYEE, About.BOTH)


@dataclass(frozen=True, slots=True)
class Part:
    """One numbered part of the annex: sentences, and a table of words below them."""

    title: str
    sentences: tuple[str, ...] = ()
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


def parts(at: datetime) -> tuple[Part, ...]:
    """The whole annex in the language that is active."""
    return (_data(at), _who(), _reports(), _names(), _columns())


def _data(at: datetime) -> Part:
    kept = lengths(at)
    rows = tuple(
        (_(rule.data), period_words(rule.period, kept[key]), _(rule.begins), _way(rule.way), _why(rule.basis))
        for key, rule in rules().items()
        if rule.about in OF_EMPLOYEES
    )
    head = (_("Data"), _("Kept"), _("From when"), _("Then"), _("Why"))
    return Part(_("Which data of employees are kept, and how long"), (), head, rows)


def _why(basis: str) -> str:
    return citation_in(get_language() or "", basis)


def _way(way: str) -> str:
    words = {"delete": _("Deleted"), "anonymise": _("Anonymised"), "keep": _("Kept")}
    return words[way]


def _who() -> Part:
    """By the navigation: a page that stands there for a role is one that this role may open."""
    rows = tuple(
        (str(role.label), ", ".join(str(one.label) for one in ENTRIES if not one.roles or role in one.roles))
        for role in Role
    )
    sentences = (
        _("Everybody sees their own data. Managers see of their reports whether a course is valid or due, no marks."),
        _("A page that a role does not open is refused; what belongs to others is answered as if it were not there."),
    )
    return Part(_("Who sees what"), sentences, (_("Role"), _("Pages")), rows)


def _reports() -> Part:
    sentences = (
        _("Numbers about fewer than %(fewest)s people are not told, nor sums from which one could reckon back to them.")
        % {"fewest": FEWEST_PEOPLE},
        _("There is no ranking of employees: no page, export or message orders people by what they did or scored."),
        _("Nothing decides about employees by itself; what the portal finds is looked at by people."),
    )
    rows = tuple((_(report),) for report in roof().reports)
    return Part(_("Which numbers about people are told"), sentences, (_("Report"),), rows)


def _names() -> Part:
    masked = _("At present auditors and the works council read pseudonyms of employees in the trail and in lists.")
    plain = _("At present auditors and the works council read the names of employees in the trail and in lists.")
    asked = _(
        "The request log of one person, and names behind pseudonyms, are shown only when the data protection officer "
        "has asked with a reason and the works council or auditor has agreed, for at most %(hours)s hours."
    )
    sentences = (
        masked if settings.WORKS_COUNCIL_MODE else plain,
        asked % {"hours": MOST_HOURS},
        _("Asking, agreeing, refusing and each look leave an entry in the trail."),
    )
    return Part(_("How names are seen"), sentences)


def _columns() -> Part:
    of_employees = {key for key, rule in rules().items() if rule.about in OF_EMPLOYEES}
    rows = tuple(
        (table.name, ", ".join(sorted(columns)))
        for table in tables().values()
        if (columns := frozenset().union(*[names for key, names in table.personal.items() if key in of_employees]))
    )
    return Part(_("The same as columns of the database"), (), (_("Table"), _("Columns")), rows)


def pdf(language: str, at: datetime) -> bytes:
    """The annex as PDF/UA, in the language that is active, which `language` names."""
    values: dict[str, Any] = {
        "title": _("Annex to the works agreement"),
        "company": settings.COMPANY_NAME,
        "reference": _("Version %(version)s of the portal") % {"version": settings.VERSION},
        "made": _("Made from the configuration of %(moment)s.")
        % {"moment": date_format(localtime(at), "SHORT_DATETIME_FORMAT")},
        "page_of": _("Page {1} of {2}"),
        "parts": [
            {"title": part.title, "sentences": part.sentences, "head": part.head, "rows": part.rows}
            for part in parts(at)
        ],
    }
    return render_pdf("works_agreement", values, language=language, at=at)
