"""Reading several querysets by one statement, which can be written once and kept.

Building querysets and turning them into SQL takes Django longer than PostgreSQL needs to answer them. From one reading
to the next only a handful of values differ, so the statement is kept here, and its plan in the server.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, models
from django.db.models import CharField, IntegerField, Lookup, Q
from django.db.models.query import FlatValuesListIterable, ModelIterable, ValuesListIterable

from portal.planned import ask, numbered, row_of

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.db.models.sql.compiler import SQLCompiler


@dataclass(frozen=True, slots=True)
class Part:
    """One queryset of a statement, and how its rows become what it would have given alone."""

    name: str
    queryset: QuerySet[Any]
    compiler: SQLCompiler
    #: Of the columns that are not in JSON what the driver gives: their places, and what makes it of them.
    readers: tuple[tuple[int, Callable[[Any], Any]], ...]
    #: Makes the rows without asking Django anew what they are; None where there is more to them.
    make: Callable[[list[list[Any]]], list[Any]] | None

    def made_of(self, rows: list[list[Any]]) -> list[Any]:
        for place, read in self.readers:
            for row in rows:
                if row[place] is not None:
                    row[place] = read(row[place])
        if self.make is not None:
            return self.make(rows)
        compiler = copy.copy(self.compiler)
        compiler.execute_sql = lambda *_args, **_names: [rows]  # type: ignore[method-assign,assignment]
        read_already: Any = _Read(self.queryset, compiler)
        rows_of: Any = self.queryset._iterable_class(read_already)
        return list(rows_of)


class _Read:
    """A queryset whose rows have been read: what Django's iterables ask one for."""

    def __init__(self, queryset: QuerySet[Any], compiler: SQLCompiler) -> None:
        self.model, self.db, self.query = queryset.model, queryset.db, self
        self._known_related_objects: dict[Any, Any] = {}
        self.get_compiler = lambda *_args, **_names: compiler


def statement_of(querysets: Mapping[str, QuerySet[Any]]) -> tuple[str, list[Any], list[Part]]:
    """The statement that reads several querysets, its parameters, and the parts that have any rows to hope for."""
    selects, params, parts = [], [], []
    for number, (name, queryset) in enumerate(querysets.items()):
        compiler = queryset.query.get_compiler(using=DEFAULT_DB_ALIAS)
        try:
            sql, values = compiler.as_sql()
        except EmptyResultSet:
            continue
        cells = ", ".join(f"c{index}" for index in range(len(compiler.select)))
        selects.append(f"(SELECT json_agg(json_build_array({cells})) FROM ({sql}) AS part{number} ({cells}))")
        params += values
        kinds = [_reader_of(expression.output_field) for expression, _sql, _alias in compiler.select]
        readers = tuple((place, kind) for place, kind in enumerate(kinds) if kind is not None)
        parts.append(Part(name, queryset, compiler, readers, _maker_of(queryset, compiler)))
    return "SELECT " + ", ".join(selects), params, parts


def _maker_of(queryset: QuerySet[Any], compiler: SQLCompiler) -> Callable[[list[list[Any]]], list[Any]] | None:
    """What Django's iterables do for values and for rows of one table, decided once."""
    kind: Any = queryset._iterable_class
    if compiler.get_converters([expression for expression, _sql, _alias in compiler.select]):
        return None
    if kind is ValuesListIterable:
        return lambda rows: [tuple(row) for row in rows]
    if kind is FlatValuesListIterable:
        return lambda rows: [row[0] for row in rows]
    single = kind is ModelIterable and not (compiler.klass_info or {}).get("related_klass_infos")
    return _models_of(queryset, compiler) if single and not getattr(queryset, "_known_related_objects", None) else None


def _models_of(queryset: QuerySet[Any], compiler: SQLCompiler) -> Callable[[list[list[Any]]], list[Any]]:
    places = (compiler.klass_info or {})["select_fields"]
    first, end = places[0], places[-1] + 1
    names = [expression.target.attname for expression, _sql, _alias in compiler.select[first:end]]
    added = tuple((compiler.annotation_col_map or {}).items())

    def make(rows: list[list[Any]]) -> list[Any]:
        found = [row_of(queryset.model, names, row[first:end]) for row in rows]
        for name, place in added:
            for made, row in zip(found, rows, strict=True):
                setattr(made, name, row[place])
        return found

    return make


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


#: Makes querysets of values. Each value goes into them as it is; what is calculated from it is a value of its own.
Builder = Callable[..., Mapping[str, "QuerySet[Any, Any]"]]


class Together:
    """The rows of several querysets by their names, as each alone would give them, read by one statement that is
    written only once: one way to the database instead of many, and one snapshot for all.

    ```
    ways = Together(lambda *, customer: {"points": ContactPoint.objects.filter(customer_id=customer)})
    ways(customer=7)["points"]
    ```
    Each queryset becomes a JSON array (PostgreSQL manual, 9.16). For columns of text, numbers, yes or no, days,
    instants, bytes, arrays and JSON; another kind raises TypeError.

    Values are numbers, texts, instants, days and lists of texts or numbers (for `any_of`); None and a value make
    different statements. Raises TypeError where the builder calculates with a value, which a kept statement could not
    follow.
    """

    def __init__(self, build: Builder) -> None:
        self.build = build
        self._kept: dict[frozenset[str], _Kept] = {}

    def __call__(self, **values: Any) -> dict[str, list[Any]]:
        shape = frozenset(name for name, value in values.items() if value is None)
        kept = self._kept.get(shape)
        if kept is None:
            kept = self._kept[shape] = self._written(values)
        found: dict[str, list[Any]] = {name: [] for name in kept.names}
        if kept.parts:
            answers = ask(kept.sql, [values[slot] if slot else constant for slot, constant in kept.slots])
            for part, rows in zip(kept.parts, answers or (), strict=True):
                found[part.name] = part.made_of(rows) if rows else []
        return found

    def _written(self, values: Mapping[str, Any]) -> _Kept:
        """The statement, written with two sets of unmistakable values: what differs is a value, the rest is fixed."""
        first, second = _marks(values, count(1)), _marks(values, count(500))
        querysets = self.build(**first)
        sql, params, parts = statement_of(querysets)
        again, others, _parts = statement_of(self.build(**second))
        if sql != again:
            raise TypeError("The statement differs with the values.")
        slots = [_slot(one, other, first, second) for one, other in zip(params, others, strict=True)]
        return _Kept(tuple(querysets), numbered(sql), tuple(slots), tuple(parts))


@dataclass(frozen=True, slots=True)
class _Kept:
    """`slots` says for each parameter which value it is, or else what it always is."""

    names: tuple[str, ...]
    sql: str
    slots: tuple[tuple[str, Any], ...]
    parts: tuple[Part, ...]


def any_of(column: str, values: Collection[str] | Collection[int]) -> Q:
    """As `column__in=values`, with one parameter however many texts or numbers there are. A foreign key is named by
    the key of the other table: `customer__pk`."""
    return Q(**{f"{column}__any_of": list(values)})


@CharField.register_lookup
@IntegerField.register_lookup
class AnyOf(Lookup):
    """What `any_of` says."""

    lookup_name = "any_of"
    prepare_rhs = False

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> Any:
        column, params = self.process_lhs(compiler, connection)
        return f"{column} = ANY(%s)", [*params, self.rhs]


def _slot(one: Any, other: Any, first: Mapping[str, Any], second: Mapping[str, Any]) -> tuple[str, Any]:
    for name, mark in first.items():
        if mark is not None and type(one) is type(mark) and one == mark and other == second[name]:
            return name, None
    if getattr(one, "obj", one) != getattr(other, "obj", other):  # what is sent as JSON is equal by what is in it
        raise TypeError("The statement holds something that was calculated from a value.")
    return "", one


def _marks(values: Mapping[str, Any], numbers: Iterator[int]) -> dict[str, Any]:
    return {name: _mark(value, next(numbers)) for name, value in values.items()}


def _mark(value: Any, number: int) -> Any:
    """A value of the same kind that no statement holds by itself."""
    if isinstance(value, bool):
        raise TypeError("Yes or no is no value of a kept statement: make two of them.")
    if isinstance(value, datetime):
        return datetime(1700, 1, 1, tzinfo=UTC) + timedelta(seconds=number)
    if isinstance(value, date):
        return date(1700, 1, 1) + timedelta(days=number)
    if isinstance(value, str):
        return f"\ue000{number}"
    if isinstance(value, int):
        return 2**52 + number
    if isinstance(value, list):  # of what an empty one is, nothing tells: either mark will do
        return [2**52 + number] if value and isinstance(value[0], int) else [f"\ue000{number}"]
    if value is None:
        return None
    raise TypeError(f"{type(value).__name__} is no value of a kept statement.")
