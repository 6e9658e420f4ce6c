"""Recomputing every consent from its events: what the rows say must be what the ledger says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import attrgetter

from django.db import transaction

from consent import rules
from consent.models import Consent, ConsentEvent
from consent.selectors import threshold_book
from consent.services.ledger import resolved, resolved_columns, write_dates
from contacts.customers.selectors import lock_customer
from portal.audit.services import Job, record

#: What follows from the events alone. The bookkeeping of the jobs also depends on when they last ran.
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
    "keep_until",
)
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
    book, last = threshold_book(), 0
    while True:
        rows = list(Consent.objects.select_related("customer").filter(pk__gt=last).order_by("pk")[:CHUNK])
        if not rows:
            return
        last = rows[-1].pk
        stories = _stories([row.pk for row in rows])
        for row in rows:
            columns = resolved_columns(row, rules.resolve(stories.get(row.pk, [])), at, book)
            for name in COMPARED:
                if getattr(row, name) != columns[name]:
                    yield Difference(row.pk, name, getattr(row, name), columns[name])


def _stories(ids: list[int]) -> dict[int, list[rules.Event]]:
    names = ("kind", "at", "proof", "ends_on", "text_id", "how", "id", "corrects_id", "about_at", "annuls")
    events = (
        ConsentEvent.objects.filter(consent_id__in=ids).order_by("consent_id", "at", "pk").only("consent_id", *names)
    )
    return {
        consent_id: [rules.Event(*(getattr(event, name) for name in names)) for event in group]
        for consent_id, group in groupby(events, key=attrgetter("consent_id"))
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
    dates = resolved(consent)
    columns = resolved_columns(consent, dates, at, threshold_book())
    before = {name: getattr(consent, name) for name in COMPARED if getattr(consent, name) != columns[name]}
    if not before:
        return 0
    write_dates(consent, dates, at, threshold_book())
    after = {name: columns[name] for name in before}
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
