"""Which roles follow from the groups of the company's directory. Pure: the standard library only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

Table = Mapping[str, frozenset[str]]


def read_table(entries: Iterable[str], known: Iterable[str]) -> dict[str, frozenset[str]]:
    """`group=role` entries as a table; a group may give several roles. Raises ValueError with a whole sentence."""
    table: dict[str, frozenset[str]] = {}
    names = set(known)
    for entry in entries:
        group, sign, role = (part.strip() for part in entry.rpartition("="))
        if not (group and sign and role):
            raise ValueError(f"DIRECTORY_ROLES has “{entry}”; write group=role, such as Privacy=dpo.")
        if role not in names:
            raise ValueError(f"DIRECTORY_ROLES names the role “{role}”, which is none of {', '.join(sorted(names))}.")
        table[_spelt(group)] = table.get(_spelt(group), frozenset()) | {role}
    return table


def roles_by(groups: Iterable[str], table: Table) -> set[str]:
    """The roles that somebody in these groups has by the table; what differs in case only is one group."""
    return set().union(*(table.get(_spelt(group), frozenset()) for group in groups))


def roles_after(now: Iterable[str], groups: Iterable[str], table: Table) -> set[str]:
    """The roles after a look into the directory. It rules over the roles that the table names, and over no other: those
    an administrator gave by hand stay. Nobody is left without any role, so that what they have done keeps an owner."""
    ruled = set().union(*table.values()) if table else set()
    return (set(now) - ruled) | roles_by(groups, table) or {"employee"}


def _spelt(group: str) -> str:
    return group.strip().casefold()
