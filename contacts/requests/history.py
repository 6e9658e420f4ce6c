"""What happened to a request, in the order in which it happened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime

    from contacts.requests.models import ContactRequest, Permit


@dataclass(frozen=True, slots=True)
class Event:
    """`kind` is asked, handed_in, review, permit or closed; `about` is the row that tells more."""

    at: datetime
    kind: str
    about: Any


def history_of(asked: ContactRequest, reviews: list[Any], permit: Permit | None) -> list[Event]:
    """The latest last. One query, for the submissions; the rest has been read."""
    events = [Event(asked.created_at, "asked", asked)]
    events += [Event(one.at, "handed_in", one) for one in asked.snapshots.only("at", "round", "sha256")]
    events += [Event(one.at, "review", one) for one in reviews]
    if permit is not None:
        events.append(Event(permit.valid_from, "permit", permit))
    elif asked.closed_at is not None:
        events.append(Event(asked.closed_at, "closed", asked))
    # Equal instants keep the order above: who hands in and is answered at once, handed in first.
    return sorted(events, key=lambda event: event.at)
