"""The life of a request and of a permit as tables, and pure predicates. Standard library only.

Buttons, refusals, permission tests and docs/requests.md read the same table.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class State(StrEnum):
    """States of a request."""

    DRAFT = "draft"
    WITH_MANAGER = "with_manager"
    WITH_DPO = "with_dpo"
    GRANTED = "granted"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    LAPSED = "lapsed"


OPEN = frozenset({State.DRAFT, State.WITH_MANAGER, State.WITH_DPO})
WAITING = frozenset({State.WITH_MANAGER, State.WITH_DPO})


class Verb(StrEnum):
    """What a person or the clock can do to a request."""

    EDIT = "edit"
    SUBMIT = "submit"
    APPROVE = "approve"
    REFUSE = "refuse"
    ASK_CHANGES = "ask_changes"
    CANCEL = "cancel"
    LAPSE = "lapse"


class Who(StrEnum):
    """Who may take a transition; `reviewer` is the manager or the DPO of the stage, never the requester."""

    REQUESTER = "requester"
    REVIEWER = "reviewer"
    CLOCK = "clock"


@dataclass(frozen=True, slots=True)
class Transition:
    verb: Verb
    source: State
    targets: frozenset[State]
    who: Who


def _row(verb: Verb, source: State, who: Who, *targets: State) -> Transition:
    return Transition(verb, source, frozenset(targets), who)


_AFTER_APPROVAL = (State.GRANTED, State.WITH_MANAGER, State.WITH_DPO, State.REFUSED)
TRANSITIONS = (
    _row(Verb.EDIT, State.DRAFT, Who.REQUESTER, State.DRAFT),
    _row(
        Verb.SUBMIT,
        State.DRAFT,
        Who.REQUESTER,
        State.GRANTED,
        State.WITH_MANAGER,
        State.WITH_DPO,
        State.REFUSED,
    ),
    # Where several must approve, or the routing table names several stages, an approval may leave it where it is.
    _row(Verb.APPROVE, State.WITH_MANAGER, Who.REVIEWER, *_AFTER_APPROVAL),
    _row(Verb.APPROVE, State.WITH_DPO, Who.REVIEWER, *_AFTER_APPROVAL),
    _row(Verb.REFUSE, State.WITH_MANAGER, Who.REVIEWER, State.REFUSED),
    _row(Verb.REFUSE, State.WITH_DPO, Who.REVIEWER, State.REFUSED),
    _row(Verb.ASK_CHANGES, State.WITH_MANAGER, Who.REVIEWER, State.DRAFT),
    _row(Verb.ASK_CHANGES, State.WITH_DPO, Who.REVIEWER, State.DRAFT),
    _row(Verb.CANCEL, State.DRAFT, Who.REQUESTER, State.CANCELLED),
    _row(Verb.CANCEL, State.WITH_MANAGER, Who.REQUESTER, State.CANCELLED),
    _row(Verb.CANCEL, State.WITH_DPO, Who.REQUESTER, State.CANCELLED),
    _row(Verb.LAPSE, State.WITH_MANAGER, Who.CLOCK, State.LAPSED),
    _row(Verb.LAPSE, State.WITH_DPO, Who.CLOCK, State.LAPSED),
)


def transition(verb: Verb, source: str) -> Transition | None:
    """The one row for a verb in a state, or None where the verb is not possible."""
    return next((row for row in TRANSITIONS if row.verb == verb and row.source == source), None)


class PermitState(StrEnum):
    """What is stored of a permit; that it has run out of time is derived (`permit_state`)."""

    ACTIVE = "active"
    USED = "used"
    EXPIRED = "expired"
    REVOKED = "revoked"


SEVERITY = ("allowed", "needs_manager_approval", "needs_dpo_approval", "forbidden")


def severity(outcome: str) -> int:
    """0 = allowed ... 3 = forbidden."""
    return SEVERITY.index(outcome)


def strictest(*outcomes: str) -> str:
    return max(outcomes, key=severity)


def is_too_late(waiting_since: datetime, days: int, at: datetime) -> bool:
    """Whether nobody decided in time: the request has lapsed at this instant, whatever jobs did."""
    return waiting_since + timedelta(days=days) <= at


def permit_state(stored: str, valid_until: datetime, at: datetime) -> str:
    """The state at an instant: an active permit has expired from `valid_until` on, whatever jobs did."""
    if stored == PermitState.ACTIVE and at >= valid_until:
        return PermitState.EXPIRED
    return stored


@dataclass(frozen=True, slots=True)
class Release:
    """What somebody, or the rules alone, let pass when a permit was granted: these objections and no others, and as
    far as `released` goes (what the rules alone allow, the manager's or the officer's word)."""

    accepted_rules: frozenset[str]
    rests_on_consent: bool
    released: str

    def covers(self, outcome: str, asking: frozenset[str], on_consent: bool) -> bool:
        """Whether a decision taken again is the one that was released: not forbidden, no rule asks for more than was
        accepted (`asking`), none asks for a higher word than was given (another rule set may), and a consent that
        carried the contact still does."""
        consent_holds = on_consent or not self.rests_on_consent
        high_enough = outcome != "forbidden" and severity(outcome) <= severity(self.released)
        return high_enough and asking <= self.accepted_rules and consent_holds


#: How often one permit may be used at most; the database holds the same number.
MOST_USES = 5
#: After that long people are reminded to say what happened in a contact.
LOG_WITHIN = timedelta(days=1)


def valid_until(granted_at: datetime, days: int) -> datetime:
    return granted_at + timedelta(days=days)
