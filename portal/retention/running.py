"""The job that lets go what is over its time: rule by rule, in bounded batches, each its own transaction with one entry
in the trail. What another job of the clock does (`Rule.job`) is left to it."""

from __future__ import annotations

import logging
import time
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from portal.audit.services import Job, record
from portal.jobs import TimeIsUp
from portal.retention import due
from portal.retention.declared import roof, rules
from portal.retention.lengths import lengths
from portal.retention.rules import Rule

logger = logging.getLogger(__name__)
JOB = Job("retention.run")
AT_ONCE = 500
#: Of one turn; the rest is left to the next, which comes within the hour.
BUDGET_SECONDS = 150.0


def run(*, at: datetime, batch: int = AT_ONCE) -> int:
    """Let everything go that is due at `at`; returns how many rows. A rule that fails is logged, and the others do not
    wait for it."""
    until, total, kept = time.monotonic() + BUDGET_SECONDS, 0, lengths(at)
    for key, rule in rules().items():
        values = due.values(rule, kept[key], at)
        if values is None or rule.job:
            continue
        try:
            total += _run_rule(rule, values, batch, until)
        except TimeIsUp:
            raise
        except Exception:
            logger.exception("retention: %s was left out", key)
    return total


def _run_rule(rule: Rule, values: dict[str, Any], batch: int, until: float) -> int:
    """Batch after batch. Rows that fail together are tried alone, and those that fail alone are passed over."""
    total, after = 0, None
    while time.monotonic() < until:
        ids = _due_ids(rule, values, batch, after)
        if not ids:
            break
        total += _let_go(rule, ids, values)
        after = ids[-1]
    return total


def _let_go(rule: Rule, ids: list[Any], values: dict[str, Any]) -> int:
    try:
        return _batch(rule, ids, values)
    except TimeIsUp:
        raise
    except Exception:
        if len(ids) == 1:
            logger.exception("retention: %s %s stays", rule.key, ids[0])
            return 0
        return sum(_let_go(rule, [one], values) for one in ids)


def _due_ids(rule: Rule, values: dict[str, Any], batch: int, after: Any) -> list[Any]:
    beyond = f" AND t.{rule.pk} > %(after)s" if after is not None else ""
    sql = f"SELECT t.{rule.pk} FROM {rule.head} t WHERE {due.due(rule)}{beyond} ORDER BY t.{rule.pk} LIMIT %(batch)s"
    with connection.cursor() as cursor:
        cursor.execute(sql, values | {"batch": batch, "after": after})
        return [row[0] for row in cursor.fetchall()]


@transaction.atomic
def _batch(rule: Rule, ids: list[Any], values: dict[str, Any]) -> int:
    """Under the locks, look again: somebody may have used the consent, or placed a hold, meanwhile."""
    with connection.cursor() as cursor:
        if rule.lock:
            cursor.execute(rule.lock, {"ids": ids})
        still = (
            f"SELECT t.{rule.pk} FROM {rule.head} t WHERE t.{rule.pk} = ANY (%(ids)s) AND {due.due(rule)} FOR UPDATE"
        )
        cursor.execute(still, values | {"ids": ids})
        left = sorted(row[0] for row in cursor.fetchall())
        if not left:
            return 0
        act = roof().acts.get(rule.key)
        if act is not None:
            act(left, values["at"])
        for statement in rule.goes:
            cursor.execute(statement, {"ids": left})
    after = {"count": len(left), "until_before": values["cut"]}
    record(JOB, f"retention.{_verb(rule)}", "retention_rule", rule.key, at=values["at"], after=after)
    return len(left)


def _verb(rule: Rule) -> str:
    return "anonymised" if rule.way == "anonymise" else "deleted"
