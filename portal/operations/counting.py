"""Every table in two numbers: how many rows, and a sum over a hash of each, which no row can change unseen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql

#: What the text of a value depends on, so that two servers spell a row alike.
_SPELLING = """
SET LOCAL timezone = 'UTC'; SET LOCAL datestyle = 'ISO, YMD'; SET LOCAL intervalstyle = 'postgres';
SET LOCAL bytea_output = 'hex'; SET LOCAL extra_float_digits = 1; SET LOCAL search_path = public;
"""
_TABLES = """
SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY relname
"""
# The first 60 bits of SHA-256 of the row's text, added up: the order of rows makes no difference. It finds what has
# gone wrong; who could rewrite backup and sum alike is found by the anchored heads of the audit trail.
_COUNT = """
SELECT count(*), coalesce(
    sum(('x' || left(encode(sha256(convert_to(t::text, 'UTF8')), 'hex'), 15))::bit(60)::bigint), 0
)
FROM {table} AS t
"""


@dataclass(frozen=True, slots=True)
class Content:
    """What a table holds."""

    rows: int
    digest: str


def contents(connection: psycopg.Connection[Any]) -> dict[str, Content]:
    """Every table of the portal, as the connection's transaction sees it."""
    found: dict[str, Content] = {}
    with connection.cursor() as cursor:
        cursor.execute(_SPELLING)
        cursor.execute(_TABLES)
        for (table,) in cursor.fetchall():
            cursor.execute(sql.SQL(_COUNT).format(table=sql.Identifier("public", table)))
            rows, total = cursor.fetchone() or (0, 0)
            found[table] = Content(rows, str(total))
    return found


def migrations(connection: psycopg.Connection[Any]) -> list[str]:
    """The names of what was migrated, as `app.name`."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT app || '.' || name FROM public.django_migrations ORDER BY 1")
        return [name for (name,) in cursor.fetchall()]


def differences(expected: dict[str, Content], found: dict[str, Content]) -> list[str]:
    """The tables that are not the same, each with how: `table: 3 rows instead of 4`, or the same rows changed."""
    words = []
    for table in sorted(expected.keys() | found.keys()):
        before, after = expected.get(table), found.get(table)
        if before is None or after is None:
            words.append(f"{table}: {'not in the backup' if before is None else 'missing'}")
        elif before.rows != after.rows:
            words.append(f"{table}: {after.rows} rows instead of {before.rows}")
        elif before.digest != after.digest:
            words.append(f"{table}: {before.rows} rows, of which some changed")
    return words
