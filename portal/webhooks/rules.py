"""When a delivery is tried again, and what an answer means. Standard Webhooks 1.0.0, "Operational considerations"."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

#: After each failure so long until the next try: ten tries in about three days.
PAUSES = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
MOST_TRIES = len(PAUSES) + 1
#: Up to this part of a pause is added by chance, so that receivers are not called by all at once when they are back.
JITTER = 0.1
#: A receiver that has answered nothing well for so long is not called any more.
PATIENCE = timedelta(days=3)
LONGEST_REST = timedelta(minutes=5)
OVERLOADED = frozenset({429, 502, 503, 504})
MOST_REFUSED = 10
LONGEST_WISH = timedelta(hours=24)
#: How long both secrets of an endpoint sign.
GRACE = timedelta(hours=24)


class Verdict(StrEnum):
    DELIVERED = "delivered"
    GONE = "gone"
    FAILED = "failed"


def verdict(status: int | None) -> Verdict:
    """2xx is taken, 410 wants nothing any more, everything else (no answer too) has failed, also a redirect."""
    if status is not None and 200 <= status < 300:
        return Verdict.DELIVERED
    return Verdict.GONE if status == 410 else Verdict.FAILED


def next_try(tries: int, *, at: datetime, chance: float, wish: timedelta | None = None) -> datetime:
    """When to try again after so many tries; after the last pause it is that one again. `chance` is in [0, 1); `wish`
    is what the receiver asked for (Retry-After): a longer pause is kept to, up to a day."""
    pause = PAUSES[min(max(0, tries - 1), len(PAUSES) - 1)]
    pause += pause * (JITTER * chance)
    return at + max(pause, min(wish or timedelta(), LONGEST_WISH))


def rest(failures: int, status: int | None) -> timedelta:
    """How long a receiver is left alone after so many failures in a row, so that nobody waits behind one that is down.

    At once where none answered, or one that says that it is overloaded. A refusal of another kind may be about that one
    message, so the next customer's is tried right away, until ten in a row have been refused.
    """
    worn = failures - (0 if status is None or status in OVERLOADED else MOST_REFUSED)
    return min(timedelta(seconds=5) * 2 ** min(worn - 1, 10), LONGEST_REST) if worn > 0 else timedelta()


def is_silent(failing_since: datetime | None, at: datetime) -> bool:
    """Whether a receiver has failed for so long that an administrator has to look at it."""
    return failing_since is not None and at - failing_since >= PATIENCE


def retry_after(value: str | None) -> timedelta | None:
    """The header Retry-After in seconds (RFC 9110, 10.2.3); a date or nonsense is passed over."""
    text = (value or "").strip()
    if not (text.isascii() and text.isdigit() and len(text) < 9):
        return None
    return timedelta(seconds=int(text))
