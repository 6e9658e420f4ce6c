"""The routing table: which steps a request takes, as data. The first rule that fits counts."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

NEEDS_DPO = "needs_dpo_approval"
NEEDS_MANAGER = "needs_manager_approval"
MOST_STEPS = 4


class Who(StrEnum):
    """Who is asked in a step."""

    LINE_MANAGER = "line_manager"
    NAMED = "named"
    DPO = "dpo"
    ROLE = "role"


class Quorum(StrEnum):
    """How many of those who are asked must approve; one refusal always ends it."""

    ANY = "any"
    ALL = "all"
    COUNT = "count"


class Group(StrEnum):
    """Which kind of customer a request is about; a minor is a minor whatever else."""

    CONSUMER = "consumer"
    BUSINESS = "business"
    MINOR = "minor"


@dataclass(frozen=True, slots=True)
class Step:
    """One stage of the way: whom to ask, and how many must approve. `person` for NAMED, `role` for ROLE."""

    who: Who
    person: int | None = None
    role: str = ""
    quorum: Quorum = Quorum.ANY
    count: int = 1

    @property
    def of_officers(self) -> bool:
        return self.who == Who.DPO or (self.who == Who.ROLE and self.role == "dpo")

    @property
    def of_one_person(self) -> bool:
        return self.who in (Who.LINE_MANAGER, Who.NAMED)

    def to_json(self) -> dict[str, Any]:
        values = {"who": self.who.value, "person": self.person, "role": self.role}
        return values | {"quorum": self.quorum.value, "count": self.count}

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Step:
        """Raises KeyError or ValueError for what no step looks like."""
        person, count = values.get("person"), int(values.get("count", 1))
        quorum = Quorum(values.get("quorum", Quorum.ANY))
        return cls(Who(values["who"]), person, str(values.get("role", "")), quorum, count)


LINE_MANAGER = Step(Who.LINE_MANAGER)
OFFICER = Step(Who.DPO)


@dataclass(frozen=True, slots=True)
class Case:
    """What of a request decides its way."""

    outcome: str
    department: int | None
    group: str
    purpose: str
    channel: str


@dataclass(frozen=True, slots=True)
class Conditions:
    """An empty condition fits everything; all of them must fit."""

    outcomes: frozenset[str] = frozenset()
    departments: frozenset[int] = frozenset()
    groups: frozenset[str] = frozenset()
    purposes: frozenset[str] = frozenset()
    channels: frozenset[str] = frozenset()

    def fit(self, case: Case) -> bool:
        pairs: tuple[tuple[frozenset[Any], Any], ...] = (
            (self.outcomes, case.outcome),
            (self.departments, case.department),
            (self.groups, case.group),
            (self.purposes, case.purpose),
            (self.channels, case.channel),
        )
        return all(not wanted or value in wanted for wanted, value in pairs)

    def take_all(self, outcome: str) -> bool:
        """Whether every request with this answer of the rules fits."""
        others = (self.departments, self.groups, self.purposes, self.channels)
        return not any(others) and (not self.outcomes or outcome in self.outcomes)


@dataclass(frozen=True, slots=True)
class RoutingLine:
    """One rule of the table."""

    steps: tuple[Step, ...]
    conditions: Conditions = field(default_factory=Conditions)


Table = tuple[RoutingLine, ...]

DEFAULT: Table = (
    RoutingLine((LINE_MANAGER, OFFICER), Conditions(outcomes=frozenset({NEEDS_DPO}))),
    RoutingLine((LINE_MANAGER,)),
)


def steps_for(table: Table, case: Case) -> tuple[Step, ...]:
    """The steps of the first rule that fits. A table is never laxer than the rules: where they ask for the data
    protection officer, the officer decides, whatever the table says."""
    found = next((line.steps for line in table if line.conditions.fit(case)), (LINE_MANAGER,))
    if case.outcome == NEEDS_DPO and not any(step.of_officers for step in found):
        return (*found, OFFICER)
    return found


class Fault(StrEnum):
    """Why a table cannot be put in force."""

    EMPTY = "empty"
    NO_STEPS = "no_steps"
    TOO_MANY_STEPS = "too_many_steps"
    NO_CATCH_ALL = "no_catch_all"
    LAXER = "laxer"
    COUNT = "count"
    ONE_PERSON = "one_person"
    UNREACHABLE = "unreachable"


def faults(table: Table) -> list[tuple[int, Fault]]:
    """What is wrong with a table: (number of the rule from 1, or 0 for the whole table; fault)."""
    if not table:
        return [(0, Fault.EMPTY)]
    found = [(place, fault) for place, line in enumerate(table, 1) for fault in _faults_of(line)]
    if not all(any(line.conditions.take_all(outcome) for line in table) for outcome in (NEEDS_MANAGER, NEEDS_DPO)):
        found.append((0, Fault.NO_CATCH_ALL))
    for place, line in enumerate(table, 1):
        if _covered(table[: place - 1], line):
            found.append((place, Fault.UNREACHABLE))
    return found


def _faults_of(line: RoutingLine) -> list[Fault]:
    found = []
    if not line.steps:
        found.append(Fault.NO_STEPS)
    if len(line.steps) > MOST_STEPS:
        found.append(Fault.TOO_MANY_STEPS)
    if NEEDS_DPO in line.conditions.outcomes and line.steps and not any(step.of_officers for step in line.steps):
        found.append(Fault.LAXER)
    if any(step.quorum == Quorum.COUNT and step.count < 1 for step in line.steps):
        found.append(Fault.COUNT)
    if any(step.quorum == Quorum.COUNT and step.count > 1 and step.of_one_person for step in line.steps):
        found.append(Fault.ONE_PERSON)
    return found


def _covered(earlier: Table, line: RoutingLine) -> bool:
    """Whether earlier rules take everything that this one could."""
    outcomes = line.conditions.outcomes or frozenset({NEEDS_MANAGER, NEEDS_DPO})
    return all(any(one.conditions.take_all(outcome) for one in earlier) for outcome in outcomes)
