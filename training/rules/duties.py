"""Whom an assignment concerns, and until which day. Standard library only."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

#: A remedial refresher is assigned at most once in so many days.
REFRESHER_EVERY_DAYS = 90
REFRESHER_DUE_DAYS = 14


@dataclass(frozen=True, slots=True)
class Target:
    """An assignment: exactly one of person, department, role and rule is set."""

    created_on: date
    due_days: int
    person: int | None = None
    department: int | None = None
    role: str = ""
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Somebody:
    """A person as far as an assignment looks."""

    id: int
    department: int | None
    roles: Collection[str]
    joined_on: date


def due_on(target: Target, somebody: Somebody) -> date | None:
    """The last day for this person, or None where the assignment does not concern them.

    Counted from the assignment, for people who join later from their first day. `new_joiner` concerns whoever joined
    within `due_days` before the assignment, or later; `messenger` concerns nobody by itself: it makes an assignment for
    each person who asks for such a contact.
    """
    if not _concerns(target, somebody):
        return None
    return max(target.created_on, somebody.joined_on) + timedelta(days=target.due_days)


def _concerns(target: Target, somebody: Somebody) -> bool:
    if target.person is not None:
        return target.person == somebody.id
    if target.department is not None:
        return target.department == somebody.department
    if target.role:
        return target.role in somebody.roles
    if target.rule == "new_joiner":
        return somebody.joined_on >= target.created_on - timedelta(days=target.due_days)
    return False
