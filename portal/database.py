"""What the database itself refuses (for migrations), a lock for things that have no row yet, and reading together."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, OperationalError, connection, models, transaction
from django.db.migrations.operations import RunSQL
from psycopg.errors import LockNotAvailable

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.db.models.sql.compiler import SQLCompiler

logger = logging.getLogger(__name__)
_FUNCTION = """
CREATE OR REPLACE FUNCTION portal_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % is refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;
"""


def append_only(table: str) -> RunSQL:
    """Refuse UPDATE, DELETE and TRUNCATE on a table.

    The triggers are ENABLE ALWAYS, so they also fire under ``session_replication_role = replica``, the usual way
    around triggers (PostgreSQL manual, ALTER TABLE). They bind the table's owner as well.
    """
    return RunSQL(
        sql=f"""{_FUNCTION}
        CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}
            FOR EACH ROW EXECUTE FUNCTION portal_refuse_change();
        CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION portal_refuse_change();
        ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_append_only;
        ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_no_truncate;
        """,
        reverse_sql=f"""
        DROP TRIGGER IF EXISTS {table}_append_only ON {table};
        DROP TRIGGER IF EXISTS {table}_no_truncate ON {table};
        """,
    )


def lock_name(name: str) -> None:
    """Wait until nobody else holds this name; it is let go when the transaction ends. For what has no row to lock:
    an address that nobody knows yet, a counter that does not exist yet."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])


def lock_name_within(name: str, *, milliseconds: int) -> bool:
    """As `lock_name`, or False where somebody else has held the name for so long meanwhile. After False the caller
    should end its transaction, which goes on waiting no longer than this for anything."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [name])
        if cursor.fetchone()[0]:
            return True
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [str(milliseconds)])
        try:
            with transaction.atomic():
                lock_name(name)
        except OperationalError as error:
            if isinstance(error.__cause__, LockNotAvailable):
                return False
            raise
        cursor.execute("SET LOCAL lock_timeout TO DEFAULT")
        return True


@contextmanager
def name_taken(name: str) -> Iterator[bool]:
    """Hold this name over several transactions, or find at once (False) that another session does, which is logged: a
    session can outlive its host for a while. A pooler in front of the database must be in session mode."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 1))", [name])
        mine = bool(cursor.fetchone()[0])
    if not mine:
        logger.warning("%s is taken by another session", name)
    try:
        yield mine
    finally:
        if mine:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 1))", [name])


def read_together(**querysets: QuerySet[Any]) -> dict[str, list[Any]]:
    """The rows of several querysets by their names, as each alone would give them, read by one statement: one way to
    the database instead of many, and one snapshot for all.

    Each queryset becomes a JSON array (PostgreSQL manual, 9.16), and Django makes its rows of it as it always does.
    For columns of text, numbers, yes or no, days, instants, bytes, arrays and JSON; another kind raises TypeError.
    """
    found: dict[str, list[Any]] = {name: [] for name in querysets}
    parts, params, asked = [], [], []
    for number, (name, queryset) in enumerate(querysets.items()):
        compiler = queryset.query.get_compiler(using=DEFAULT_DB_ALIAS)
        try:
            sql, values = compiler.as_sql()
        except EmptyResultSet:
            continue
        cells = ", ".join(f"c{index}" for index in range(len(compiler.select)))
        parts.append(
            f"(SELECT coalesce(json_agg(json_build_array({cells})), '[]') FROM ({sql}) AS part{number} ({cells}))"
        )
        params += values
        asked.append((name, queryset, compiler))
    if parts:
        with connection.cursor() as cursor:
            cursor.execute("SELECT " + ", ".join(parts), params)
            answers = cursor.fetchone()
        for (name, queryset, compiler), rows in zip(asked, answers, strict=True):
            found[name] = _made_of(queryset, compiler, rows)
    return found


def _made_of(queryset: QuerySet[Any], compiler: SQLCompiler, rows: list[list[Any]]) -> list[Any]:
    """What the queryset would have made of these rows."""
    kinds = [_reader_of(expression.output_field) for expression, _sql, _alias in compiler.select]
    read = [
        [kind(cell) if kind and cell is not None else cell for kind, cell in zip(kinds, row, strict=True)]
        for row in rows
    ]
    copy = queryset.all()
    copy.query.get_compiler = lambda *_args, **_names: compiler  # type: ignore[method-assign]
    compiler.execute_sql = lambda *_args, **_names: [read]  # type: ignore[method-assign,assignment]
    return list(copy)


_AS_IT_IS = (models.CharField, models.TextField, models.IntegerField, models.BooleanField)


def _reader_of(field: models.Field[Any, Any]) -> Callable[[Any], Any] | None:
    """From a JSON value to what the driver would have given; None where that is the same."""
    field = getattr(field, "target_field", field)
    if isinstance(field, models.DateTimeField):
        return datetime.fromisoformat
    if isinstance(field, models.DateField):
        return date.fromisoformat
    if isinstance(field, models.BinaryField):
        return lambda cell: memoryview(bytes.fromhex(cell.removeprefix("\\x")))
    if isinstance(field, models.UUIDField):
        return UUID
    if isinstance(field, models.JSONField):
        return json.dumps
    if isinstance(field, ArrayField) and _reader_of(field.base_field) is None:
        return None
    if isinstance(field, _AS_IT_IS):
        return None
    raise TypeError(f"{type(field).__name__} cannot be read together with others")
