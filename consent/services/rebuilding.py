"""Recomputing every consent from its events: what the rows say must be what the ledger says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db import transaction

from consent import rules
from consent.models import Consent, ConsentEvent, ThresholdSetting
from consent.selectors import FOLDED, threshold_book
from consent.services.ledger import ORDER, resolved, resolved_columns, write_dates
from contacts.customers.selectors import lock_customer, moment
from portal.audit.services import Job, record

#: What follows from the events alone.
COMPARED = (
    "text_id",
    "requested_at",
    "given_at",
    "given_how",
    "last_used_at",
    "ends_on",
    "ends_at",
    "withdrawn_at",
    "proof",
    "own_act_at",
    "contact_point_id",
    "keep_until",
)
#: The bookkeeping of the jobs; what it may say also depends on when they last ran (`_kept`).
BOOKKEEPING = ("recorded_state", "stale_at", "expires_at", "next_change_at")
CHUNK = 2_000


@dataclass(frozen=True, slots=True)
class Difference:
    """A column of a consent that is not what its events add up to."""

    consent_id: int
    column: str
    row: object
    events: object

    def __str__(self) -> str:
        return f"consent {self.consent_id}: {self.column} is {self.row}, its events say {self.events}"


def differences(*, at: datetime) -> Iterator[Difference]:
    """Compare all rows with their events, reading only; a constant number of queries per 2,000 rows."""
    books, last = Books.read(), 0
    while True:
        rows = list(Consent.objects.select_related("customer").filter(pk__gt=last).order_by("pk")[:CHUNK])
        if not rows:
            return
        last = rows[-1].pk
        stories = _stories([row.pk for row in rows])
        for row in rows:
            for name, value in _wrong(row, rules.resolve(stories.get(row.pk, [])), at, books).items():
                yield Difference(row.pk, name, getattr(row, name), value)


@dataclass(frozen=True, slots=True)
class Books:
    """The thresholds, and the settings that the job has not applied to the rows yet."""

    book: rules.ThresholdBook
    unapplied: tuple[rules.ThresholdRow, ...]

    @classmethod
    def read(cls) -> Books:
        waiting = ThresholdSetting.objects.filter(applied_at__isnull=True)
        return cls(threshold_book(), tuple(setting.row() for setting in waiting))

    def possible(self, row: Consent, at: datetime) -> list[rules.ThresholdBook]:
        """By which thresholds a row may have been reckoned: those in force, and until the job has come by any others
        that were ever set for it."""
        if not any(_reaches(setting, row, at) for setting in self.unapplied):
            return [self.book]
        earlier = {setting.thresholds for setting in self.book.rows if _reaches(setting, row, at)}
        return [rules.ThresholdBook(default=thresholds) for thresholds in (self.book.default, *earlier)]


def _reaches(setting: rules.ThresholdRow, row: Consent, at: datetime) -> bool:
    fits = setting.purpose in ("", row.purpose) and setting.channel in ("", row.channel)
    return fits and setting.valid_from <= at


def _wrong(row: Consent, dates: rules.ConsentDates, at: datetime, books: Books) -> dict[str, Any]:
    """The columns of a row that are not what its events add up to, with what they add up to. No jobs' delay counts:
    they record late what was true all the time."""
    at = moment(row.customer, at)
    columns = resolved_columns(row, dates, at, books.book)
    wrong = {name: columns[name] for name in COMPARED if getattr(row, name) != columns[name]}
    possible = (resolved_columns(row, dates, at, book) for book in books.possible(row, at))
    if not any(_kept(row, known, at) for known in possible):
        wrong |= {name: columns[name] for name in BOOKKEEPING if getattr(row, name) != columns[name]}
    return wrong


def _kept(row: Consent, known: dict[str, Any], at: datetime) -> bool:
    """Whether the bookkeeping fits the dates: the two instants are right, and the state is the true one with its next
    change, or a better one that the sweep finds because its change is due. Nothing is due after a withdrawal."""
    if row.withdrawn_at is not None:
        return (row.recorded_state, row.next_change_at) == (known["recorded_state"], known["next_change_at"])
    if (row.stale_at, row.expires_at) != (known["stale_at"], known["expires_at"]):
        return False
    if known["recorded_state"] == "pending_doi" or row.recorded_state == "pending_doi":
        return row.next_change_at is None  # a sign-up comes and goes without the sweep
    if row.recorded_state == known["recorded_state"] and row.next_change_at == known["next_change_at"]:
        return True
    is_due = row.next_change_at is not None and row.next_change_at <= at
    return is_due and ORDER.index(row.recorded_state) < ORDER.index(known["recorded_state"])


def _stories(ids: list[int]) -> dict[int, list[rules.Event]]:
    events = ConsentEvent.objects.filter(consent_id__in=ids).order_by("consent_id", "at", "pk")
    return {
        consent_id: [rules.Event(*values) for _consent_id, *values in group]
        for consent_id, group in groupby(events.values_list("consent_id", *FOLDED), key=itemgetter(0))
    }


def rebuild(*, at: datetime) -> int:
    """Write every consent anew that differs from its events; returns how many. One transaction a consent, under the
    customer's lock, with its audit entry."""
    wrong = sorted({difference.consent_id for difference in differences(at=at)})
    return sum(_rebuild(consent_id, at) for consent_id in wrong)


@transaction.atomic
def _rebuild(consent_id: int, at: datetime) -> int:
    customer = lock_customer(Consent.objects.values_list("customer_id", flat=True).get(pk=consent_id))
    consent = Consent.objects.get(pk=consent_id)
    consent.customer = customer
    dates, books = resolved(consent), Books.read()
    after = _wrong(consent, dates, at, books)
    if not after:
        return 0
    before = {name: getattr(consent, name) for name in after}
    write_dates(consent, dates, moment(customer, at), books.book)
    record(
        Job("rebuild_consents"),
        "consent.rebuilt",
        "consent",
        consent_id,
        at=at,
        customer_id=customer.pk,
        before=before,
        after=after,
    )
    return 1
