"""What is kept, how old it is, and what should be gone: for the officer, and for whoever asks for proof."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.retention import due
from portal.retention.declared import rules
from portal.retention.lengths import lengths
from portal.retention.rules import GRACE, Period, Rule, Unit


@dataclass(frozen=True, slots=True)
class Row:
    """One rule: how many rows, since when the oldest, how many are due, and how many have been so for a day; `held`
    would be due but for a legal hold. `oldest` is None where nothing runs."""

    rule: Rule
    length: int
    rows: int
    oldest: datetime | None
    due: int
    overdue: int
    held: int

    @property
    def period(self) -> str:
        return period_words(self.rule.period, self.length)

    @property
    def may_choose(self) -> bool:
        return self.rule.period.bounds is not None


def report(at: datetime, only: Iterable[str] | None = None) -> list[Row]:
    """One row for each rule, in one query each; a rule is counted by its first table."""
    kept, wanted = lengths(at), set(rules() if only is None else only)
    return [_row(rule, kept[key], at) for key, rule in rules().items() if key in wanted]


def _row(rule: Rule, length: int, at: datetime) -> Row:
    now, yesterday = (due.values(rule, length, instant) for instant in (at, at - GRACE))
    counted = "count(*), min(s.since)"
    cut: dict[str, Any] = {"at": at}
    if now is not None and yesterday is not None:
        cut |= {"cut": now["cut"], "late": yesterday["cut"]}
        counted += (
            ", count(*) FILTER (WHERE s.ready AND NOT s.held AND s.since < %(cut)s)"
            ", count(*) FILTER (WHERE s.ready AND NOT s.held AND s.since < %(late)s)"
            ", count(*) FILTER (WHERE s.ready AND s.held AND s.since < %(cut)s)"
        )
    inner = f"SELECT ({rule.since}) AS since, ({rule.ready}) AS ready, {due.held(rule)} AS held FROM {rule.head} t"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {counted} FROM ({inner}) s", cut)
        found = cursor.fetchone()
    return Row(rule, length, found[0], found[1], *(found[2:] or (0, 0, 0)))


def period_words(period: Period, length: int) -> str:
    """“3 years to the end of the year”, in the reader's language."""
    values = {"count": length}
    match period.unit:
        case Unit.ALWAYS:
            return _("No date ends it")
        case Unit.DAYS:
            return _("At once") if not length else ngettext("%(count)s day", "%(count)s days", length) % values
        case Unit.YEARS:
            return ngettext("%(count)s year", "%(count)s years", length) % values
        case Unit.YEAR_END:
            words = ngettext(
                "%(count)s year, to the end of the year", "%(count)s years, to the end of the year", length
            )
            return words % values
