"""Statements: whom each row of a list names, and over which of the person's addresses the contact would go."""

from __future__ import annotations

from collections.abc import Set

from contacts.screening.asking import Kind
from contacts.screening.packing import PARTS, POINT_CASES, STRIDES, digit, packed

#: Kinds that name at most one customer, each with the join that finds it.
AT_MOST_ONE = {Kind.ID: "c.id = l.id", Kind.NUMBER: "upper(c.number) = upper(l.sought)"}
ADDRESSES = {Kind.EMAIL: "('email')", Kind.PHONE: "('phone', 'sms')"}
#: Where a person may be reached without more ado, for `alternative`: as `contacts.requests.context` has them.
OWN_SOURCES = ("data_subject", "contract_record")
ORDINARY = "('letter', 'phone', 'email')"


def people(kinds: Set[Kind]) -> str:
    """Fill `screening_person`: each row of the list with what is known of its customer; null where there is none.

    A list that names all by number or all by id, as most do, is joined at once. Otherwise it is first found out whom
    the rows name, in a table that is analysed: a guess at its size would make the next statement slow.
    """
    only = next(iter(kinds)) if len(kinds) == 1 else None
    if only in AT_MOST_ONE:
        return PEOPLE.format(matches="", join=f"LEFT JOIN customers_customer c ON {AT_MOST_ONE[only]}", number="1")
    matches = " UNION ALL ".join(_matches(kind) for kind in sorted(kinds or {Kind.ID}))
    return PEOPLE.format(matches=MATCHES.format(matches=matches), join=JOIN_MATCHES, number="m.people")


def _matches(kind: Kind) -> str:
    if kind in AT_MOST_ONE:
        join = f"customers_customer c ON {AT_MOST_ONE[kind]}"
        return f"SELECT l.line, c.id, 1 FROM screening_list l JOIN {join} WHERE l.kind = '{kind}'"
    return f"""
    SELECT l.line, min(p.customer_id), count(DISTINCT p.customer_id)
    FROM screening_list l JOIN customers_contactpoint p
      ON p.normalised = l.sought AND p.retired_at IS NULL AND p.channel IN {ADDRESSES[kind]}
    WHERE l.kind = '{kind}' GROUP BY l.line
    """


MATCHES = """
DROP TABLE IF EXISTS screening_match;
CREATE TEMPORARY TABLE screening_match (line, customer, people) ON COMMIT DROP AS {matches};
ANALYZE screening_match;
"""
JOIN_MATCHES = """
LEFT JOIN screening_match m ON m.line = l.line LEFT JOIN customers_customer c ON c.id = m.customer
"""
KNOWN_PERSON = packed(
    customer_kind=digit("customer_kind", "c.kind"),
    relationship=digit("relationship", "c.relationship"),
    parental_consent="c.parental_consent::int",
)
PEOPLE = f"""
{{matches}}
DROP TABLE IF EXISTS screening_person;
CREATE TEMPORARY TABLE screening_person ON COMMIT DROP AS
SELECT l.line, l.value, c.id, c.timezone AS zone, greatest(%(at)s, c.ticked_at) AS at,
  c.birth_date, c.last_transaction_on, c.robinson_listed, {KNOWN_PERSON} AS known,
  CASE
    WHEN c.id IS NULL THEN 'unknown' WHEN {{number}} > 1 THEN 'ambiguous' WHEN c.anonymised_at IS NOT NULL THEN 'erased'
    ELSE ''
  END AS refused
FROM screening_list l {{join}};
ANALYZE screening_person (line, id, zone, at, refused)
"""


def ways(kinds: Set[Kind]) -> str:
    """Fill `screening_way`: over which of the person's present addresses the contact would go (`id`). That is the
    address of the row itself where it is one of the way that is asked about, else the only one of that way.

    The number of an address and what is known of it travel as one number through the grouping.
    """
    if not kinds & set(ADDRESSES):
        return WAYS.format(named="NULL::bigint", join="")
    named = f"min({POINT}) FILTER (WHERE {FITS} AND l.kind IN ('email', 'phone') AND p.normalised = l.sought)"
    return WAYS.format(named=named, join="JOIN screening_list l ON l.line = r.line")


def _is_own(source: str) -> str:
    return f"{source} IN ({', '.join(str(PARTS['source'].index(word)) for word in OWN_SOURCES)})"


FITS = "p.channel = %(channel)s AND p.platform = %(platform)s"
POINT = f"p.id * {POINT_CASES} + " + packed(
    source=digit("source", "p.source"),
    verified="(p.verified_at IS NOT NULL)::int",
    address_from_sale="p.address_from_sale::int",
    notice_at_collection="p.notice_at_collection::int",
)
# `own` counts the ordinary ways from sources of our own; the chosen address itself may be one of them.
WAYS = f"""
DROP TABLE IF EXISTS screening_way;
CREATE TEMPORARY TABLE screening_way ON COMMIT DROP AS
SELECT line, chosen / {POINT_CASES} AS id, chosen / {STRIDES["verified"]} %% 2 = 1 AS verified,
  chosen %% {POINT_CASES} + {STRIDES["alternative"]} * (
    own > (%(channel)s IN {ORDINARY} AND {_is_own(f"chosen %% {STRIDES['verified']}")})::int
  )::int AS known,
  CASE WHEN ways = 0 THEN 'no_address' WHEN chosen IS NULL THEN 'several_addresses' ELSE '' END AS refused
FROM (
  SELECT line, ways, own, coalesce(named, CASE WHEN ways = 1 THEN point END) AS chosen
  FROM (
    SELECT r.line, count(*) FILTER (WHERE {FITS}) AS ways, min({POINT}) FILTER (WHERE {FITS}) AS point,
      {{named}} AS named,
      count(*) FILTER (WHERE p.channel IN {ORDINARY} AND p.source IN ('{"', '".join(OWN_SOURCES)}')) AS own
    FROM screening_person r {{join}} JOIN customers_contactpoint p ON p.customer_id = r.id AND p.retired_at IS NULL
    WHERE r.refused = ''
    GROUP BY r.line
  ) counted
) found;
ANALYZE screening_way (line, id)
"""
