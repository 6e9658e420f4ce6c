"""What reviewers demand on top of the rules: an earlier end, fewer uses, conditions in words. Never more than the rules
give, and of several reviewers the strictest counts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

END_OF_DAY = time(23, 59, 59)


@dataclass(frozen=True, slots=True)
class Terms:
    """The conditions of one approval, or the strictest of several. Empty: as the rules give."""

    last_day: date | None = None
    most_uses: int | None = None
    words: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return self.last_day is not None or self.most_uses is not None or bool(self.words)

    def until(self, given: datetime, zone: ZoneInfo) -> datetime:
        """When the permit ends: what the rules give, or the end of the last day, whichever comes first."""
        return given if self.last_day is None else min(given, end_of(self.last_day, zone))

    def uses(self, given: int) -> int:
        """How often the permit may be used, of the uses that would be given without conditions."""
        return given if self.most_uses is None else min(given, self.most_uses)


def end_of(day: date, zone: ZoneInfo) -> datetime:
    """The last second of a day: a page that says “until Friday” then names Friday, not Saturday midnight."""
    return datetime.combine(day, END_OF_DAY, tzinfo=zone)


def strictest_terms(several: Iterable[Terms]) -> Terms:
    """The earliest end, the fewest uses, and all the words, each once and in their order."""
    known = list(several)
    days = [one.last_day for one in known if one.last_day is not None]
    uses = [one.most_uses for one in known if one.most_uses is not None]
    words = dict.fromkeys(word for one in known for word in one.words)
    return Terms(min(days, default=None), min(uses, default=None), tuple(words))
