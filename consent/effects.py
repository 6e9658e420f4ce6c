"""What new thresholds would change, counted before anybody sets them. Reading only."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.db import connection

from consent.rules import ThresholdBook, ThresholdRow, Thresholds
from consent.selectors import threshold_book
from portal.vocabulary import Channel, Purpose

# The same calendar as consent.rules.timing: N months after the local day of the last use, clamped to the month's last
# day, at the first instant of that local day. A test compares the counts with the rules, row by row.
COUNT = """
WITH pair AS (
    SELECT * FROM unnest(%(purposes)s::text[], %(channels)s::text[], %(old_stale)s::int[], %(old_expired)s::int[])
           AS p(purpose, channel, old_stale, old_expired)
), silent AS (
    SELECT pair.*, c.ends_at, u.timezone,
           (greatest(c.given_at, c.last_used_at) AT TIME ZONE u.timezone)::date AS last_day
    FROM consent_consent c
    JOIN customers_customer u ON u.id = c.customer_id
    JOIN pair ON pair.purpose = c.purpose AND pair.channel = c.channel
    WHERE c.given_at <= %(at)s AND (c.withdrawn_at IS NULL OR c.withdrawn_at > %(at)s)
), state AS (
    SELECT CASE WHEN %(at)s >= least((last_day + old_expired * interval '1 month') AT TIME ZONE timezone, ends_at)
                THEN 'expired'
                WHEN %(at)s >= (last_day + old_stale * interval '1 month') AT TIME ZONE timezone THEN 'stale'
                ELSE 'active' END AS before,
           CASE WHEN %(at)s >= least((last_day + %(expired)s * interval '1 month') AT TIME ZONE timezone, ends_at)
                THEN 'expired'
                WHEN %(at)s >= (last_day + %(stale)s * interval '1 month') AT TIME ZONE timezone THEN 'stale'
                ELSE 'active' END AS after
    FROM silent
)
SELECT before, after, count(*) FROM state GROUP BY before, after
"""


@dataclass(frozen=True, slots=True)
class Effect:
    """How many consents stand under these thresholds, and how many of them change at the instant they begin."""

    reached: int
    to_stale: int
    to_expired: int
    to_better: int


def effect_of(row: ThresholdRow) -> Effect:
    """Compare the states at `row.valid_from` without and with the new row, over all consents that it reaches.

    A consent for which closer thresholds are set (its own purpose and channel) is not reached.
    """
    book = threshold_book()
    pairs = _reached(book, row)
    if not pairs:
        return Effect(0, 0, 0, 0)
    counts = _count(row, pairs)
    moved = {key: number for key, number in counts.items() if key[0] != key[1]}
    return Effect(
        reached=sum(counts.values()),
        to_stale=moved.get(("active", "stale"), 0),
        to_expired=sum(number for (_before, after), number in moved.items() if after == "expired"),
        to_better=sum(number for (before, after), number in moved.items() if _better(before, after)),
    )


def _reached(book: ThresholdBook, row: ThresholdRow) -> list[tuple[str, str, Thresholds]]:
    """The purposes and channels for which the new row would decide, with what decides until then."""
    marked = replace(row, thresholds=replace(row.thresholds))
    later = replace(book, rows=(*book.rows, marked))
    return [
        (purpose, channel, book.at(purpose, channel, row.valid_from))
        for purpose in Purpose.values
        for channel in Channel.values
        if later.at(purpose, channel, row.valid_from) is marked.thresholds
    ]


def _count(row: ThresholdRow, pairs: list[tuple[str, str, Thresholds]]) -> dict[tuple[str, str], int]:
    values: dict[str, Any] = {
        "at": row.valid_from,
        "stale": row.thresholds.stale_after_months_unused,
        "expired": row.thresholds.expired_after_months_unused,
        "purposes": [purpose for purpose, _channel, _old in pairs],
        "channels": [channel for _purpose, channel, _old in pairs],
        "old_stale": [old.stale_after_months_unused for _purpose, _channel, old in pairs],
        "old_expired": [old.expired_after_months_unused for _purpose, _channel, old in pairs],
    }
    with connection.cursor() as cursor:
        cursor.execute(COUNT, values)
        return {(before, after): number for before, after, number in cursor.fetchall()}


def _better(before: str, after: str) -> bool:
    order = ("active", "stale", "expired")
    return order.index(after) < order.index(before)
