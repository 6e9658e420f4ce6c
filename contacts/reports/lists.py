"""The lists behind a column: only what the reader may see anyway, and only where the column itself may be told."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db.models import QuerySet

from contacts.reports.plots.endings import months_of
from contacts.reports.plots.waiting import ages_of
from contacts.reports.rules import AGES
from contacts.reports.scope import Look, Scope
from contacts.requests.models import ContactRequest, Permit
from contacts.requests.rules import WAITING, PermitState


def permits_ending(scope: Scope, look: Look, month: date) -> QuerySet[Permit] | None:
    """The permits that end in a month, or None where there are so few people behind them that no number is told. Raises
    ValueError for a month that is not among the next twelve."""
    at = look.months.days.index(month)
    _parts, told, _total, _with_total = months_of(scope, look)
    if not (scope.is_told and told[at]):
        return None
    begins, ends = look.months.edges[at], look.months.edges[at + 1]
    rows = Permit.objects.visible_to(scope.reader).filter(state=PermitState.ACTIVE, valid_until__gt=look.at)
    rows = rows.filter(valid_until__gte=begins, valid_until__lt=ends, **_chosen(look))
    rows = rows if scope.everybody else rows.filter(holder__in=scope.people)
    return rows.select_related("customer", "contact_point")


def requests_waiting(scope: Scope, look: Look, number: int) -> QuerySet[ContactRequest] | None:
    """The requests of a class of age, or None where no number is told. Raises IndexError for a class that is none."""
    _parts, told, _total, _with_total = ages_of(scope, look)
    if not (told[number] and scope.is_told):
        return None
    rows = ContactRequest.objects.visible_to(scope.reader).filter(state__in=sorted(WAITING), **_chosen(look))
    rows = rows.filter(**_waiting_since(look.at, number))
    rows = rows if scope.everybody else rows.filter(requester__in=scope.people)
    return rows.select_related("customer", "contact_point")


def _chosen(look: Look) -> dict[str, str]:
    chosen = {"purpose": look.purpose, "contact_point__channel": look.channel}
    return {name: value for name, value in chosen.items() if value}


def _waiting_since(at: datetime, number: int) -> dict[str, datetime]:
    """Between which instants a class of age began to wait: a class begins with its later edge excluded."""
    bounds = {}
    if number > 0:
        bounds["waiting_since__lt"] = at - timedelta(days=AGES[number - 1])
    if number < len(AGES):
        bounds["waiting_since__gte"] = at - timedelta(days=AGES[number])
    return bounds
