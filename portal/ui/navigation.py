"""The main navigation as data: the same order everywhere, an entry only for those who may go there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.access.roles import Role

if TYPE_CHECKING:
    from portal.people.models import User

ASKERS = (Role.EMPLOYEE, Role.MANAGER, Role.CONSENT_OFFICER, Role.DPO)
READERS = (*ASKERS, Role.AUDITOR)


@dataclass(frozen=True, slots=True)
class Entry:
    """One link; `roles` empty = everybody. `section` is the first part of the paths that belong to it."""

    name: str
    label: str | Promise
    section: str
    roles: tuple[Role, ...] = ()


ENTRIES = (
    Entry("start", _("Start"), ""),
    Entry("check", _("May I?"), "check", ASKERS),
    Entry("customers", _("Customers"), "customers", READERS),
    Entry("requests", _("Requests"), "requests", ASKERS),
    Entry("inbox", _("Inbox"), "inbox", (Role.MANAGER, Role.DPO)),
    Entry("incidents", _("Incidents"), "incidents", (Role.DPO,)),
    Entry("rights", _("Rights"), "rights", (Role.DPO, Role.CONSENT_OFFICER, Role.AUDITOR)),
    Entry("training", _("Training"), "training"),
    Entry("team", _("Team"), "team", (Role.MANAGER,)),
    Entry("reports", _("Reports"), "reports", (Role.MANAGER, Role.DPO, Role.AUDITOR, Role.TRAINING_AUTHOR)),
    Entry("author_courses", _("Courses"), "author", (Role.TRAINING_AUTHOR, Role.DPO)),
    Entry("screenings", _("Lists"), "screenings", ASKERS),
    Entry("imports", _("Imports"), "imports", (Role.CONSENT_OFFICER, Role.DPO)),
    Entry("consent_texts", _("Consents"), "consents", (Role.CONSENT_OFFICER, Role.DPO, Role.AUDITOR)),
    Entry("suppression", _("Suppression list"), "suppression", (Role.CONSENT_OFFICER, Role.DPO, Role.AUDITOR)),
    Entry("audit", _("Audit trail"), "audit", (Role.DPO, Role.AUDITOR)),
    Entry("evidence", _("Evidence packs"), "evidence", (Role.DPO, Role.AUDITOR)),
    Entry("retention", _("Retention"), "retention", (Role.DPO, Role.AUDITOR)),
    Entry("routing", _("Routing"), "routing", (Role.DPO, Role.ADMINISTRATOR, Role.AUDITOR)),
    Entry("people", _("People"), "people", (Role.ADMINISTRATOR,)),
    Entry("machines", _("Machines"), "machines", (Role.ADMINISTRATOR,)),
    Entry("webhooks", _("Webhooks"), "webhooks", (Role.ADMINISTRATOR,)),
    Entry("outbox", _("Deliveries"), "outbox", (Role.ADMINISTRATOR, Role.DPO)),
)


def entries_for(user: User) -> list[Entry]:
    return [entry for entry in ENTRIES if not entry.roles or user.has_role(*entry.roles)]


def section_of(path: str) -> str:
    """The first part of a path: which entry is the current one."""
    return path.strip("/").split("/")[0]
