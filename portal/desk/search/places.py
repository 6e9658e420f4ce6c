"""The pages that a person may go to by name: those of the menu, and those that stand in no menu."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from contacts.requests.services.asking import ASKERS
from portal.access.roles import Role
from portal.ui.navigation import entries_for

if TYPE_CHECKING:
    from portal.people.models import User


@dataclass(frozen=True, slots=True)
class Place:
    """A page and where it is; `key` is the letter that leads there after `g`, or ""."""

    name: str
    label: str | Promise
    url: str
    key: str = ""


#: Letters after `g` (docs/help of the keyboard): the pages people go to most.
LETTERS = {"start": "s", "check": "m", "customers": "c", "requests": "r", "inbox": "i", "training": "t"}
#: (url name, label, roles); no roles = everybody. In no menu, but worth going to by name.
BESIDE: tuple[tuple[str, Promise, tuple[Role, ...]], ...] = (
    ("permits", _("My permits"), ASKERS),
    ("messages", _("Messages"), ()),
    ("deputies", _("Deputies"), (Role.MANAGER, Role.DPO)),
    ("rule_book", _("Rule book"), ()),
    ("company_accounts", _("Company accounts"), ()),
    ("own_systems", _("Systems that act for me"), ()),
    ("shortcuts", _("Keyboard"), ()),
    ("account_change_password", _("Change password"), ()),
    ("second_factor", _("Second factor"), ()),
    ("sessions", _("Where you are signed in"), ()),
    ("help", _("Help"), ()),
    ("glossary", _("Glossary"), ()),
    ("accessibility", _("Accessibility"), ()),
    ("privacy", _("Privacy notice"), ()),
)


def places_of(user: User) -> list[Place]:
    """Every page that this person can reach by its name, those of the menu first. No query."""
    menu = [(entry.name, entry.label) for entry in entries_for(user)]
    named = {name for name, _label in menu}
    beside = [(name, label) for name, label, roles in BESIDE if not roles or user.has_role(*roles)]
    rows = [*menu, *((name, label) for name, label in beside if name not in named)]
    return [place for name, label in rows if (place := _place(name, label)) is not None]


def _place(name: str, label: str | Promise) -> Place | None:
    """None for a page that this house does not have."""
    try:
        return Place(name, label, reverse(name), LETTERS.get(name, ""))
    except NoReverseMatch:
        return None
