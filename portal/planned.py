"""Statements that are sent so often that the server may keep their plan (PostgreSQL manual, PREPARE).

Their values go to the server apart from them. The option `prepare_threshold` of the database lets the driver do so;
Django's own statements are not affected.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from itertools import count
from types import SimpleNamespace
from typing import Any

import psycopg
from django.db import connection, models


class _Planned(psycopg.RawCursor[Any]):
    def execute(self, query: Any, params: Any = None, **options: Any) -> Any:
        done = super().execute(query, params, **options | {"prepare": True})
        # psycopg forgets a statement that it has prepared, and Django's log of queries asks for it.
        self._query = SimpleNamespace(query=query.encode())  # type: ignore[assignment]
        return done


def numbered(sql: str) -> str:
    """From `%s` to `$1`, `$2`: the places as the server counts them, so that the driver has nothing to look for."""
    places = count(1)
    return re.sub(r"%[s%]", lambda found: f"${next(places)}" if found[0] == "%s" else "%", sql)


def ask(sql: str, params: Sequence[Any]) -> tuple[Any, ...] | None:
    """The only row of an answer to a `numbered` statement; None where there is none."""
    connection.ensure_connection()
    bare: Any = _Planned(connection.connection)
    with connection.make_debug_cursor(bare) if connection.queries_logged else connection.make_cursor(bare) as cursor:
        cursor.execute(sql, params)
        row: tuple[Any, ...] | None = cursor.fetchone()
    return row


def insert(row: models.Model) -> None:
    """As `row.save(force_insert=True)` for a table of one model, without signals, which our apps do not use."""
    sql, fields, auto = _inserting(type(row))
    values = [field.get_db_prep_save(field.pre_save(row, add=True), connection) for field in fields]
    told = ask(sql, values)
    if auto and told is not None:
        setattr(row, auto, told[0])
    row._state.adding = False
    row._state.db = connection.alias


@cache
def _inserting(model: type[models.Model]) -> tuple[str, tuple[models.Field[Any, Any], ...], str]:
    """The statement, the fields whose values it takes, and the attribute of a key that the database gives."""
    key = model._meta.pk
    given = isinstance(key, models.AutoField)
    fields = tuple(field for field in model._meta.local_concrete_fields if not (given and field is key))
    quoted: Any = connection.ops.quote_name
    columns = ", ".join(quoted(field.column) for field in fields)
    places = ", ".join(["%s"] * len(fields))
    sql = f"INSERT INTO {quoted(model._meta.db_table)} ({columns}) VALUES ({places}) RETURNING {quoted(key.column)}"
    return numbered(sql), fields, key.attname if given else ""
