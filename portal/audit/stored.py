"""The trail and the nodes of its tree out of the database."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection

from portal.audit.rules.tree import node_hash

#: What is hashed of an entry, in the order of `rules.leaf.leaf`, and its values. Instants as whole microseconds since
#: 1970: the database computes them exactly (numeric).
COLUMNS = (
    "e.id, (extract(epoch FROM e.at) * 1000000)::bigint, e.actor_id, e.job, e.verb, e.subject_type, e.subject_id,"
    " e.customer_id, e.before::text, e.after::text"
)
#: Each level of tiles has 2^8 of the one below.
STEP = 8
WIDTH = 1 << STEP


class StoredNodes:
    """Gives the nodes of `rules.tree` over what is sealed; what was read once is not read again."""

    def __init__(self) -> None:
        self.known: dict[tuple[int, int], bytes] = {}

    def __call__(self, level: int, index: int) -> bytes:
        if (level, index) not in self.known:
            if level % STEP == 0:
                self.read(level, [index >> STEP])
            else:
                self.known[level, index] = node_hash(self(level - 1, 2 * index), self(level - 1, 2 * index + 1))
        return self.known[level, index]

    def read(self, level: int, pieces: Iterable[int]) -> None:
        """The nodes of one level in these pieces of 256, by one statement."""
        table, name = ("audit_tile", "hash") if level else ("audit_seal", "leaf_hash")
        only = f"AND t.level = {int(level)}" if level else ""
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT t.index, t.{name} FROM unnest(%s::bigint[]) AS piece JOIN {table} t"
                f" ON t.index BETWEEN piece * {WIDTH} AND piece * {WIDTH} + {WIDTH - 1} {only}",
                [sorted(set(pieces))],
            )
            self.known.update(((level, index), bytes(hash)) for index, hash in cursor.fetchall())

    def build(self, level: int, index: int) -> bytes:
        """A node of a level of tiles computed from the tiles below it, which must be there."""
        row = [self(level - STEP, (index << STEP) + place) for place in range(WIDTH)]
        while len(row) > 1:
            row = [node_hash(row[at], row[at + 1]) for at in range(0, len(row), 2)]
        self.known[level, index] = row[0]
        return row[0]
