"""The facts of every row of a list, in sets: COPY in, joins over temporary tables, one line per row out.

A case is the categorical facts of a row as one text (`deciding.PARTS`). Memory does not grow with the list: rows go in
and come out as streams, and what lies between is the database's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from consent import sets
from consent.selectors import threshold_book
from contacts import policy
from contacts.customers.suppression.digests import normalise_address, normalise_phone
from contacts.screening.asking import Asked, Kind, Reference, SenderOn
from contacts.screening.deciding import Decider
from contacts.screening.moments import COLUMNS, Moments
from contacts.screening.standing import gather_standing
from contacts.thresholds import consent_thresholds
from portal.vocabulary import Channel

LARGEST_ID = 2**63 - 1
#: Of the database, for each sort and each hash of these statements: what is larger goes to its disk.
WORK_MEMORY = "64MB"


@dataclass(frozen=True, slots=True)
class Found:
    """One row of the list: either why it has no answer (`refused`), or the case it is."""

    line: int
    value: str
    refused: str
    case: str


@dataclass(frozen=True)
class Gathered:
    """The rows in the order of the list, to be read once, and what decides their cases."""

    rows: Iterator[Found]
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
        cursor.execute(f"SET LOCAL work_mem = '{WORK_MEMORY}'")
        _take_in(cursor, references)
        cursor.execute(PEOPLE)
        cursor.execute(RESOLVE, named)
        gather_standing(cursor, letters=asked.channel == Channel.LETTER)
        cursor.execute(INSTANTS, named)
        _copy(cursor, "screening_moment", list(moments.lines(cursor.fetchall())), of=COLUMNS)
    return Gathered(_rows(named), Decider(asked, moments.senders, rule_set))


def _take_in(cursor: Any, references: Iterable[Reference]) -> None:
    columns = "line bigint, value text, kind text, sought text, id bigint"
    _copy(cursor, "screening_list", (_line(one) for one in references), of=columns)


def _line(reference: Reference) -> tuple[object, ...]:
    """The row with the spelling under which its customer is looked for."""
    value = reference.value.replace("\x00", "").strip()
    number = None
    if reference.kind is Kind.ID:
        digits = value.lstrip("0") or "0"
        fits = value.isascii() and value.isdigit() and len(digits) < 20 and int(digits) <= LARGEST_ID
        number = int(digits) if fits else None
    return (reference.line, reference.value.replace("\x00", ""), str(reference.kind), _sought(reference, value), number)


def _sought(reference: Reference, value: str) -> str:
    if not value or reference.kind is Kind.ID:
        return ""
    if reference.kind is Kind.EMAIL:
        return normalise_address(Channel.EMAIL, "", value)
    return normalise_phone(value) if reference.kind is Kind.PHONE else value


def _copy(cursor: Any, table: str, lines: Iterable[Sequence[object]], *, of: str) -> None:
    """A temporary table that ends with the transaction, filled by COPY."""
    cursor.execute(f"DROP TABLE IF EXISTS {table}; CREATE TEMPORARY TABLE {table} ({of}) ON COMMIT DROP")
    with cursor.copy(f"COPY {table} FROM STDIN") as copy:
        for line in lines:
            copy.write_row(line)
    cursor.execute(f"ANALYZE {table}")


def _rows(named: dict[str, Any]) -> Iterator[Found]:
    # Django's wrapper under DEBUG takes no parameters here, so the driver's own cursor is asked.
    with connection.cursor() as cursor, cursor.cursor.copy(f"COPY ({CASES}) TO STDOUT", named) as copy:
        copy.set_types(["int8", "text", "text", "text"])
        for line, value, refused, case in copy.rows():
            yield Found(line, value, refused, case)


# Whom a row names. Analysed before it is joined: a guess at its size would make the next statement slow.
PEOPLE = """
DROP TABLE IF EXISTS screening_person;
CREATE TEMPORARY TABLE screening_person ON COMMIT DROP AS
SELECT l.line, l.id AS customer, 1 AS people
FROM screening_list l JOIN customers_customer c ON c.id = l.id WHERE l.kind = 'id'
UNION ALL
SELECT l.line, c.id, 1
FROM screening_list l JOIN customers_customer c ON upper(c.number) = upper(l.sought) WHERE l.kind = 'number'
UNION ALL
SELECT l.line, min(p.customer_id), count(DISTINCT p.customer_id)
FROM screening_list l JOIN customers_contactpoint p ON p.normalised = l.sought AND p.retired_at IS NULL
  AND (l.kind = 'email' AND p.channel = 'email' OR l.kind = 'phone' AND p.channel IN ('phone', 'sms'))
WHERE l.kind IN ('email', 'phone')
GROUP BY l.line;
ANALYZE screening_person
"""

# Over which of the person's present addresses the contact would go: the address of the row itself where it is one of
# the way that is asked about, else the only one of that way. `others`: how many ordinary ways come from own sources.
RESOLVE = """
DROP TABLE IF EXISTS screening_row;
CREATE TEMPORARY TABLE screening_row ON COMMIT DROP AS
SELECT l.line, l.value, person.customer, c.timezone AS zone, greatest(%(at)s, c.ticked_at) AS at, way.others,
  CASE
    WHEN person.people IS NULL THEN 'unknown'
    WHEN person.people > 1 THEN 'ambiguous'
    WHEN c.anonymised_at IS NOT NULL THEN 'erased'
    WHEN coalesce(way.ways, 0) = 0 THEN 'no_address'
    WHEN way.ways > 1 AND way.named IS NULL THEN 'several_addresses'
    ELSE ''
  END AS refused,
  coalesce(way.named, way.point) AS point
FROM screening_list l
LEFT JOIN screening_person person ON person.line = l.line
LEFT JOIN customers_customer c ON c.id = person.customer
LEFT JOIN (
  SELECT l.line, count(*) FILTER (WHERE asked.fits) AS ways, min(p.id) FILTER (WHERE asked.fits) AS point,
    min(p.id) FILTER (WHERE asked.fits AND l.kind IN ('email', 'phone') AND p.normalised = l.sought) AS named,
    count(*) FILTER (
      WHERE p.channel IN ('letter', 'phone', 'email') AND p.source IN ('data_subject', 'contract_record')
    ) AS others
  FROM screening_list l
  JOIN screening_person person ON person.line = l.line AND person.people = 1
  JOIN customers_contactpoint p ON p.customer_id = person.customer AND p.retired_at IS NULL
  CROSS JOIN LATERAL (SELECT p.channel = %(channel)s AND p.platform = %(platform)s AS fits) asked
  GROUP BY l.line
) way ON way.line = l.line;
ANALYZE screening_row
"""

INSTANTS = "SELECT DISTINCT zone, at FROM screening_row WHERE refused = ''"

# What is not one of several words is 1 or 0.
CASES = f"""
SELECT r.line, r.value, r.refused,
  CASE WHEN r.refused = '' THEN concat_ws('|',
    c.kind, c.relationship, consent.state, consent.proof::int, inbound.recent::int,
    p.address_from_sale::int, p.notice_at_collection::int,
    CASE WHEN c.last_transaction_on IS NULL THEN 'never'
      WHEN c.last_transaction_on <= w.long_ago THEN 'long_ago' ELSE 'recent' END,
    CASE WHEN refusal.full_block THEN 'full_block' WHEN refusal.marketing THEN 'marketing_objection' ELSE 'none' END,
    (c.robinson_listed OR coalesce(s.robinson, false))::int,
    p.source, (p.verified_at IS NOT NULL)::int,
    CASE WHEN c.birth_date > w.child_after THEN 'under_16' WHEN c.birth_date > w.minor_after THEN 'age_16_17'
      ELSE 'no' END,
    c.parental_consent::int, other.there::int, w.quiet::int, w.sender
  ) ELSE '' END
FROM screening_row r
LEFT JOIN customers_customer c ON c.id = r.customer AND r.refused = ''
LEFT JOIN customers_contactpoint p ON p.id = r.point
LEFT JOIN screening_moment w ON w.zone = r.zone AND w.at = r.at
LEFT JOIN screening_standing s ON s.point = r.point
LEFT JOIN (
  SELECT customer_id, max(received_at) FILTER (WHERE scope = 'full_block') AS full_block,
    max(received_at) FILTER (WHERE scope <> 'full_block') AS marketing
  FROM customers_objection WHERE channel IN ('', %(channel)s) GROUP BY customer_id
) said ON said.customer_id = c.id
{sets.JOINS}
CROSS JOIN LATERAL (
  SELECT
    coalesce(greatest(said.full_block, s.full_block) >= coalesce(own.lifts_before, '-infinity'), false) AS full_block,
    coalesce(greatest(said.marketing, s.marketing) >= coalesce(own.lifts_before, '-infinity'), false) AS marketing
) refusal
CROSS JOIN LATERAL (
  SELECT EXISTS (
    SELECT 1 FROM customers_inboundcontact i
    WHERE i.customer_id = c.id AND i.channel = p.channel AND i.platform = p.platform
      AND i.at <= w.at AND i.at > w.inbound_after
  ) AS recent
) inbound
CROSS JOIN LATERAL (
  SELECT r.others > (
    p.channel IN ('letter', 'phone', 'email') AND p.source IN ('data_subject', 'contract_record')
  )::int AS there
) other
ORDER BY r.line
"""
