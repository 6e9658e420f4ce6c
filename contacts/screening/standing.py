"""Which addresses of a list are refused by the suppression or an external list, and since when."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from contacts.customers.models import ContactPoint
from contacts.customers.suppression.digests import all_digests, newest_generation
from contacts.customers.suppression.standing import demand_keys
from portal.vocabulary import Channel

BATCH = 5_000


def gather_standing(cursor: Any, *, channel: str, platform: str) -> None:
    """Fill the table `screening_standing` for the addresses in `screening_way`, all of one way. Raises KeysMissing.

    Where everything is kept under the newest key, an address that counts by itself has the one digest that stands
    beside it. The digests of a letter depend on the names of the person, and those of an address of another generation
    on the keys: they are computed here, the keys never being part of a statement.
    """
    demand_keys()
    cursor.execute(
        "DROP TABLE IF EXISTS screening_digest;"
        " CREATE TEMPORARY TABLE screening_digest (point bigint, digest text) ON COMMIT DROP"
    )
    _compute(cursor, everything=channel == Channel.LETTER or _is_rotating(cursor))
    cursor.execute("ANALYZE screening_digest")
    cursor.execute(STANDING, {"channel": channel, "platform": platform})
    cursor.execute("ANALYZE screening_standing")


def _is_rotating(cursor: Any) -> bool:
    """Whether refusals are kept under earlier keys too."""
    cursor.execute(
        "SELECT EXISTS (SELECT 1 FROM customers_suppressionentry WHERE generation < %(newest)s)"
        " OR EXISTS (SELECT 1 FROM customers_suppressionlistentry WHERE generation < %(newest)s)",
        {"newest": newest_generation()},
    )
    return bool(cursor.fetchone()[0])


def _compute(cursor: Any, *, everything: bool) -> None:
    for batch in _batches(cursor, everything):
        points = ContactPoint.objects.filter(pk__in=batch).select_related("customer").order_by()
        lines = [(point.pk, digest) for point in points for digest in all_digests(point, point.customer)]
        with cursor.copy("COPY screening_digest FROM STDIN") as copy:
            for line in lines:
                copy.write_row(line)


def _batches(cursor: Any, everything: bool) -> Iterator[list[int]]:
    """The addresses whose digests must be computed, in the order of their keys."""
    after = 0
    while True:
        cursor.execute(NEXT, {"after": after, "batch": BATCH, "all": everything, "newest": newest_generation()})
        batch = [pk for (pk,) in cursor.fetchall()]
        if not batch:
            return
        yield batch
        after = batch[-1]


NEXT = """
SELECT DISTINCT r.id FROM screening_way r JOIN customers_contactpoint p ON p.id = r.id
WHERE r.id > %(after)s AND (%(all)s OR p.generation < %(newest)s)
ORDER BY r.id LIMIT %(batch)s
"""

STANDING = """
DROP TABLE IF EXISTS screening_standing;
CREATE TEMPORARY TABLE screening_standing ON COMMIT DROP AS
WITH kept AS (
  SELECT digest, scope AS word, created_at AS since FROM customers_suppressionentry
  UNION ALL
  SELECT e.digest, l.effect, e.added_at
  FROM customers_suppressionlistentry e JOIN customers_suppressionlist l ON l.id = e.list_id
),
hit AS (
  SELECT p.id AS point, word, since FROM kept JOIN customers_contactpoint p
    ON p.digest = kept.digest AND p.channel = %(channel)s AND p.platform = %(platform)s
  UNION ALL
  SELECT d.point, word, since FROM kept JOIN screening_digest d ON d.digest = kept.digest
)
SELECT point, max(since) FILTER (WHERE word = 'full_block') AS full_block,
  max(since) FILTER (WHERE word = 'marketing_objection') AS marketing, bool_or(word = 'robinson') AS robinson
FROM hit GROUP BY point
"""
