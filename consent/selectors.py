"""The questions other rooms may ask about consents. State is derived on read; no job has to have run."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from copy import copy
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.db.models import Max, Q, QuerySet
from django.shortcuts import get_object_or_404

from consent.models import Consent, ConsentEvent, ConsentText, OptIn, ThresholdSetting
from consent.rules import ConsentDates, Event, EventKind, ThresholdBook, Thresholds, below, resolve, state_at, until
from consent.rules.folding import PASSAGE

if TYPE_CHECKING:
    from contacts.customers.models import ContactPoint, Customer


#: A sign-up that waits for its confirmation, under the name by which other rooms know it.
SignUp = OptIn
#: The columns of an event that the rules fold, in the order of `consent.rules.Event`.
FOLDED = (
    "kind",
    "at",
    "proof",
    "ends_on",
    "text_id",
    "how",
    "id",
    "corrects_id",
    "about_at",
    "annuls",
    "evidence_file_id",
    "contact_point_id",
)


@dataclass(frozen=True, slots=True)
class ConsentAnswer:
    """State and proof of one consent at one instant; `consent` is None where there never was one. `above_at`: when
    the purpose above it was taken back, where it is withdrawn for that."""

    state: str
    proof: bool
    consent: Consent | None = None
    above_at: datetime | None = None

    def at_address(self, point: ContactPoint) -> ConsentAnswer:
        """The same for one address. What its owner confirmed by mail says nothing about another address (BGH I ZR
        164/09), unless somebody made sure that this one is the customer's too. A withdrawal is about the person."""
        mine = self.consent
        if mine is None or self.state not in STANDING or point.verified_at is not None:
            return self
        by_mail = mine.contact_point_id is not None or mine.given_how == ConsentEvent.How.DOUBLE_OPT_IN
        return NO_CONSENT if by_mail and mine.contact_point_id != point.pk else self

    def lifts(self, refused_at: datetime) -> bool:
        """Whether the customer agreed again after a refusal, in a way that is on file or confirmed, and that still
        stands (`rules.proving`)."""
        return self.state == "active" and self.outlasts(refused_at)

    def outlasts(self, refused_at: datetime) -> bool:
        """Whether the customer's own, provable act came after the refusal, be it stale by now."""
        mine = self.consent
        if mine is None or not self.proof or mine.own_act_at is None:
            return False
        return mine.own_act_at > refused_at


NO_CONSENT = ConsentAnswer(state="none", proof=False)
#: States of a consent that was given and not taken back.
STANDING = ("active", "stale", "expired")


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

    Now or later: for the past, `consent_state_on` and `rows_to_read(past=True)` read the story. `thresholds` are the
    defaults; the settings of the ledger come before them. A sign-up that waits for its confirmation
    shows as `pending_doi`, and what was never agreed to as `withdrawn` once a purpose above it was.
    """
    return consents_and_sign_ups(customer_id, at=at, zone=zone, thresholds=thresholds)[0]


def consents_and_sign_ups(
    customer_id: int, *, at: datetime, zone: ZoneInfo, thresholds: Thresholds
) -> tuple[dict[tuple[str, str, str], ConsentAnswer], list[OptIn]]:
    """The same, with the sign-ups that can still be confirmed, from one reading: still three queries."""
    return consents_from(rows_to_read(customer_id, at=at), customer_id, at=at, zone=zone, thresholds=thresholds)


def rows_to_read(customer_id: int, *, at: datetime, past: bool = False) -> dict[str, QuerySet[Any]]:
    """What `consents_from` needs, for whoever reads it together with other things. `past`: `at` has gone by, so the
    story of each consent is read too, which its row does not tell."""
    waiting = OptIn.objects.waiting_at(at) if past else OptIn.objects.waiting()
    rows: dict[str, QuerySet[Any]] = {
        "consent_settings": ThresholdSetting.objects.all(),
        "consent_sign_ups": waiting.filter(customer_id=customer_id),
        "consents": _with_withdrawals(customer_id, at),
    }
    if past:
        story = ConsentEvent.objects.filter(consent__customer_id=customer_id).order_by("at", "pk")
        rows["consent_events"] = story.values_list("consent_id", *FOLDED)
    return rows


def consents_from(
    read: Mapping[str, Iterable[Any]], customer_id: int, *, at: datetime, zone: ZoneInfo, thresholds: Thresholds
) -> tuple[dict[tuple[str, str, str], ConsentAnswer], list[OptIn]]:
    """`consents_and_sign_ups` from the rows of `rows_to_read`, read by whomever."""
    book = ThresholdBook(tuple(setting.row() for setting in read["consent_settings"]), thresholds)
    asked_for = list(read["consent_sign_ups"])
    waiting = _lasting(asked_for)
    found = _as_they_were(read, at) if "consent_events" in read else read["consents"]
    rows = {(c.purpose, c.channel, c.platform): c for c in found}
    answers = {key: _answer(row, waiting.get(key), at, zone, book) for key, row in rows.items()}
    for key, asked in waiting.items():
        if key not in rows:
            unsaved = Consent(customer_id=customer_id, purpose=key[0], channel=key[1])
            answers[key] = replace(_answer(unsaved, asked, at, zone, book), consent=None)
    _flow_down(rows, answers, at)
    return answers, _confirmable(asked_for, at)


def next_setting_from(read: Mapping[str, Iterable[Any]], *, at: datetime) -> datetime | None:
    """From when settings count that nobody measures by yet, from the rows of `rows_to_read`."""
    return min((one.valid_from for one in read["consent_settings"] if one.valid_from > at), default=None)


def _as_they_were(read: Mapping[str, Iterable[Any]], at: datetime) -> list[Consent]:
    """Copies of the rows with the dates that their events added up to at an instant, as `consent_state_on` folds."""
    stories: dict[int, list[Event]] = {}
    for consent_id, *values in read["consent_events"]:
        stories.setdefault(consent_id, []).append(Event(*values))
    return [_with_dates(row, resolve(until(stories.get(row.pk, ()), at))) for row in read["consents"]]


def _with_dates(row: Consent, dates: ConsentDates) -> Consent:
    then = copy(row)
    then.requested_at, then.given_at, then.last_used_at = dates.requested_at, dates.given_at, dates.last_used_at
    then.ends_on, then.withdrawn_at, then.proof = dates.ends_on, dates.withdrawn_at, dates.proof
    then.text_id, then.given_how, then.own_act_at = dates.text_id, dates.how, dates.own_act_at
    then.contact_point_id = dates.point_id
    return then


def _with_withdrawals(customer_id: int, at: datetime) -> QuerySet[Consent]:
    """The consents of a customer, each with the last withdrawal until `at`, also one that was lifted again."""
    withdrawals = Q(events__kind=EventKind.WITHDRAWN, events__at__lte=at)
    return Consent.objects.filter(customer_id=customer_id).annotate(taken_back_at=Max("events__at", filter=withdrawals))


def _flow_down(
    rows: dict[tuple[str, str, str], Consent], answers: dict[tuple[str, str, str], ConsentAnswer], at: datetime
) -> None:
    """A withdrawal reaches every purpose below it, also those that have no row in which it could be written: what
    rests on no consent (§ 7(3) UWG) must not outlive it. Agreeing above later gives nothing back below."""
    for (purpose, channel, platform), row in rows.items():
        taken_back_at: datetime | None = getattr(row, "taken_back_at", None)
        if taken_back_at is None:
            continue
        for lower in below(purpose):
            key = (lower, channel, platform)
            answer = answers.get(key, NO_CONSENT)
            if answer.state in ("none", "pending_doi") and not _was_given(answer.consent, at):
                answers[key] = replace(answer, state="withdrawn", above_at=taken_back_at)


def _was_given(consent: Consent | None, at: datetime) -> bool:
    return consent is not None and consent.given_at is not None and consent.given_at <= at


def events_of(rows: QuerySet[ConsentEvent]) -> list[Event]:
    return [Event(*values) for values in rows.values_list(*FOLDED)]


def consent_state_on(consent: Consent, at: datetime) -> ConsentAnswer:
    """State and proof at an instant in the past, from the events up to then and the thresholds of then. The row knows
    only the present: renewed today, it says of last year that there was nothing."""
    dates = resolve(until(events_of(consent.events.order_by("at", "pk")), at))
    thresholds = threshold_book().at(consent.purpose, consent.channel, at)
    return ConsentAnswer(state=state_at(dates, at, consent.zone(), thresholds), proof=dates.proof)


def passed_until(customer_id: int) -> datetime | None:
    """When the clock's job last recorded for this customer that a consent went stale or ended: no later act may lie
    before that, by whatever clock it was begun. Call under the customer's lock."""
    passed = ConsentEvent.objects.filter(consent__customer_id=customer_id, kind__in=PASSAGE)
    found: datetime | None = passed.aggregate(latest=Max("recorded_at"))["latest"]
    return found


def last_agreed(customer_ids: Collection[int]) -> dict[int, datetime]:
    """When each of these customers last agreed to anything, also where that was taken back; nobody who never did."""
    given = Consent.objects.filter(customer__in=customer_ids, given_at__isnull=False).order_by()
    return dict(given.values_list("customer").annotate(latest=Max("given_at")))


def _lasting(asked_for: Iterable[OptIn]) -> dict[tuple[str, str, str], OptIn]:
    """The unconfirmed sign-up of each kind that waits longest."""
    return {(row.purpose, row.channel, ""): row for row in sorted(asked_for, key=lambda row: row.ends_at)}


def _answer(consent: Consent, asked: OptIn | None, at: datetime, zone: ZoneInfo, book: ThresholdBook) -> ConsentAnswer:
    dates = consent.dates
    if asked is not None:
        dates = replace(dates, requested_at=asked.requested_at, request_ends_at=asked.ends_at)
    state = state_at(dates, at, zone, book.at(consent.purpose, consent.channel, at))
    return ConsentAnswer(state=state, proof=consent.proof, consent=consent)


def answer_of(consent: Consent, *, at: datetime, zone: ZoneInfo, thresholds: Thresholds) -> ConsentAnswer:
    """The answer for a row that has been read already."""
    found = consents_of(consent.customer_id, at=at, zone=zone, thresholds=thresholds)
    return replace(found[consent.purpose, consent.channel, consent.platform], consent=consent)


def sign_ups_of(customer_id: int, *, at: datetime) -> list[OptIn]:
    """The sign-ups of a customer that can still be confirmed, the latest first."""
    return _confirmable(OptIn.objects.waiting().filter(customer_id=customer_id), at)


def _confirmable(rows: Iterable[OptIn], at: datetime) -> list[OptIn]:
    return [one for one in rows if at < one.ends_at]


def texts_for(purpose: str, channel: str, *, at: datetime, platform: str = "") -> list[ConsentText]:
    """The wordings that people may be shown for this at an instant: the newest of each line and language."""
    rows = ConsentText.objects.on_show(at).covering(purpose, channel, platform)
    return newest(rows)


def successor_of(text: ConsentText, *, at: datetime) -> ConsentText | None:
    """The version that had taken a wording's place at an instant; None while it was in use itself."""
    later = ConsentText.objects.on_show(at).filter(line=text.line, language=text.language, version__gt=text.version)
    return later.order_by("-version").first()


def newest(rows: Iterable[ConsentText]) -> list[ConsentText]:
    latest: dict[tuple[str, str], ConsentText] = {}
    for text in sorted(rows, key=lambda text: text.version):
        latest[text.line, text.language] = text
    return list(latest.values())


def sign_ups_for(customer: Customer) -> QuerySet[OptIn]:
    """Sign-ups of this customer, and those from the form for an address of theirs, before anybody knew whose it is."""
    mails = customer.contact_points.filter(channel="email").values("normalised")
    return OptIn.objects.filter(Q(customer=customer) | Q(customer__isnull=True, normalised__in=mails))
