"""The same company with few customers and with many, each in a database of its own, so that they can take turns."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from benchmarks import scratch


@dataclass
class Sizes:
    """`casts[size]` are the people of the database of that size; `use` turns to one."""

    casts: dict[int, Any] = field(default_factory=dict)

    @property
    def small(self) -> int:
        return min(self.casts)

    @property
    def large(self) -> int:
        return max(self.casts)

    def use(self, size: int) -> Any:
        """Turn to the database of a size; returns its people."""
        _turn_to(_name(size))
        return self.casts[size]

    def numbers(self, count: int, size: int) -> list[str]:
        """Numbers of customers, evenly over the whole table; `use(size)` comes first."""
        from contacts.customers.models import Customer

        step = max(1, size // count)
        rows = Customer.objects.order_by("pk").values_list("number", flat=True)
        first = rows.filter(number__startswith="B").values_list("pk", flat=True)[0]
        return list(rows.filter(pk__in=[first + step * place for place in range(count)], number__startswith="B"))


@contextmanager
def filled(*sizes: int) -> Iterator[Sizes]:
    """Databases with that many customers, dropped afterwards."""
    found = Sizes()
    with scratch.database():
        template = str(connection.settings_dict["NAME"])
        for size in sizes:
            _copy(template, size)
        try:
            for size in sizes:
                _turn_to(_name(size))
                found.casts[size], _accounts = scratch.fill(size)
            yield found
        finally:
            _turn_to(template)
            for size in sizes:
                _alone(f'DROP DATABASE IF EXISTS "{_name(size)}" WITH (FORCE)')


def _copy(template: str, size: int) -> None:
    connection.close()  # nobody may be in a database that is copied
    _alone(f'DROP DATABASE IF EXISTS "{_name(size)}" WITH (FORCE)')
    _alone(f'CREATE DATABASE "{_name(size)}" TEMPLATE "{template}"')


def _alone(statement: str) -> None:
    with connection._nodb_cursor() as cursor:
        cursor.execute(statement)


def _turn_to(name: str) -> None:
    connection.close()
    connection.settings_dict["NAME"] = name


def _name(size: int) -> str:
    return f"benchmark_{size}"
