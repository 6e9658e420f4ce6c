"""The people who could decide, as the resolver sees them: plain values, read once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum

MANAGER, DPO = "manager", "dpo"


class Why(StrEnum):
    """Why somebody does not decide."""

    NO_MANAGER = "no_manager"
    INACTIVE = "inactive"
    REQUESTER = "requester"
    EDITOR = "editor"
    DEPUTY_OF_REQUESTER = "deputy_of_requester"
    MAKER_OF_KEY = "maker_of_key"
    ALREADY = "already"
    NO_ROLE = "no_role"
    ABSENT = "absent"
    UNTRAINED = "untrained"


@dataclass(frozen=True, slots=True)
class Person:
    """One account. `number` is the personnel number in one spelling: two accounts of one person share it."""

    id: int
    number: str
    manager: int | None = None
    roles: frozenset[str] = frozenset()
    active: bool = True
    trained: bool = True


@dataclass(frozen=True)
class Staff:
    """Everybody who decides or stands in a line above somebody. `absent`: who is away at this instant, and the
    deputy, if there is one."""

    people: Mapping[int, Person]
    absent: Mapping[int, int | None] = field(default_factory=dict)

    def get(self, person: int | None) -> Person | None:
        return self.people.get(person) if person is not None else None

    def with_role(self, role: str) -> list[Person]:
        """Active holders of a role, in a fixed order."""
        found = (one for one in self.people.values() if one.active and role in one.roles)
        return sorted(found, key=lambda one: one.id)

    def deputies_of(self, person: int) -> list[int]:
        """The deputy, and where that one is away, the deputy's deputy, and so on; a circle ends."""
        chain: list[int] = []
        current = self.absent.get(person)
        while current is not None and current != person and current not in chain:
            chain.append(current)
            current = self.absent.get(current)
        return chain


@dataclass(frozen=True)
class Asker:
    """Whose request it is, and who is out of the question: `barred` maps personnel numbers to the reason."""

    manager: int | None
    barred: Mapping[str, Why]

    def without(self, numbers: frozenset[str]) -> Asker:
        """The same, with people who decide in another stage left out."""
        return replace(self, barred=dict.fromkeys(numbers, Why.ALREADY) | dict(self.barred))


def barred(
    requester: str,
    editor: str = "",
    deputies: frozenset[str] = frozenset(),
    proposers: frozenset[str] = frozenset(),
    makers: frozenset[str] = frozenset(),
) -> dict[str, Why]:
    """Four eyes: neither who asks, nor who wrote the text last or proposed it, nor who stands in for one of them, nor
    who made a key that could act for one of them."""
    found = dict.fromkeys(deputies, Why.DEPUTY_OF_REQUESTER) | dict.fromkeys(makers, Why.MAKER_OF_KEY)
    found |= dict.fromkeys(proposers, Why.EDITOR)
    if editor:
        found[editor] = Why.EDITOR
    found[requester] = Why.REQUESTER
    return found


@dataclass(frozen=True, slots=True)
class Made:
    """One confirmed key with which a system acts for a person, by personnel numbers; `ends` is not included."""

    acts_for: str
    maker: str
    ends: datetime


def makers_for(people: Iterable[str], keys: Iterable[Made], since: datetime) -> frozenset[str]:
    """Who made a key that could act for one of these people at some time from `since` on: who holds it can ask in
    their name, so it is not for them to judge what was asked."""
    meant = frozenset(people)
    return frozenset(key.maker for key in keys if key.acts_for in meant and key.ends > since)


@dataclass(frozen=True, slots=True)
class StandIn:
    """One absence with a deputy, by personnel numbers; both days included."""

    person: str
    deputy: str
    starts: date
    ends: date


def standing_in_for(people: Iterable[str], rows: Iterable[StandIn], since: date) -> frozenset[str]:
    """Whoever could act in the place of one of these people on some day from `since` on: the deputy, and on the days on
    which that one is away as well, the deputy's deputy, and so on."""
    known = [row for row in rows if max(row.starts, since) <= row.ends]
    reached = {StandIn("", number, since, date.max) for number in people}
    open_ends, found = list(reached), set()
    while open_ends:
        at = open_ends.pop()
        for row in known:
            first, last = max(at.starts, row.starts), min(at.ends, row.ends)
            step = StandIn("", row.deputy, first, last)
            if row.person == at.deputy and first <= last and step not in reached:
                reached.add(step)
                open_ends.append(step)
                found.add(row.deputy)
    return frozenset(found)


def closes_circle(new: StandIn, others: Iterable[StandIn]) -> bool:
    """Whether on some day each of several people would stand in for the next: nobody would decide."""
    known = list(others)
    open_ends = [(new.deputy, new.starts, new.ends, frozenset({new.deputy}))]
    while open_ends:
        at, starts, ends, seen = open_ends.pop()
        if at == new.person:
            return True
        for one in known:
            first, last = max(starts, one.starts), min(ends, one.ends)
            if one.person == at and first <= last and one.deputy not in seen:
                open_ends.append((one.deputy, first, last, seen | {one.deputy}))
    return False
