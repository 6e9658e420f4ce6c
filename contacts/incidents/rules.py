"""The life of an incident as a table, its steps, and its clock. Standard library only; time is passed in.

Buttons, refusals, the guard of the database (migration 0002) and the tests read the same table or repeat it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class State(StrEnum):
    """How far an incident has come."""

    REPORTED = "reported"
    CONTAINED = "contained"
    ASSESSED = "assessed"
    CLOSED = "closed"


class Verb(StrEnum):
    """What a person can do to an incident. Notes, the order and exports change no state."""

    TAKE_STEP = "take_step"
    ASSESS = "assess"
    DECIDE = "decide"
    CLOSE = "close"


class Who(StrEnum):
    """Who may take a transition. `judge` is a data protection officer other than the reporter."""

    REPORTER_OR_OFFICER = "reporter_or_officer"
    JUDGE = "judge"


@dataclass(frozen=True, slots=True)
class Transition:
    verb: Verb
    source: State
    targets: frozenset[State]
    who: Who


def _row(verb: Verb, source: State, who: Who, *targets: State) -> Transition:
    return Transition(verb, source, frozenset(targets), who)


# The assessment does not wait for the steps: the clock runs on while somebody still has to tick a box.
TRANSITIONS = (
    _row(Verb.TAKE_STEP, State.REPORTED, Who.REPORTER_OR_OFFICER, State.REPORTED, State.CONTAINED),
    _row(Verb.TAKE_STEP, State.ASSESSED, Who.REPORTER_OR_OFFICER, State.ASSESSED),
    _row(Verb.ASSESS, State.REPORTED, Who.JUDGE, State.ASSESSED),
    _row(Verb.ASSESS, State.CONTAINED, Who.JUDGE, State.ASSESSED),
    _row(Verb.ASSESS, State.ASSESSED, Who.JUDGE, State.ASSESSED),
    _row(Verb.DECIDE, State.ASSESSED, Who.JUDGE, State.ASSESSED),
    _row(Verb.CLOSE, State.ASSESSED, Who.JUDGE, State.CLOSED),
)


def transition(verb: Verb, source: str) -> Transition | None:
    """The one row for a verb in a state, or None where the verb is not possible."""
    return next((row for row in TRANSITIONS if row.verb == verb and row.source == source), None)


class Kind(StrEnum):
    """What happened."""

    PRIVATE_ACCOUNT = "private_account"
    WRONG_PERSON = "wrong_person"
    SEARCHED_PROFILE = "searched_profile"
    OTHER = "other"


class Step(StrEnum):
    """What keeps an incident from growing."""

    TELL_NOBODY = "tell_nobody"
    STOP_LOOKING = "stop_looking"
    HAND_OVER = "hand_over"
    DELETE_CHAT = "delete_chat"
    DELETE_CONTACT = "delete_contact"
    DELETE_FINDINGS = "delete_findings"
    ASK_DELETE = "ask_delete"


STEPS: dict[str, tuple[Step, ...]] = {
    Kind.PRIVATE_ACCOUNT: (Step.TELL_NOBODY, Step.HAND_OVER, Step.DELETE_CHAT, Step.DELETE_CONTACT),
    Kind.WRONG_PERSON: (Step.TELL_NOBODY, Step.HAND_OVER, Step.ASK_DELETE),
    Kind.SEARCHED_PROFILE: (Step.STOP_LOOKING, Step.HAND_OVER, Step.DELETE_FINDINGS),
    Kind.OTHER: (Step.TELL_NOBODY, Step.HAND_OVER),
}
# What is deleted first can be handed over no more: the company must be able to show what happened.
AFTER_HANDING_OVER = frozenset({Step.DELETE_CHAT, Step.DELETE_CONTACT, Step.DELETE_FINDINGS})


def may_be_ticked(step: str, settled: Collection[str]) -> bool:
    """Whether a step is open and its turn has come."""
    return step not in settled and (step not in AFTER_HANDING_OVER or Step.HAND_OVER in settled)


def open_steps(kind: str, settled: Collection[str]) -> tuple[Step, ...]:
    return tuple(step for step in STEPS[kind] if step not in settled)


class Risk(StrEnum):
    """The officer's assessment: whether the rights of the people concerned are at risk."""

    NONE = "none"
    RISK = "risk"
    HIGH = "high"


class About(StrEnum):
    """Whom a decision is about telling: the authority (Art. 33 GDPR) or the person concerned (Art. 34)."""

    AUTHORITY = "authority"
    PERSON = "person"


def may_stay_untold(about: str, risk: str, exception: str = "") -> bool:
    """Whether a no is open to the officer at all. The authority is told unless there is no risk (Art. 33 GDPR); with a
    high risk the person concerned is told (Art. 34), unless an exception applies, which the officer names."""
    if about == About.AUTHORITY:
        return risk == Risk.NONE
    return risk != Risk.HIGH or bool(exception)


def aware_at(noticed_at: datetime, reported_at: datetime) -> datetime:
    """When the clock begins: as soon as anybody who works here knew (docs/decisions/0015)."""
    return min(noticed_at, reported_at)


def due_at(aware: datetime, hours: int) -> datetime:
    """Hours are hours: the clock runs at night, at weekends, and through the change to summer time."""
    return aware + timedelta(hours=hours)


def stands(answer: bool, carried_out: bool, on_latest_assessment: bool, may_stay_untold: bool) -> bool:
    """Whether nothing is left to do about a decision. What was told stays told; that nobody need be told holds only
    for the assessment on which it was decided, and where its risk allows it; a yes that nobody carried out is a
    promise."""
    return carried_out if answer else on_latest_assessment and may_stay_untold


@dataclass(frozen=True, slots=True)
class Clock:
    """How the time stands. `left` is negative once it is over; `stopped`: nothing is due any more."""

    due_at: datetime
    left: timedelta
    stopped: bool

    @property
    def is_over(self) -> bool:
        return not self.stopped and self.left <= timedelta()


def clock(due: datetime, settled_at: datetime | None, at: datetime) -> Clock:
    return Clock(due, due - at, settled_at is not None)


# Reminders before the end, and one when it is over.
REMIND_HOURS = (24, 6)
OVER = "over"


def reminder_step(due: datetime, at: datetime) -> str | None:
    """The step that has been reached: "24h", "6h", "over"; None while there is more time. Only the latest counts, so
    a job that was late does not tell of what has passed."""
    if at >= due:
        return OVER
    reached = [hours for hours in REMIND_HOURS if due - at <= timedelta(hours=hours)]
    return f"{min(reached)}h" if reached else None


def lacks(state: str, open_left: int, told: Collection[str]) -> list[str]:
    """What is missing before an incident can be closed: "assessment", "steps", "authority", "person"; empty = nothing.

    `told` names the decisions that are made and, where they say yes, carried out.
    """
    missing = [] if state in (State.ASSESSED, State.CLOSED) else ["assessment"]
    missing += ["steps"] if open_left else []
    return missing + [about.value for about in About if about not in told]
