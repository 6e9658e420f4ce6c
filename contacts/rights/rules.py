"""The life of a request under Art. 15 to 21 GDPR as a table, and its clock. Standard library only; time is passed in.

Buttons, refusals, the guard of the database (migration 0002) and the tests read the same table or repeat it.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class Kind(StrEnum):
    """What the person asks for; the article stands beside it in `ARTICLES`."""

    ACCESS = "access"
    PORTABILITY = "portability"
    RECTIFICATION = "rectification"
    RESTRICTION = "restriction"
    OBJECTION = "objection"
    ERASURE = "erasure"


ARTICLES: dict[str, str] = {
    Kind.ACCESS: "Art. 15",
    Kind.PORTABILITY: "Art. 20",
    Kind.RECTIFICATION: "Art. 16",
    Kind.RESTRICTION: "Art. 18",
    Kind.OBJECTION: "Art. 21",
    Kind.ERASURE: "Art. 17",
}


class State(StrEnum):
    """How far a request has come."""

    RECEIVED = "received"
    OPEN = "open"
    PROPOSED = "proposed"
    ANSWERED = "answered"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


#: In these the clock runs.
RUNNING = (State.RECEIVED, State.OPEN, State.PROPOSED)


class Verb(StrEnum):
    """What people can do to a request. Letters, extensions and the release of names change no state."""

    CONFIRM = "confirm"
    EXTEND = "extend"
    PROPOSE = "propose"
    SEND_BACK = "send_back"
    CARRY_OUT = "carry_out"
    ANSWER = "answer"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"


class Who(StrEnum):
    """Who may take a transition. A `keeper` is a data protection or consent officer, an `other_officer` a data
    protection officer who is not the person that proposed the erasure."""

    KEEPER = "keeper"
    OFFICER = "officer"
    OTHER_OFFICER = "other_officer"


@dataclass(frozen=True, slots=True)
class Transition:
    """One row of the table: whoever fits `who` brings a request of one of `kinds` from `source` to `target`."""

    verb: Verb
    source: State
    target: State
    who: Who
    kinds: frozenset[Kind]


ALL = frozenset(Kind)
ERASED = frozenset({Kind.ERASURE})
# Who asks is made sure of first (Art. 12(6) GDPR); an erasure is proposed by one and carried out by another.
TRANSITIONS = (
    Transition(Verb.CONFIRM, State.RECEIVED, State.OPEN, Who.KEEPER, ALL),
    Transition(Verb.EXTEND, State.RECEIVED, State.RECEIVED, Who.OFFICER, ALL),
    Transition(Verb.EXTEND, State.OPEN, State.OPEN, Who.OFFICER, ALL),
    Transition(Verb.EXTEND, State.PROPOSED, State.PROPOSED, Who.OFFICER, ALL),
    Transition(Verb.PROPOSE, State.OPEN, State.PROPOSED, Who.KEEPER, ERASED),
    Transition(Verb.SEND_BACK, State.PROPOSED, State.OPEN, Who.OFFICER, ERASED),
    Transition(Verb.CARRY_OUT, State.PROPOSED, State.ANSWERED, Who.OTHER_OFFICER, ERASED),
    Transition(Verb.ANSWER, State.OPEN, State.ANSWERED, Who.OFFICER, ALL - ERASED),
    Transition(Verb.REFUSE, State.RECEIVED, State.REFUSED, Who.OFFICER, ALL),
    Transition(Verb.REFUSE, State.OPEN, State.REFUSED, Who.OFFICER, ALL),
    Transition(Verb.WITHDRAW, State.RECEIVED, State.WITHDRAWN, Who.KEEPER, ALL),
    Transition(Verb.WITHDRAW, State.OPEN, State.WITHDRAWN, Who.KEEPER, ALL),
    Transition(Verb.WITHDRAW, State.PROPOSED, State.WITHDRAWN, Who.KEEPER, ALL),
)


def transition(verb: Verb, source: str, kind: str) -> Transition | None:
    """The one row for a verb in a state and for a kind, or None where the verb is not possible."""
    fitting = (row for row in TRANSITIONS if row.verb == verb and row.source == source and kind in row.kinds)
    return next(fitting, None)


def ways() -> frozenset[tuple[str, str]]:
    """Each change of state that some verb makes; the database repeats them."""
    return frozenset((row.source.value, row.target.value) for row in TRANSITIONS if row.source != row.target)


#: Art. 12(3) GDPR: one month, and two further months where that is necessary.
MONTHS, FURTHER_MONTHS = 1, 2


def add_months(day: date, months: int) -> date:
    """The same day so many months later, or the last of a month that is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def due_on(received: date) -> date:
    """The last day for an answer to a request that came in on `received`."""
    return add_months(received, MONTHS)


def extended_due_on(received: date) -> date:
    """The last day once the time was extended: counted from the receipt, so that short months shorten nothing."""
    return add_months(received, MONTHS + FURTHER_MONTHS)


def may_extend(received: date, due: date, today: date) -> bool:
    """Once, and while the first month lasts: within it the person has to be told (Art. 12(3) GDPR)."""
    return due == due_on(received) and today <= due


def is_late(due: date, today: date) -> bool:
    return today > due


# Reminders before the last day, and one when it is over.
REMIND_DAYS = (10, 3)
OVER = "over"


def reminder_step(due: date, today: date) -> str | None:
    """The step that has been reached: "10d", "3d", "over"; None while there is more time. Only the latest counts, so a
    job that was late does not tell of what has passed."""
    if is_late(due, today):
        return OVER
    reached = [days for days in REMIND_DAYS if due - today <= timedelta(days=days)]
    return f"{min(reached)}d" if reached else None
