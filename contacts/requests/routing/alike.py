"""Which requests may be decided together: equal ones of low risk. Everything else is read and decided on its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from contacts.requests.routing.table import NEEDS_MANAGER

MOST = 50


class Alone(StrEnum):
    """Why a request is decided on its own."""

    NOT_WAITING = "not_waiting"
    CHANGED = "changed"
    OFFICER = "officer"
    SENSITIVE = "sensitive"
    MINOR = "minor"
    OBJECTION = "objection"
    DANGER = "danger"
    WORDING = "wording"
    DIFFERENT = "different"
    TOO_MANY = "too_many"


class Part(StrEnum):
    """In what two requests can differ."""

    REASON = "reason"
    WAY = "way"
    ACCOUNT = "account"
    TEXT = "text"
    STATEMENTS = "statements"
    RULES = "rules"


@dataclass(frozen=True, slots=True)
class Item:
    """One marked request as it was handed in. `parts` says what it is; `officer`: the data protection officer decides,
    by the rules, by the table or because the time is over; `wording`: promotional wording was found in its text."""

    id: int
    outcome: str
    parts: tuple[tuple[Part, str], ...]
    unchanged: bool = True
    officer: bool = False
    sensitive: bool = False
    minor: bool = False
    objection: bool = False
    danger: bool = False
    wording: bool = False


@dataclass(frozen=True, slots=True)
class LeftOut:
    item: Item
    why: Alone
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class Sorted:
    together: tuple[Item, ...]
    left_out: tuple[LeftOut, ...]


def risk(item: Item) -> Alone | None:
    """What makes a request too delicate to be decided with others; the first that is true."""
    checks = (
        (not item.unchanged, Alone.CHANGED),
        (item.officer or item.outcome != NEEDS_MANAGER, Alone.OFFICER),
        (item.danger, Alone.DANGER),
        (item.sensitive, Alone.SENSITIVE),
        (item.minor, Alone.MINOR),
        (item.objection, Alone.OBJECTION),
        (item.wording, Alone.WORDING),
    )
    return next((why for is_so, why in checks if is_so), None)


def sort_alike(items: Iterable[Item]) -> Sorted:
    """The largest set of equal requests of low risk (of two as large the one that comes first), at most MOST of them;
    of the others, why not."""
    marked = list({item.id: item for item in items}.values())
    risky = [LeftOut(item, why) for item in marked if (why := risk(item)) is not None]
    fine = [item for item in marked if risk(item) is None]
    counted = Counter(item.parts for item in fine)
    wanted = max(counted, key=lambda parts: counted[parts], default=())
    alike = [item for item in fine if item.parts == wanted]
    others = [LeftOut(item, Alone.DIFFERENT, _differing(item, dict(wanted))) for item in fine if item.parts != wanted]
    more = [LeftOut(item, Alone.TOO_MANY) for item in alike[MOST:]]
    return Sorted(tuple(alike[:MOST]), (*risky, *others, *more))


def _differing(item: Item, wanted: dict[Part, str]) -> tuple[Part, ...]:
    return tuple(part for part, value in item.parts if wanted.get(part) != value)
