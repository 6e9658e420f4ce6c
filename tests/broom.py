"""How tests with real commits clean up after themselves.

Django's way, TRUNCATE of every table and the permissions of every model anew, takes longer than most of these tests.
Rows of the few tables that hold any are deleted instead; only where there are thousands, TRUNCATE is the shorter way.
Append-only tables refuse both: the broom, and only the broom, lifts their guards for its own statements.
"""

import re

from django.db import transaction

#: What migrations write and no test changes.
KEPT = {"django_migrations", "django_content_type", "auth_permission"}
FEW = 2_000


def sweep(connection, sql_list: list[str]) -> None:
    """Instead of `execute_sql_flush`: the tables are those that its statements name."""
    tables = [name for name in dict.fromkeys(re.findall(r'"(\w+)"', " ".join(sql_list))) if name not in KEPT]
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        full = _full(cursor, tables)
        swept = list(full) if sum(full.values()) < FEW else tables
        guards = _guards(cursor, swept)
        for table in {table for table, _name, _state in guards}:
            cursor.execute(f'ALTER TABLE "{table}" DISABLE TRIGGER USER')
        if swept is tables:
            cursor.execute("TRUNCATE {}".format(", ".join(f'"{table}"' for table in tables)))
        else:
            for table in swept:
                cursor.execute(f'DELETE FROM "{table}"')
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table, name, state in guards:
            cursor.execute(f'ALTER TABLE "{table}" ENABLE {state} TRIGGER "{name}"')


def _full(cursor, tables: list[str]) -> dict[str, int]:
    """The tables that hold rows, with their number as far as it matters."""
    few = " UNION ALL ".join(
        f"SELECT '{table}', (SELECT count(*) FROM (SELECT FROM \"{table}\" LIMIT {FEW}) AS counted)" for table in tables
    )
    cursor.execute(few)
    return {table: rows for table, rows in cursor.fetchall() if rows}


def _guards(cursor, tables: list[str]) -> list[tuple[str, str, str]]:
    """Our triggers on these tables, and how each is enabled."""
    cursor.execute(
        "SELECT c.relname, t.tgname, CASE t.tgenabled WHEN 'A' THEN 'ALWAYS' ELSE '' END FROM pg_trigger t"
        " JOIN pg_class c ON c.oid = t.tgrelid"
        " WHERE NOT t.tgisinternal AND t.tgenabled IN ('A', 'O') AND c.relname = ANY(%s)",
        [tables],
    )
    return cursor.fetchall()
