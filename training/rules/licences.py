"""What a person's certificates are good for. Standard library only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

#: Channels that need the messenger course besides the basic one, once there is such a course.
CHANNELS_WITH_LICENCE = frozenset({"messenger", "social_dm"})
_RISK = ("valid", "expired", "none")


def riskier(one: str, other: str) -> str:
    """The worse of two training states: `none` before `expired` before `valid`."""
    return max(one, other, key=_RISK.index)


@dataclass(frozen=True, slots=True)
class Licences:
    """Training states (`valid`, `expired`, `none`) of one person on one day; `messenger` None = not asked for.

    The courses are the slugs of those that can be taken to become valid; empty where none is on offer.
    """

    basic: str
    messenger: str | None = None
    basic_course: str = ""
    messenger_course: str = ""

    def for_channel(self, channel: str) -> str:
        """The fact `requester_training` of a question about this channel."""
        if self.messenger is None or channel not in CHANNELS_WITH_LICENCE:
            return self.basic
        return riskier(self.basic, self.messenger)

    def course_for(self, channel: str) -> str:
        """The slug of the course to take first before contacts over this channel; empty where there is none."""
        lacks_basic = self.basic != "valid" or channel not in CHANNELS_WITH_LICENCE
        return self.basic_course if lacks_basic else self.messenger_course


@dataclass(frozen=True, slots=True)
class Held:
    """A certificate somebody holds. `course` and `number` (of the version) are None where it was recorded by hand."""

    kind: str
    passed_on: date
    valid_until: date
    course: int | None = None
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Demand:
    """A publication that asks people to certify again: older certificates of the course count until `by`."""

    course: int
    kind: str
    number: int
    published_on: date
    by: date


def counts_until(held: Held, demands: Iterable[Demand]) -> date:
    """The last day on which a certificate counts, after all publications that ask to certify again."""
    return min([held.valid_until, *(demand.by for demand in demands if _is_older(held, demand))])


def _is_older(held: Held, demand: Demand) -> bool:
    """By hand there is no version: then the kind and the day decide."""
    if held.course is None or held.number is None:
        return held.kind == demand.kind and held.passed_on < demand.published_on
    return held.course == demand.course and held.number < demand.number
