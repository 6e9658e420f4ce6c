"""Statements that are sent so often that the server keeps their plan (PostgreSQL manual, PREPARE).

Each is prepared once for a connection and then called by its name through libpq: the driver's cursors, which may do
much more, take several times as long for such a call as the server takes to answer it. Django's own statements are sent
as before; its log of queries, its wrappers of statements and its errors are the same for both.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Sequence
from functools import cache
from itertools import count
from select import POLLIN, poll
from types import NoneType, SimpleNamespace
from typing import Any
from uuid import UUID

import psycopg
from django.db import DEFAULT_DB_ALIAS, connection, connections, models
from django.db.models.base import ModelState
from psycopg.adapt import PyFormat, Transformer
from psycopg.errors import error_from_result
from psycopg.pq import ConnStatus, DiagnosticField, ExecStatus, TransactionStatus

from portal.written import Written

#: The server has forgotten the statement, or a migration has changed what its columns are: nothing has been done yet.
STALE = (b"26000", b"0A000")
Row = tuple[Any, ...]


class _Plans:
    """The statements that one connection has prepared."""

    def __init__(self, raw: psycopg.Connection[Any]) -> None:
        self.raw, self.pgconn, self.names, self.numbers = raw, raw.pgconn, dict[str, bytes](), count(1)
        self.values = Transformer.from_context(raw)

    def row(self, sql: str, params: Sequence[Any]) -> Row | None:
        """The only row of the answer; None where there is none."""
        self._begin()
        sent = self.values.dump_sequence(params, [PyFormat.TEXT] * len(params))
        answer = self._called(sql, sent)
        if answer.status == ExecStatus.FATAL_ERROR and answer.error_field(DiagnosticField.SQLSTATE) in STALE:
            del self.names[sql]
            if self.pgconn.transaction_status == TransactionStatus.IDLE:
                answer = self._called(sql, sent)
        self._demand(answer)
        if not answer.ntuples:
            return None
        self.values.set_pgresult(answer)
        return self.values.load_row(0, tuple)

    def _begin(self) -> None:
        """Within Django's `atomic` the driver begins the transaction with its first statement: here, with an empty
        one."""
        if not self.raw.autocommit and self.pgconn.transaction_status == TransactionStatus.IDLE:
            self.raw.execute("SELECT")

    def _called(self, sql: str, sent: Sequence[Any]) -> Any:
        name = self.names.get(sql)
        if name is None:
            name = b"planned_%d" % next(self.numbers)
            self._demand(self.pgconn.prepare(name, sql.encode()))
            self.names[sql] = name
        return self.pgconn.exec_prepared(name, sent)

    def _demand(self, answer: Any) -> None:
        if answer.status in (ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK):
            return
        if self.pgconn.status != ConnStatus.OK:
            raise psycopg.OperationalError(answer.get_error_message())
        raise error_from_result(answer)


class _Cursor:
    """As much of a cursor as Django's wrappers of one ask for."""

    def __init__(self, plans: _Plans) -> None:
        self.plans, self._query = plans, SimpleNamespace(query=None)

    def execute(self, sql: str, params: Sequence[Any]) -> Row | None:
        self._query.query = sql.encode()  # for the log of queries
        return self.plans.row(sql, params)


#: The plans of this thread's connection; another connection has others.
_mine = threading.local()


def _plans_of(raw: Any) -> _Plans:
    plans: _Plans | None = getattr(_mine, "plans", None)
    if plans is None or plans.raw is not raw:
        plans = _mine.plans = _Plans(raw)
    return plans


def _connected(database: Any) -> Any:
    """The driver's connection, found healthy once in a request as CONN_HEALTH_CHECKS wants it, but without a way to the
    server: one that has closed it, or is about to, has said so, and otherwise there is nothing to be read."""
    if database.connection is not None and database.health_check_enabled and not database.health_check_done:
        heard = poll()
        heard.register(database.connection.fileno(), POLLIN)
        if heard.poll(0):
            database.close_if_health_check_failed()
        database.health_check_done = True
    database.ensure_connection()
    return database.connection


def numbered(sql: str) -> str:
    """From `%s` to `$1`, `$2`: the places as the server counts them, so that the driver has nothing to look for."""
    places = count(1)
    return re.sub(r"%[s%]", lambda found: f"${next(places)}" if found[0] == "%s" else "%", sql)


def ask(sql: str, params: Sequence[Any]) -> Row | None:
    """The only row of an answer to a `numbered` statement; None where there is none. Of which kind a parameter is, the
    server tells from where it stands."""
    database: Any = connections[DEFAULT_DB_ALIAS]
    bare: Any = _Cursor(_plans_of(_connected(database)))
    cursor: Any = database.make_debug_cursor(bare) if database.queries_logged else database.make_cursor(bare)
    row: Row | None = cursor.execute(sql, params)
    return row


def row_of(model: type[models.Model], names: Sequence[str], values: Sequence[Any]) -> Any:
    """As `model.from_db`, which would tell everybody that a row is being made; nobody listens, and it takes most of the
    time."""
    row = model.__new__(model)
    row.__dict__.update(zip(names, values, strict=True), _state=ModelState())
    row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS
    return row


def insert(row: models.Model) -> None:
    """As `row.save(force_insert=True)` for a table of one model, without signals, which our apps do not use."""
    sql, fields, auto = _inserting(type(row))
    _there(row, auto, ask(sql, _values(row, fields)))


def insert_with(row: models.Model, entry: models.Model, *, once: tuple[str, ...]) -> bool:
    """Insert a row and what tells of it by one statement: neither is ever there without the other, also outside of a
    transaction. False where another row has the same `once`, the columns of a unique constraint: then nothing is
    inserted."""
    sql, (fields, others), (auto, other) = _inserting_both(type(row), type(entry), once)
    told = ask(sql, [*_values(row, fields), *_values(entry, others)])
    if told is None:
        return False
    _there(row, auto, told[:1])
    _there(entry, other, told[1:])
    return True


#: What fields, but those of JSON, give to the driver as it is.
_AS_IT_IS = (str, int, bool, NoneType, UUID)


def _values(row: models.Model, fields: Sequence[models.Field[Any, Any]]) -> list[Any]:
    database = connections[DEFAULT_DB_ALIAS]
    return [_value(field, field.pre_save(row, add=True), database) for field in fields]


def _value(field: models.Field[Any, Any], value: Any, database: Any) -> Any:
    if isinstance(value, Written) or (type(value) in _AS_IT_IS and not isinstance(field, models.JSONField)):
        return value
    return field.get_db_prep_save(value, database)


def _there(row: models.Model, auto: str, told: Row | None) -> None:
    if auto and told is not None:
        setattr(row, auto, told[0])
    row._state.adding = False
    row._state.db = DEFAULT_DB_ALIAS


@cache
def _inserting(model: type[models.Model]) -> tuple[str, tuple[models.Field[Any, Any], ...], str]:
    """The statement, the fields whose values it takes, and the attribute of a key that the database gives."""
    into, fields, key = _into(model)
    places = ", ".join(["%s"] * len(fields))
    return numbered(f"{into} VALUES ({places}) RETURNING {key}"), fields, _given_key(model)


@cache
def _inserting_both(
    model: type[models.Model], other: type[models.Model], once: tuple[str, ...]
) -> tuple[str, tuple[tuple[models.Field[Any, Any], ...], ...], tuple[str, str]]:
    """The same for two. In a SELECT the server cannot tell of which kind a parameter is, so it is said; without
    lengths, because a cast would cut what is too long."""
    (into, fields, key), (into_other, others, other_key) = _into(model), _into(other)
    quoted: Any = connection.ops.quote_name
    places = ", ".join(["%s"] * len(fields))
    casts = ", ".join("%s::" + re.sub(r"\(\d+\)", "", str(field.db_type(connection))) for field in others)
    sql = f"""
WITH row AS (
    {into} VALUES ({places}) ON CONFLICT ({", ".join(quoted(name) for name in once)}) DO NOTHING RETURNING {key} AS key
)
{into_other} SELECT {casts} FROM row RETURNING (SELECT key FROM row), {other_key}"""
    return numbered(sql), (fields, others), (_given_key(model), _given_key(other))


def _into(model: type[models.Model]) -> tuple[str, tuple[models.Field[Any, Any], ...], str]:
    """The beginning of the statement, its fields, and the column of the key."""
    quoted: Any = connection.ops.quote_name
    fields = tuple(field for field in model._meta.local_concrete_fields if field.attname != _given_key(model))
    columns = ", ".join(quoted(field.column) for field in fields)
    return f"INSERT INTO {quoted(model._meta.db_table)} ({columns})", fields, quoted(model._meta.pk.column)


def _given_key(model: type[models.Model]) -> str:
    """The attribute of a key that the database gives; empty where we give it."""
    key = model._meta.pk
    return key.attname if isinstance(key, models.AutoField) else ""
