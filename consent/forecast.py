"""What goes stale or ends in the next twelve months if nobody uses or renews it. Reading only.

Counted by the database over the instants that are stored beside each consent; they follow from the dates and the
thresholds in force. A threshold that begins later is not in the numbers: `upcoming` names it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import connection
from django.utils import timezone

from consent.models import ThresholdSetting
from consent.rules import add_months, start_of_day
from portal.vocabulary import Channel, Purpose

MONTHS = 12

# A consent that ends before it would go stale only ends. The edges of the months come from the rules, so no row needs
# calendar arithmetic: a third of a second for 1,000,000 consents on two busy cores, without an index. Indexes on the
# two instants gain less than that arithmetic cost, and would have to be written with every change of a consent.
COUNT = """
SELECT width_bucket(happens, %(edges)s::timestamptz[]) AS month, purpose, channel, what, count(*)
FROM (
    SELECT purpose, channel, 'stale' AS what, stale_at AS happens FROM consent_consent
    WHERE withdrawn_at IS NULL AND stale_at > %(at)s AND stale_at < %(until)s AND stale_at < expires_at
    UNION ALL
    SELECT purpose, channel, 'end' AS what, expires_at AS happens FROM consent_consent
    WHERE withdrawn_at IS NULL AND expires_at > %(at)s AND expires_at < %(until)s
) AS passage
GROUP BY month, purpose, channel, what
"""


@dataclass(frozen=True, slots=True)
class Pair:
    """One purpose and channel, with the number of its consents that go stale or end in each month."""

    purpose: str
    channel: str
    stale: tuple[int, ...]
    end: tuple[int, ...]

    @property
    def purpose_word(self) -> str:
        return str(Purpose(self.purpose).label)

    @property
    def channel_word(self) -> str:
        return str(Channel(self.channel).label)

    def of(self, what: str) -> tuple[int, ...]:
        return self.stale if what == "stale" else self.end

    @property
    def total_stale(self) -> int:
        return sum(self.stale)

    @property
    def total_end(self) -> int:
        return sum(self.end)


@dataclass(frozen=True, slots=True)
class Forecast:
    """`months` are first days: the rest of the present month and the twelve that follow; `last_day` is the last one
    that is counted. Pairs with the most changes come first."""

    months: tuple[date, ...]
    last_day: date
    pairs: tuple[Pair, ...]
    upcoming: ThresholdSetting | None

    def total(self, what: str) -> int:
        return sum(sum(pair.of(what)) for pair in self.pairs)


def forecast_at(at: datetime) -> Forecast:
    """The forecast at an instant, in two queries."""
    zone = _zone()
    first = at.astimezone(zone).date().replace(day=1)
    months = tuple(add_months(first, number) for number in range(MONTHS + 1))
    after = add_months(first, MONTHS + 1)
    edges = [start_of_day(month, zone) for month in (*months, after)]
    counts = _count(at, edges)
    keys = {(purpose, channel) for _month, purpose, channel, _what in counts}
    pairs = [Pair(*key, _row(counts, key, "stale"), _row(counts, key, "end")) for key in keys]
    pairs.sort(key=lambda pair: (-pair.total_stale - pair.total_end, pair.purpose, pair.channel))
    return Forecast(
        months=months,
        last_day=after - timedelta(days=1),
        pairs=tuple(pairs),
        upcoming=ThresholdSetting.objects.filter(applied_at__isnull=True).order_by("valid_from").first(),
    )


Counts = dict[tuple[int, str, str, str], int]


def _row(counts: Counts, key: tuple[str, str], what: str) -> tuple[int, ...]:
    return tuple(counts.get((place, *key, what), 0) for place in range(1, MONTHS + 2))


def _count(at: datetime, edges: list[datetime]) -> Counts:
    """Counts by (number of the month from 1 on, purpose, channel, what)."""
    with connection.cursor() as cursor:
        cursor.execute(COUNT, {"at": at, "edges": edges, "until": edges[-1]})
        return {(month, purpose, channel, what): number for month, purpose, channel, what, number in cursor.fetchall()}


def _zone() -> ZoneInfo:
    return ZoneInfo(timezone.get_default_timezone_name())
