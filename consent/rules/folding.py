"""From events to dates: what everything that happened to one consent adds up to."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum


class EventKind(StrEnum):
    """What can happen to a consent; the values of ConsentEvent.kind."""

    REQUESTED = "requested"
    CONFIRMED = "confirmed"
    GIVEN = "given"
    USED = "used"
    RENEWED = "renewed"
    WENT_STALE = "went_stale"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    IMPORTED = "imported"
    CORRECTED = "corrected"


#: Acts by which the customer agrees. An import is somebody else's report of one.
AGREEING = frozenset({EventKind.GIVEN, EventKind.CONFIRMED, EventKind.RENEWED})
GIVING = AGREEING | {EventKind.IMPORTED}
#: The clock's entries: they record what was true already and change nothing.
PASSAGE = frozenset({EventKind.WENT_STALE, EventKind.EXPIRED})


@dataclass(frozen=True, slots=True)
class ConsentDates:
    """What the events of one consent add up to.

    `requested_at` is a sign-up that waits for its confirmation or waited for it; `last_used_at` the last contact
    that rested on the consent, None before the first. `text_id` is the wording the person saw, `how` the way the
    present consent was given.
    """

    requested_at: datetime | None = None
    given_at: datetime | None = None
    last_used_at: datetime | None = None
    ends_on: date | None = None
    withdrawn_at: datetime | None = None
    proof: bool = False
    text_id: int | None = None
    how: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """One event as the resolver needs it. A correction names the event it `corrects`: it replaces that event's
    instant (`about_at`), end, proof and wording, or, with `annuls`, takes the event out."""

    kind: str
    at: datetime
    proof: bool = False
    ends_on: date | None = None
    text_id: int | None = None
    how: str = ""
    id: int = 0
    corrects: int | None = None
    about_at: datetime | None = None
    annuls: bool = False


def resolve(events: Iterable[Event]) -> ConsentDates:
    """Fold events, oldest first, into dates. Passage events record and change nothing.

    A correction replaces values but never the order of events: a consent whose date is corrected to a later day
    does not step over a withdrawal, and one that turns out to be older than a withdrawal is withdrawn.
    """
    story = list(events)
    corrections = {event.corrects: event for event in story if event.kind == EventKind.CORRECTED}
    dates = ConsentDates()
    for event in story:
        now = _corrected(event, corrections.get(event.id) if event.id else None)
        if now is not None:
            dates = _apply(dates, now)
    return dates


def _corrected(event: Event, correction: Event | None) -> Event | None:
    """The event as it stands today, or None where it was annulled. A refusal by the customer is never corrected."""
    if correction is None or event.kind not in GIVING:
        return event
    if correction.annuls:
        return None
    return replace(
        event,
        at=correction.about_at or event.at,
        proof=correction.proof,
        ends_on=correction.ends_on,
        text_id=correction.text_id,
    )


def _apply(dates: ConsentDates, event: Event) -> ConsentDates:
    match event.kind:
        case EventKind.REQUESTED:
            return replace(dates, requested_at=event.at)
        case EventKind.GIVEN | EventKind.CONFIRMED:
            is_newer = dates.withdrawn_at is None or event.at >= dates.withdrawn_at
            return _given(dates, event, withdrawn_at=None if is_newer else dates.withdrawn_at)
        case EventKind.RENEWED | EventKind.IMPORTED:
            # Neither a list nor a routine prolongation takes a withdrawal back (Art. 7(3) GDPR).
            return _given(dates, event, withdrawn_at=dates.withdrawn_at)
        case EventKind.USED:
            return _used(dates, event.at)
        case EventKind.WITHDRAWN:
            return replace(dates, withdrawn_at=event.at)
        case _:
            return dates


def _used(dates: ConsentDates, at: datetime) -> ConsentDates:
    """A use that lies before the present consent rested on an earlier one."""
    if dates.given_at is not None and at < dates.given_at:
        return dates
    return replace(dates, last_used_at=max(at, dates.last_used_at or at))


def _given(dates: ConsentDates, event: Event, withdrawn_at: datetime | None) -> ConsentDates:
    asked = dates.requested_at
    return ConsentDates(
        # Corrected to before its own sign-up, a consent has not waited for one.
        requested_at=asked if asked is None or asked <= event.at else None,
        given_at=event.at,
        ends_on=event.ends_on,
        withdrawn_at=withdrawn_at,
        proof=event.proof,
        text_id=event.text_id,
        how=event.how,
    )
