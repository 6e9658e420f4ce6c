"""Every report: its part of the address, who may see it, and what draws it. The order is that of the page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from contacts.reports.plots.endings import endings
from contacts.reports.plots.flow import flow
from contacts.reports.plots.in_force import in_force
from contacts.reports.plots.objections import objections
from contacts.reports.plots.outcomes import outcomes
from contacts.reports.plots.training import items, teams
from contacts.reports.plots.waiting import waiting
from contacts.reports.plots.withdrawals import withdrawals
from contacts.reports.report import Report
from contacts.reports.scope import Look, Scope


@dataclass(frozen=True, slots=True)
class Kind:
    """`of_people`: it tells about employees, so of a scope with too few of them it tells nothing. `filtered`: it goes
    by what was chosen; the others have neither reason nor channel nor weeks."""

    key: str
    draw: Callable[[Scope, Look], Report]
    is_for: Callable[[Scope], bool]
    of_people: bool = True
    filtered: bool = True


def _requests(scope: Scope) -> bool:
    return scope.has_requests


KINDS = (
    Kind("in-force", in_force, _requests),
    Kind("ending", endings, _requests),
    Kind("waiting", waiting, _requests),
    Kind("decisions", flow, _requests),
    Kind("outcomes", outcomes, _requests),
    Kind("objections", objections, _requests),
    Kind("withdrawals", withdrawals, lambda scope: scope.has_customers, of_people=False),
    Kind("teams", teams, _requests, filtered=False),
    Kind("questions", items, lambda scope: scope.has_items, of_people=False, filtered=False),
)
KEYS = tuple(kind.key for kind in KINDS)


def kinds_for(scope: Scope) -> list[Kind]:
    """What this reader may see, whether or not there are enough people to tell of."""
    return [kind for kind in KINDS if kind.is_for(scope)]


def reports_for(scope: Scope, look: Look) -> list[Report]:
    """Each in one statement; of too few people none."""
    return [kind.draw(scope, look) for kind in kinds_for(scope) if scope.is_told or not kind.of_people]


def report_for(scope: Scope, look: Look, key: str) -> Report | None:
    """One of them, or None where this reader may not see it or nothing may be told."""
    found = (kind for kind in kinds_for(scope) if kind.key == key and (scope.is_told or not kind.of_people))
    kind = next(found, None)
    return kind.draw(scope, look) if kind else None
