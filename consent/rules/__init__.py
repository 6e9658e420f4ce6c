"""The rules of the consent ledger. Standard library only; time comes in as an argument.

`folding` adds events up to dates, `timing` turns dates into a state at an instant, `tree` says which purposes lie
below which, `keeping` until when proof must be kept.
"""

from consent.rules.folding import ConsentDates, Event, EventKind, resolve
from consent.rules.keeping import keep_until
from consent.rules.timing import (
    UTC,
    ThresholdBook,
    ThresholdRow,
    Thresholds,
    add_months,
    doi_ends_at,
    ends_at,
    expires_at,
    next_change,
    stale_at,
    start_of_day,
    state_at,
)
from consent.rules.tree import ADVERTISING, below, covers

__all__ = [
    "ADVERTISING",
    "UTC",
    "ConsentDates",
    "Event",
    "EventKind",
    "ThresholdBook",
    "ThresholdRow",
    "Thresholds",
    "add_months",
    "below",
    "covers",
    "doi_ends_at",
    "ends_at",
    "expires_at",
    "keep_until",
    "next_change",
    "resolve",
    "stale_at",
    "start_of_day",
    "state_at",
]
