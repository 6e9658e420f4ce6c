"""The instants of a list: for each zone what the date and the hour mean, once, so that SQL only compares."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from consent.rules.cutting import cuts_at, latest_day
from consent.rules.timing import ThresholdBook, add_months
from contacts.calendar import quiet_hours
from contacts.customers.rules import ADULT_AGE, age_on
from contacts.policy import Thresholds
from contacts.policy.moments import months_between
from contacts.screening.asking import Asked, Sender, SenderOn

COLUMNS = (
    "zone text, at timestamptz, stale_before timestamptz, expired_before timestamptz, ended_on date,"
    " waiting_after timestamptz, inbound_after timestamptz, child_after date, minor_after date, long_ago date,"
    " quiet boolean, sender integer"
)
Line = tuple[object, ...]


@dataclass
class Moments:
    """One line for each zone and instant; `senders` are those of the days that occurred."""

    asked: Asked
    thresholds: Thresholds
    book: ThresholdBook
    sender_on: SenderOn
    senders: list[Sender] = field(default_factory=list)
    _by_day: dict[date, int] = field(default_factory=dict)

    def write(self, cursor: Any, moments: Iterable[tuple[str, datetime]]) -> None:
        """Fill `screening_moment`, which ends with the transaction."""
        lines = [self._line(zone, at) for zone, at in moments]  # before the COPY, as the sender asks the database
        cursor.execute(
            f"DROP TABLE IF EXISTS screening_moment; CREATE TEMPORARY TABLE screening_moment ({COLUMNS}) ON COMMIT DROP"
        )
        with cursor.copy("COPY screening_moment FROM STDIN") as copy:
            for line in lines:
                copy.write_row(line)
        cursor.execute("ANALYZE screening_moment")

    def _line(self, name: str, at: datetime) -> Line:
        zone = ZoneInfo(name)
        today, terms = at.astimezone(zone).date(), self.thresholds
        cuts = cuts_at(at, zone, self.book.at(self.asked.effective_purpose, self.asked.channel, at))
        return (
            name,
            at,
            cuts.stale_before,
            cuts.expired_before,
            cuts.ended_on,
            cuts.waiting_after,
            at - timedelta(days=terms.inbound_window_days),
            _born_by(today, terms.child_age),
            _born_by(today, ADULT_AGE),
            _bought_by(today, terms.existing_customer_window_months + 1),
            quiet_hours(at, zone, terms.contact_hours),
            self._sender(today),
        )

    def _sender(self, day: date) -> int:
        if day not in self._by_day:
            sender = self.sender_on(day)
            if sender not in self.senders:
                self.senders.append(sender)
            self._by_day[day] = self.senders.index(sender)
        return self._by_day[day]


def _born_by(today: date, age: int) -> date:
    """The last date of birth of those who have that age."""
    return latest_day(lambda day: age_on(day, today) >= age, add_months(today, -12 * age))


def _bought_by(today: date, months: int) -> date:
    """The last day of a purchase that so many completed months have passed since."""
    return latest_day(lambda day: months_between(day, today) >= months, add_months(today, -months))
