"""Which rows of a rule are over their time, as SQL: the job, the report and the page ask the same words."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from portal.retention.rules import Rule

_HELD = "EXISTS (SELECT FROM retention_hold h WHERE h.ended_at IS NULL AND h.customer_id = ({customer}){request})"


def held(rule: Rule) -> str:
    """Whether a legal hold stops a row `t`. A hold on one request stops that request and nothing else."""
    if not rule.customer:
        return "FALSE"
    of_request = f" OR h.request_id = ({rule.request})" if rule.request else ""
    return _HELD.format(customer=rule.customer, request=f" AND (h.request_id IS NULL{of_request})")


def due(rule: Rule) -> str:
    """Whether a row `t` is to go: `%(cut)s` and `%(at)s` are open."""
    return f"({rule.ready}) AND ({rule.since}) < %(cut)s AND NOT {held(rule)}"


def values(rule: Rule, length: int, at: datetime) -> dict[str, Any] | None:
    """What `due` leaves open; None where no date ends the period."""
    cut = rule.period.cut(at, length)
    return None if cut is None else {"cut": cut, "at": at}
