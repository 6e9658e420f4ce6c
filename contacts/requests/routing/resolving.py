"""From steps and people to stages: who decides now, who was passed over, and why. Nothing waits for nobody: where a
step ends at nobody it goes one level up, in the end to the data protection officers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from contacts.requests.routing.people import DPO, MANAGER, Asker, Person, Staff, Why
from contacts.requests.routing.table import Quorum, Step, Who


class How(StrEnum):
    """How somebody came to decide."""

    SELF = "self"
    DEPUTY = "deputy"
    ABOVE = "above"
    OFFICER = "officer"
    REASSIGNED = "reassigned"
    ESCALATED = "escalated"


@dataclass(frozen=True, slots=True)
class Seat:
    """One person who may decide now. `place` is in whose place: where the seat is handed on, that place goes along.
    `stands_for` is the absent person whose deputy this is; `officer`: the verdict is one of the data protection
    officer."""

    person: int
    place: int
    how: How = How.SELF
    stands_for: int | None = None
    officer: bool = False
    trained: bool = True


@dataclass(frozen=True, slots=True)
class Skip:
    """Somebody who was meant and does not decide. None: there is nobody in that place."""

    person: int | None
    why: Why


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of the way with those who may decide in it."""

    step: Step
    seats: tuple[Seat, ...]
    skipped: tuple[Skip, ...]
    needed: int

    @property
    def by_officers(self) -> bool:
        """Whether it is the officers' stage, by the table or because nobody in the line can decide."""
        return self.step.of_officers or (bool(self.seats) and all(seat.officer for seat in self.seats))

    @property
    def short(self) -> bool:
        """Fewer people than must approve: it could never end."""
        return len(self.seats) < self.needed


@dataclass(frozen=True)
class Situation:
    """What a stage is resolved in: people, who asks, and what has happened to the stage since it began."""

    staff: Staff
    asker: Asker
    moves: Mapping[int, int] = field(default_factory=dict)
    overdue: bool = False

    def why_not(self, person: Person | None, roles: Iterable[str], *, untrained_too: bool) -> Why | None:
        """Why somebody may not decide here; None: may."""
        if person is None or not person.active:
            return Why.INACTIVE
        if person.number in self.asker.barred:
            return self.asker.barred[person.number]
        if not person.roles.intersection(roles):
            return Why.NO_ROLE
        if person.id in self.staff.absent:
            return Why.ABSENT
        return None if person.trained or untrained_too else Why.UNTRAINED


def resolve(steps: tuple[Step, ...], staff: Staff, asker: Asker) -> tuple[Stage, ...]:
    """The stages of a request that is handed in now. Two verdicts are two people's: who is sure to decide in one
    stage is left out of the next. An officer who steps in for the line decides once, as officer."""
    stages: list[Stage] = []
    passed: tuple[Skip, ...] = ()
    for place, step in enumerate(steps):
        stage = resolve_stage(step, Situation(staff, asker))
        officers_follow = any(later.of_officers for later in steps[place + 1 :])
        if officers_follow and not step.of_officers and stage.by_officers:
            passed += stage.skipped
            continue
        stage = Stage(stage.step, stage.seats, passed + stage.skipped, stage.needed)
        passed = ()
        stages.append(stage)
        if len(stage.seats) <= stage.needed:
            asker = asker.without(frozenset(staff.people[seat.person].number for seat in stage.seats))
    return tuple(stages)


def resolve_stage(step: Step, situation: Situation) -> Stage:
    """Who decides in one stage at this instant. People who first have to take the course of reviewers are asked only
    where nobody has taken it."""
    trained, skipped = _seats(step, situation, untrained_too=False)
    seats = trained if trained else _seats(step, situation, untrained_too=True)[0]
    unique = tuple(_once(seats, situation.staff))
    return Stage(step, unique, tuple(dict.fromkeys(skipped)), _needed(step, unique))


def _needed(step: Step, seats: tuple[Seat, ...]) -> int:
    regular = sum(seat.how != How.ESCALATED for seat in seats)
    match step.quorum:
        case Quorum.ALL:
            return max(1, regular)
        case Quorum.COUNT:
            return max(1, step.count)
        case _:
            return 1


def _once(seats: list[Seat], staff: Staff) -> Iterable[Seat]:
    seen: set[str] = set()
    for seat in seats:
        number = staff.people[seat.person].number
        if number not in seen:
            seen.add(number)
            yield seat


def _seats(step: Step, situation: Situation, *, untrained_too: bool) -> tuple[list[Seat], list[Skip]]:
    """The seats of a step; where it ends at nobody, or its time is over, those of the next level as well."""
    if step.of_officers:
        return _pool(DPO, situation, untrained_too=untrained_too)
    skipped: list[Skip] = []
    if step.who == Who.ROLE:
        seats, skipped = _pool(step.role, situation, untrained_too=untrained_too)
        wanting = not seats or situation.overdue
    else:
        start = situation.asker.manager if step.who == Who.LINE_MANAGER else step.person
        roles = (MANAGER,) if step.who == Who.LINE_MANAGER else (MANAGER, DPO)
        seats, skipped = _line(start, roles, situation, untrained_too=untrained_too)
        wanting = not seats or (situation.overdue and len(seats) < 2)
    if wanting:
        how = How.ESCALATED if seats else How.OFFICER
        officers, more = _pool(DPO, situation, untrained_too=untrained_too, how=how)
        seats, skipped = [*seats, *officers], [*skipped, *more]
    return seats, skipped


def _line(
    start: int | None, roles: tuple[str, ...], situation: Situation, *, untrained_too: bool
) -> tuple[list[Seat], list[Skip]]:
    """The first in the line who can decide, or that person's deputy; once the time is over, the next above as well."""
    seats: list[Seat] = []
    skipped: list[Skip] = []
    if start is None:
        return seats, [Skip(None, Why.NO_MANAGER)]
    seen: set[int] = set()
    current: int | None = start
    while current is not None and current not in seen and len(seats) < (2 if situation.overdue else 1):
        seen.add(current)
        wanted = roles if current == start else (MANAGER,)
        found, passed = _one(current, wanted, situation, untrained_too=untrained_too)
        skipped += passed
        if found is not None:
            how = How.ESCALATED if seats else (found.how if current == start else _above(found.how))
            seats.append(replace(found, how=how))
        person = situation.staff.get(current)
        current = person.manager if person is not None else None
    return seats, skipped


def _above(how: How) -> How:
    return How.ABOVE if how == How.SELF else how


def _pool(
    role: str, situation: Situation, *, untrained_too: bool, how: How = How.SELF
) -> tuple[list[Seat], list[Skip]]:
    """Everybody with a role who can decide, or their deputies; who cannot is left out."""
    seats: list[Seat] = []
    skipped: list[Skip] = []
    for one in situation.staff.with_role(role):
        found, passed = _one(one.id, (role,), situation, untrained_too=untrained_too)
        skipped += passed
        if found is not None:
            kind = how if found.how == How.SELF else found.how
            seats.append(replace(found, how=kind, officer=role == DPO))
    return seats, skipped


def _one(
    meant: int, roles: tuple[str, ...], situation: Situation, *, untrained_too: bool
) -> tuple[Seat | None, list[Skip]]:
    """The person who was meant, whom the matter was handed to, or the deputy of who is away."""
    staff = situation.staff
    moved = staff.get(situation.moves.get(meant))
    if (
        moved is not None
        and moved.id != meant
        and situation.why_not(moved, (*roles, DPO), untrained_too=untrained_too) is None
    ):
        return Seat(moved.id, meant, How.REASSIGNED, trained=moved.trained), []
    person = staff.get(meant)
    why = situation.why_not(person, roles, untrained_too=untrained_too)
    if why is None and person is not None:
        return Seat(person.id, meant, trained=person.trained), []
    skipped = [Skip(meant, why or Why.INACTIVE)]
    # An officer is stood in for by an officer; a manager by a manager or an officer.
    fitting = roles if roles == (DPO,) else (*roles, DPO)
    for number in staff.deputies_of(meant) if why == Why.ABSENT else ():
        deputy = staff.get(number)
        why_not_deputy = situation.why_not(deputy, fitting, untrained_too=untrained_too)
        if why_not_deputy is None and deputy is not None:
            return Seat(deputy.id, meant, How.DEPUTY, stands_for=meant, trained=deputy.trained), skipped
        skipped.append(Skip(number, why_not_deputy or Why.INACTIVE))
    return None, skipped
