"""From rows of the database to cells: what was chosen, and apart from it what a wider look would add.

Every statement gives, beside its groups, a number `part`: 0 is inside of what was chosen; every other number is one
part of what the reader would also see without the filter or over more weeks. Differences of two looks are made of such
parts, so each has to be nothing or enough people to hide in.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import connection

from contacts.reports.scope import Look, Scope
from portal.people.hiding import NOTHING, Cell

#: The part by reason and channel, for statements that name both `purpose` and `channel`.
PART = """(CASE WHEN %(purpose)s = '' OR purpose = %(purpose)s THEN 0 ELSE 1 END
     + CASE WHEN %(channel)s = '' OR channel = %(channel)s THEN 0 ELSE 2 END)"""
#: The address `c` of the rows `r` where it is of the chosen channel, for statements that need no other: nobody reads
#: addresses where none was chosen, because the condition is then false before the statement begins.
POINT = """LEFT JOIN customers_contactpoint c
    ON c.id = r.contact_point_id AND c.channel = %(channel)s AND %(channel)s <> ''"""
#: Those of the scope, for statements that name a `person`.
OURS = "(%(people)s::bigint[] IS NULL OR person = ANY(%(people)s::bigint[]))"


def ask(statement: str, scope: Scope, look: Look, **more: Any) -> list[tuple[Any, ...]]:
    """The rows of a statement that may name what was chosen and whose figures are counted."""
    values = {"at": look.at, "people": scope.ids, "purpose": look.purpose, "channel": look.channel, **more}
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()


def cells(rows: Iterable[Sequence[Any]]) -> Mapping[Any, Cell]:
    """From (key..., part, count, people) the cell of each key; what nothing is known of is nothing."""
    inside: dict[Any, tuple[int, int]] = {}
    outside: dict[Any, list[int]] = defaultdict(list)
    for *key, part, count, people in rows:
        name = tuple(key) if len(key) != 1 else key[0]
        if part == 0:
            inside[name] = (count, people)
        else:
            outside[name].append(people)
    found: dict[Any, Cell] = defaultdict(lambda: NOTHING)
    found.update({name: Cell(*inside[name], tuple(outside[name])) for name in inside})
    return found
