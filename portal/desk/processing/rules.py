"""What a record of processing activities must say (Art. 30(1) GDPR), who says it, and when it is looked at again.

Standard library only. An activity is known by its key: `portal` for the portal itself, the value of a channel or of a
platform for contacts over it, `own-1`, `own-2`, ... for what the company has added.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

#: The parts of an activity in the order in which an authority reads them.
PARTS = (
    "purposes",
    "legal_basis",
    "persons",
    "data",
    "recipients",
    "third_countries",
    "time_limits",
    "measures",
    "remarks",
)
#: No part is empty but this one.
FREE = ("remarks",)
#: Of an activity that the portal describes a person says these: nothing in the code knows contracts, guarantees of a
#: transfer, or what was done outside the portal.
BY_HAND = ("recipients", "third_countries", "measures", "remarks")
PORTAL = "portal"
OWN = "own-"
LONGEST_NAME = 120
LONGEST_PART = 5000
LONGEST_REASON = 1000


def is_own(activity: str) -> bool:
    """Whether the company has added this activity itself."""
    return activity.startswith(OWN)


def own_key(place: int) -> str:
    return f"{OWN}{place}"


def written_by_hand(activity: str) -> tuple[str, ...]:
    """The parts that a person writes; all others are drawn from the portal."""
    return PARTS if is_own(activity) else BY_HAND


def missing_parts(activity: str, said: Mapping[str, str]) -> tuple[str, ...]:
    """What a person has still to say, in the order of the parts. Where there is nothing to say, that is said too
    (“none”): an empty part cannot be told from a forgotten one."""
    return tuple(part for part in written_by_hand(activity) if part not in FREE and not said.get(part, "").strip())


def review_due(looked_at: date | None) -> date | None:
    """The day on which an activity is to be looked at again: a year after the last look; None where nobody has looked
    yet, which is due at once. Art. 5(2) GDPR asks for a record that is right and names no interval; a year is the
    house's."""
    if looked_at is None:
        return None
    try:
        return looked_at.replace(year=looked_at.year + 1)
    except ValueError:  # 29 February
        return date(looked_at.year + 1, 3, 1)


def is_due(looked_at: date | None, today: date) -> bool:
    due = review_due(looked_at)
    return due is None or due <= today
