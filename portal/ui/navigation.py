"""The navigation as data: the same order everywhere, an entry only for those who may go there.

Pages stand in areas. The row on top shows the first five areas of a person, one link each; what is left stands in
groups behind "More". Inside an area that has several pages a second, quieter row names them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.access.roles import Role

if TYPE_CHECKING:
    from portal.people.models import User

ASKERS = (Role.EMPLOYEE, Role.MANAGER, Role.CONSENT_OFFICER, Role.DPO)
READERS = (*ASKERS, Role.AUDITOR)

#: People overlook the sixth of many (ux.md 2.2). The question "May I?" is the product and no place: it is not counted.
MOST_ON_TOP = 5
QUESTION = "check"


@dataclass(frozen=True, slots=True)
class Entry:
    """One link; `roles` empty = everybody. `section` is the first part of the paths that belong to it, `area` the
    group it stands in; without one it is an area of its own. `beside` are the sections of pages that belong to it and
    begin otherwise."""

    name: str
    label: str | Promise
    section: str
    roles: tuple[Role, ...] = ()
    area: str = ""
    beside: tuple[str, ...] = ()

    @property
    def home(self) -> str:
        return self.area or self.name


@dataclass(frozen=True, slots=True)
class Area:
    """The pages of one area that a person may open, the first of them is where its link leads."""

    key: str
    label: str | Promise
    entries: tuple[Entry, ...]

    @property
    def first(self) -> Entry:
        return self.entries[0]


@dataclass(frozen=True, slots=True)
class Navigation:
    """What the frame shows one person on one page. `here` and `area` are None where the page stands in no area."""

    top: tuple[Area, ...]
    more: tuple[Area, ...]
    area: Area | None
    here: Entry | None


#: Which areas there are, in their order, and what they are called; the others are called like their first page.
AREAS: dict[str, str | Promise] = {
    "start": _("Start"),
    QUESTION: _("May I?"),
    "customers": _("Customers"),
    "requests": _("Requests"),
    "training": _("Training"),
    "reports": _("Reports"),
    "protection": _("Data protection"),
    "administration": _("Administration"),
}
ENTRIES = (
    Entry("start", _("Start"), ""),
    Entry("check", _("May I?"), "check", ASKERS),
    Entry("customers", _("Customers"), "customers", READERS, beside=("saved-views",)),
    Entry("requests", _("Requests"), "requests", ASKERS),
    Entry("inbox", _("Inbox"), "inbox", (Role.MANAGER, Role.DPO), "requests"),
    Entry("permits", _("Permits"), "permits", ASKERS, "requests"),
    Entry("incidents", _("Incidents"), "incidents", (Role.DPO,), "protection"),
    Entry(
        "register",
        pgettext_lazy("list of permits and consents", "Register"),
        "register",
        (Role.DPO, Role.AUDITOR),
        "protection",
    ),
    Entry("rights", _("Rights"), "rights", (Role.DPO, Role.CONSENT_OFFICER, Role.AUDITOR), "protection"),
    Entry("training", _("Training"), "training"),
    Entry("team", _("Team"), "team", (Role.MANAGER,), "training"),
    Entry("reports", _("Reports"), "reports", (Role.MANAGER, Role.DPO, Role.AUDITOR, Role.TRAINING_AUTHOR)),
    Entry("author_courses", _("Courses"), "author", (Role.TRAINING_AUTHOR, Role.DPO), "training"),
    Entry("screenings", _("Lists"), "screenings", ASKERS, "customers"),
    Entry("imports", _("Imports"), "imports", (Role.CONSENT_OFFICER, Role.DPO), "customers"),
    Entry("consent_texts", _("Consents"), "consents", (Role.CONSENT_OFFICER, Role.DPO, Role.AUDITOR), "protection"),
    Entry(
        "suppression",
        _("Suppression list"),
        "suppression",
        (Role.CONSENT_OFFICER, Role.DPO, Role.AUDITOR),
        "protection",
    ),
    Entry("audit", _("Audit trail"), "audit", (Role.DPO, Role.AUDITOR), "protection"),
    Entry("evidence", _("Evidence packs"), "evidence", (Role.DPO, Role.AUDITOR), "protection"),
    Entry("retention", _("Retention"), "retention", (Role.DPO, Role.AUDITOR), "protection"),
    Entry("people", _("People"), "people", (Role.ADMINISTRATOR,), "administration"),
    Entry("routing", _("Routing"), "routing", (Role.DPO, Role.ADMINISTRATOR, Role.AUDITOR), "administration"),
    Entry("machines", _("Machines"), "machines", (Role.ADMINISTRATOR,), "administration"),
    Entry("webhooks", _("Webhooks"), "webhooks", (Role.ADMINISTRATOR,), "administration"),
    Entry("outbox", _("Deliveries"), "outbox", (Role.ADMINISTRATOR, Role.DPO), "administration"),
    Entry("admin:index", _("Operation"), "admin", (Role.ADMINISTRATOR,), "administration"),
)


def entries_for(user: User) -> list[Entry]:
    return [entry for entry in ENTRIES if not entry.roles or user.has_role(*entry.roles)]


def section_of(path: str) -> str:
    """The first part of a path: which entry is the current one."""
    return path.strip("/").split("/")[0]


def areas_of(entries: Iterable[Entry]) -> list[Area]:
    """The areas these entries make, in the order of AREAS; areas of their own come after those. An area of one page
    is called like that page."""
    grouped: dict[str, list[Entry]] = {key: [] for key in AREAS}
    for entry in entries:
        grouped.setdefault(entry.home, []).append(entry)
    return [Area(key, _called(key, found), tuple(found)) for key, found in grouped.items() if found]


def _called(key: str, entries: Sequence[Entry]) -> str | Promise:
    return AREAS.get(key, entries[0].label) if len(entries) > 1 else entries[0].label


def navigation_of(entries: Sequence[Entry], section: str) -> Navigation:
    """The frame's navigation for somebody who may open these entries, on a page of that section."""
    areas = areas_of(entries)
    counted = [area for area in areas if area.key != QUESTION][:MOST_ON_TOP]
    top = tuple(area for area in areas if area.key == QUESTION or area in counted)
    found = _where(areas, section)
    area, here = found or (None, None)
    return Navigation(top, tuple(area for area in areas if area not in top), area, here)


def _where(areas: Iterable[Area], section: str) -> tuple[Area, Entry] | None:
    pairs: Iterator[tuple[Area, Entry]] = ((area, entry) for area in areas for entry in area.entries)
    return next((pair for pair in pairs if section in (pair[1].section, *pair[1].beside)), None)
