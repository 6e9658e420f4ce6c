"""The facts of every row of a list, in sets: COPY in, joins over temporary tables, blocks of rows out.

A case is the categorical facts of a row as one number (`packing.PARTS`). Memory does not grow with the list: rows go
in and come out as streams, and what lies between is the database's. A thousand rows go through the driver as one text,
because one by one they would cost more than the joins.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from consent import sets
from consent.selectors import threshold_book
from contacts import policy
from contacts.screening.asking import Asked, Reference, SenderOn
from contacts.screening.deciding import Decider
from contacts.screening.moments import Moments
from contacts.screening.packing import digit, packed, value
from contacts.screening.standing import gather_standing
from contacts.screening.taking import SEPARATOR, take_in
from contacts.screening.whom import people, ways
from contacts.thresholds import consent_thresholds

#: For each sort and each hash of these statements, of the database: what is larger goes to its disk. And no plan that
#: is quick with the first rows alone, nor time to compile one: both cost more than they give here.
SETTINGS = "SET LOCAL work_mem = '128MB'; SET LOCAL cursor_tuple_fraction = 1; SET LOCAL jit = off"
#: Lines of the list that come back as one text, and how many of these at once.
BLOCK, BLOCKS = 1_000, 8


@dataclass(frozen=True, slots=True)
class Block:
    """Some hundred rows side by side. What is known of one is its case, a number, or the word for why it has none."""

    lines: list[str]
    values: list[str]
    known: list[str]


@dataclass(frozen=True)
class Gathered:
    """The rows in the order of the list, to be read once, and what decides their cases."""

    blocks: Iterator[Block]
    decider: Decider


def gather(
    references: Iterable[Reference], *, asked: Asked, sender_on: SenderOn, at: datetime, rule_set: policy.RuleSet
) -> Gathered:
    """Read what the rules need to know of each row at an instant. Call, and read the rows, inside a transaction.

    As for one customer, an instant before the last change of a customer counts as that change (`selectors.moment`).
    Raises KeysMissing where refused addresses could not be found.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("A list is gathered inside a transaction.")
    named: dict[str, Any] = {"at": at} | sets.parameters(
        purpose=asked.effective_purpose, channel=asked.channel, platform=asked.platform
    )
    terms = rule_set.thresholds
    moments = Moments(asked, terms, threshold_book(consent_thresholds(terms)), sender_on)
    with connection.cursor() as cursor:
        cursor.execute(SETTINGS)
        kinds = take_in(cursor, references)
        cursor.execute(people(kinds), named)
        cursor.execute(ways(kinds), named)
        gather_standing(cursor, channel=asked.channel, platform=asked.platform)
        cursor.execute(INSTANTS)
        moments.write(cursor, cursor.fetchall())
    return Gathered(_blocks(named), Decider(asked, moments.senders, rule_set))


def _blocks(named: dict[str, Any]) -> Iterator[Block]:
    with connection.chunked_cursor() as cursor:
        cursor.execute(BLOCKED.format(consents=sets.joins(named)), named)
        while texts := cursor.fetchmany(BLOCKS):
            for (text,) in texts:
                pieces = text.split(SEPARATOR)
                yield Block(pieces[0::3], pieces[1::3], pieces[2::3])


INSTANTS = "SELECT DISTINCT zone, at FROM screening_person WHERE refused = ''"


# What the refusals are and what they bind: later than the consent that would lift them.
def _binds(scope: str) -> str:
    return f"x.{scope} >= coalesce({sets.LIFTS_BEFORE}, '-infinity')"


INSTANT = packed(
    purchase=f"""CASE WHEN c.last_transaction_on IS NULL THEN {value("purchase", "never")}
      WHEN c.last_transaction_on <= w.long_ago THEN {value("purchase", "long_ago")}
      ELSE {value("purchase", "recent")} END""",
    minor=f"""CASE WHEN c.birth_date > w.child_after THEN {value("minor", "under_16")}
      WHEN c.birth_date > w.minor_after THEN {value("minor", "age_16_17")} ELSE {value("minor", "no")} END""",
    robinson="(c.robinson_listed OR coalesce(s.robinson, false))::int",
    inbound="""CASE WHEN inbound.times IS NULL THEN 0 ELSE EXISTS (
      SELECT FROM unnest(inbound.times) one WHERE one <= w.at AND one > w.inbound_after
    )::int END""",
    quiet="w.quiet::int",
    sender="w.sender",
)
RESTING = packed(
    consent_state=digit("consent_state", "x.state"),
    consent_proof=f"({sets.PROOF})::int",
    objection=f"""CASE WHEN {_binds("full_block")} THEN {value("objection", "full_block")}
      WHEN {_binds("marketing")} THEN {value("objection", "marketing_objection")}
      ELSE {value("objection", "none")} END""",
)
# The inner statement is a fence (OFFSET 0): what is asked of the state several times is worked out once.
BLOCKED = f"""
SELECT string_agg(concat_ws('{SEPARATOR}', line, value, known), '{SEPARATOR}' ORDER BY line)
FROM (
  SELECT line, value,
    CASE WHEN refused <> '' THEN refused ELSE coalesce((known + {RESTING})::text, 'no case') END AS known
  FROM (
    SELECT c.line, c.value, coalesce(nullif(c.refused, ''), p.refused, 'no_address') AS refused,
      c.known + p.known + {INSTANT} AS known, {sets.COLUMNS},
      greatest(said.full_block, s.full_block, held.always) AS full_block,
      greatest(said.marketing, s.marketing) AS marketing
    FROM screening_person c
    LEFT JOIN screening_way p ON p.line = c.line
    LEFT JOIN screening_moment w ON w.zone = c.zone AND w.at = c.at
    LEFT JOIN screening_standing s ON s.point = p.id
    LEFT JOIN (
      SELECT customer_id, max(received_at) FILTER (WHERE scope = 'full_block') AS full_block,
        max(received_at) FILTER (WHERE scope <> 'full_block') AS marketing
      FROM customers_objection WHERE channel IN ('', %(channel)s) GROUP BY customer_id
    ) said ON said.customer_id = c.id
    LEFT JOIN (SELECT customer_id, since, until, 'infinity'::timestamptz AS always FROM customers_restriction) held
      ON held.customer_id = c.id AND held.since <= c.at AND (held.until IS NULL OR held.until > c.at)
    LEFT JOIN (
      SELECT customer_id, array_agg(at) AS times
      FROM customers_inboundcontact
      WHERE channel = %(channel)s AND platform = %(platform)s
        AND at > (SELECT min(inbound_after) FROM screening_moment) AND at <= (SELECT max(at) FROM screening_moment)
      GROUP BY customer_id
    ) inbound ON inbound.customer_id = c.id
    {{consents}}
    OFFSET 0
  ) x
) row
GROUP BY line / {BLOCK}
ORDER BY line / {BLOCK}
"""
