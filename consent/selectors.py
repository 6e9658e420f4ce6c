"""The questions other rooms may ask about consents. State is derived on read; no job has to have run."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.db.models import Max
from django.shortcuts import get_object_or_404

from consent.models import Consent, ConsentEvent, ConsentText, OptIn, ThresholdSetting
from consent.rules import ThresholdBook, Thresholds, doi_ends_at, state_at
from consent.rules.folding import PASSAGE

if TYPE_CHECKING:
    from contacts.customers.models import Customer

#: Ways in which the customer acted: such a consent, given later and proven, lifts an objection for its purpose and
#: way of contact. A list that somebody else wrote does not.
OWN_ACTS = frozenset(
    {
        ConsentEvent.How.DOUBLE_OPT_IN,
        ConsentEvent.How.PAPER,
        ConsentEvent.How.WRITTEN,
        ConsentEvent.How.SPOKEN,
        ConsentEvent.How.WEB_FORM,
        ConsentEvent.How.PREFERENCES,
    }
)


@dataclass(frozen=True, slots=True)
class ConsentAnswer:
    """State and proof of one consent at one instant; `consent` is None where there never was one."""

    state: str
    proof: bool
    consent: Consent | None = None

    def lifts(self, refused_at: datetime) -> bool:
        """Whether this consent is the customer's own, provable act after a refusal, and still stands."""
        mine = self.consent
        if mine is None or self.state != "active" or not self.proof or mine.given_at is None:
            return False
        return mine.given_at > refused_at and mine.given_how in OWN_ACTS


NO_CONSENT = ConsentAnswer(state="none", proof=False)


def threshold_book(default: Thresholds | None = None) -> ThresholdBook:
    """All thresholds with their history, in one query."""
    rows = tuple(setting.row() for setting in ThresholdSetting.objects.all())
    return ThresholdBook(rows, default or Thresholds())


def get_consent(customer: Customer, pk: int) -> Consent:
    """One consent of a customer whom the door let this person see; 404 for another customer's."""
    return get_object_or_404(Consent.objects.select_related("customer", "text"), customer=customer, pk=pk)


def consent_answer(
    *,
    customer_id: int,
    purpose: str,
    channel: str,
    platform: str,
    at: datetime,
    zone: ZoneInfo,
    thresholds: Thresholds,
) -> ConsentAnswer:
    """The consent for exactly this purpose and channel (and platform) at an instant."""
    found = consents_of(customer_id, at=at, zone=zone, thresholds=thresholds)
    return found.get((purpose, channel, platform), NO_CONSENT)


def consents_of(
    customer_id: int, *, at: datetime, zone: ZoneInfo, thresholds: Thresholds
) -> dict[tuple[str, str, str], ConsentAnswer]:
    """All consents of a customer by (purpose, channel, platform), in three queries.

    `thresholds` are the defaults; the settings of the ledger come before them. A sign-up that waits for its
    confirmation shows as `pending_doi`.
    """
    book = threshold_book(thresholds)
    waiting = _waiting(customer_id)
    rows = {(c.purpose, c.channel, c.platform): c for c in Consent.objects.filter(customer_id=customer_id)}
    answers = {key: _answer(row, waiting.get(key), at, zone, book) for key, row in rows.items()}
    for key, asked in waiting.items():
        if key not in rows:
            unsaved = Consent(customer_id=customer_id, purpose=key[0], channel=key[1])
            answers[key] = replace(_answer(unsaved, asked, at, zone, book), consent=None)
    return answers


def passed_until(customer_id: int) -> datetime | None:
    """When the clock's job last recorded for this customer that a consent went stale or ended: no later act may lie
    before that, by whatever clock it was begun. Call under the customer's lock."""
    passed = ConsentEvent.objects.filter(consent__customer_id=customer_id, kind__in=PASSAGE)
    found: datetime | None = passed.aggregate(latest=Max("recorded_at"))["latest"]
    return found


def _waiting(customer_id: int) -> dict[tuple[str, str, str], datetime]:
    """When the latest unconfirmed sign-up of each kind was made."""
    rows = OptIn.objects.filter(customer_id=customer_id, confirmed_at__isnull=True).order_by("requested_at")
    return {
        (purpose, channel, ""): asked
        for purpose, channel, asked in rows.values_list("purpose", "channel", "requested_at")
    }


def _answer(
    consent: Consent, asked: datetime | None, at: datetime, zone: ZoneInfo, book: ThresholdBook
) -> ConsentAnswer:
    dates = consent.dates if asked is None else replace(consent.dates, requested_at=asked)
    state = state_at(dates, at, zone, book.at(consent.purpose, consent.channel, at))
    return ConsentAnswer(state=state, proof=consent.proof, consent=consent)


def answer_of(consent: Consent, *, at: datetime, zone: ZoneInfo, thresholds: Thresholds) -> ConsentAnswer:
    """The answer for a row that has been read already."""
    key = (consent.purpose, consent.channel, consent.platform)
    asked = _waiting(consent.customer_id).get(key)
    return _answer(consent, asked, at, zone, threshold_book(thresholds))


@dataclass(frozen=True, slots=True)
class SignUp:
    """A sign-up that waits for its confirmation, and the first instant at which it waits no more."""

    opt_in: OptIn
    ends_at: datetime


def sign_ups_of(customer_id: int, *, at: datetime) -> list[SignUp]:
    """The sign-ups of a customer that can still be confirmed, the latest first."""
    waiting = OptIn.objects.waiting().filter(customer_id=customer_id).select_related("text")
    return [one for one in with_ends(waiting, at=at) if at < one.ends_at]


def with_ends(rows: Iterable[OptIn], *, at: datetime) -> list[SignUp]:
    """Sign-ups with their ends under the thresholds in force; one query more than the rows'."""
    found = list(rows)
    book = threshold_book() if found else ThresholdBook()
    return [SignUp(row, doi_ends_at(row.requested_at, book.at(row.purpose, row.channel, at))) for row in found]


def texts_for(purpose: str, channel: str, *, at: datetime, platform: str = "") -> list[ConsentText]:
    """The wordings that people may be shown for this at an instant: the newest of each line and language."""
    rows = ConsentText.objects.published().covering(purpose, channel, platform).filter(valid_from__lte=at)
    return newest(rows)


def newest(rows: Iterable[ConsentText]) -> list[ConsentText]:
    latest: dict[tuple[str, str], ConsentText] = {}
    for text in sorted(rows, key=lambda text: text.version):
        latest[text.line, text.language] = text
    return list(latest.values())
