"""Everything that is on record about one consent, at one instant. Reading only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

from consent import rules
from consent.models import CallRecord, Consent, ConsentEvent, ConsentText
from consent.selectors import ConsentAnswer, answer_of, consents_of, threshold_book
from consent.services.texts import fingerprint
from consent.views.story import Chapter, stories_of, story
from contacts.customers.models import Customer, Objection

FORMAT = "kontaktklar-evidence-1"


@dataclass(frozen=True, slots=True)
class Sheet:
    """`chapters` are the events, oldest first; `stale_at` and `expires_at` follow from the thresholds in force at
    `made_at`, None where no consent was given. `refusals` are the customer's objections that bind this purpose."""

    consent: Consent
    answer: ConsentAnswer
    chapters: tuple[Chapter, ...]
    refusals: tuple[Objection, ...]
    thresholds: rules.Thresholds
    stale_at: datetime | None
    expires_at: datetime | None
    made_at: datetime

    @property
    def reference(self) -> str:
        return f"{self.consent.customer.number}/{self.consent.pk}"

    @property
    def giving(self) -> Chapter | None:
        """The latest entry by which it was given and that was not taken out again."""
        given = [one for one in self.chapters if one.event.kind in rules.folding.GIVING and one.stands]
        return given[-1] if given else None

    @property
    def file_name(self) -> str:
        """Without an ending; sorts by customer, consent and time."""
        number = "".join(letter if letter.isalnum() else "-" for letter in self.consent.customer.number)
        return f"evidence-{number}-{self.consent.pk}-{self.made_at:%Y%m%dT%H%M%SZ}"


def sheet_of(consent: Consent, *, at: datetime) -> Sheet:
    """The number of queries does not grow with the events. `consent` comes with its customer and wording."""
    answer = answer_of(consent, at=at, zone=consent.zone(), thresholds=rules.Thresholds())
    said = list(consent.customer.objections.order_by("received_at", "pk"))
    return _sheet(consent, answer, story(consent), said, threshold_book(), at)


def sheets_of(customer: Customer, *, at: datetime) -> list[Sheet]:
    """The sheets of all consents of a customer; the number of queries grows neither with consents nor with events."""
    rows = list(Consent.objects.filter(customer=customer).select_related("text"))
    stories, book = stories_of(customer.pk), threshold_book()
    said = list(customer.objections.order_by("received_at", "pk"))
    zone = ZoneInfo(customer.timezone)
    answers = consents_of(customer.pk, at=at, zone=zone, thresholds=rules.Thresholds())
    made = []
    for consent in rows:
        consent.customer = customer
        answer = replace(answers[consent.purpose, consent.channel, consent.platform], consent=consent)
        made.append(_sheet(consent, answer, stories.get(consent.pk, []), said, book, at))
    return made


def _sheet(
    consent: Consent,
    answer: ConsentAnswer,
    chapters: list[Chapter],
    said: list[Objection],
    book: rules.ThresholdBook,
    at: datetime,
) -> Sheet:
    """`chapters` the latest first, `said` all objections of the customer."""
    thresholds, dates, zone = book.at(consent.purpose, consent.channel, at), consent.dates, consent.zone()
    given = dates.given_at is not None
    return Sheet(
        consent=consent,
        answer=answer,
        chapters=tuple(reversed(chapters)),
        refusals=tuple(one for one in said if _binds(one, consent)),
        thresholds=thresholds,
        stale_at=rules.stale_at(dates, zone, thresholds) if given else None,
        expires_at=rules.expires_at(dates, zone, thresholds) if given else None,
        made_at=at,
    )


def _binds(said: Objection, consent: Consent) -> bool:
    """Whether an objection is about what was agreed to here."""
    advertising = said.scope == Objection.Scope.MARKETING and consent.purpose in rules.ADVERTISING
    return (said.scope == Objection.Scope.FULL or advertising) and said.channel in ("", consent.channel)


def is_intact(text: ConsentText) -> bool:
    """Whether the wording is still the one whose hash was taken when it was published."""
    return text.sha256 == fingerprint(text)


def as_json(sheet: Sheet) -> dict[str, Any]:
    """The sheet for machines: codes instead of words, instants in UTC."""
    consent, customer = sheet.consent, sheet.consent.customer
    return {
        "format": FORMAT,
        "reference": sheet.reference,
        "made_at": sheet.made_at,
        "company": settings.COMPANY_NAME,
        "state": sheet.answer.state,
        "proof": sheet.answer.proof,
        "person": {"number": customer.number, "name": customer.display_name, "kind": customer.kind},
        "purpose": consent.purpose,
        "channel": consent.channel,
        "platform": consent.platform,
        "dates": {
            name: getattr(consent, name)
            for name in ("given_at", "given_how", "last_used_at", "ends_on", "withdrawn_at", "keep_until")
        }
        | {"stale_at": sheet.stale_at, "expires_at": sheet.expires_at},
        "thresholds": asdict(sheet.thresholds),
        "wording": _wording(consent.text) if consent.text else None,
        "objections": [
            {"scope": said.scope, "channel": said.channel, "received_at": said.received_at, "how": said.how}
            | {"lifted": sheet.answer.lifts(said.received_at)}
            for said in sheet.refusals
        ],
        "events": [_event(chapter) for chapter in sheet.chapters],
    }


def wordings_of(sheets: Iterable[Sheet]) -> list[dict[str, Any]]:
    """Every wording that the events of these consents name, in full and once, by its reference."""
    told = (event for sheet in sheets for chapter in sheet.chapters for event in (chapter.event, chapter.correction))
    texts = {event.text.reference: event.text for event in told if event is not None and event.text is not None}
    return [_wording(texts[name]) | _reach(texts[name]) for name in sorted(texts)]


def _reach(text: ConsentText) -> dict[str, Any]:
    """What else its hash is over, so that anybody can compute it anew."""
    return {"purpose": text.purpose, "channels": sorted(text.channels), "platform": text.platform}


def _wording(text: ConsentText) -> dict[str, Any]:
    names = (
        "reference",
        "version",
        "language",
        "title",
        "body",
        "valid_from",
        "valid_until",
        "source_note",
        "published_at",
        "sha256",
    )
    return {name: getattr(text, name) for name in names} | {"intact": is_intact(text)}


def _event(chapter: Chapter) -> dict[str, Any]:
    return _entry(chapter.event) | {
        "correction": _correction(chapter) if chapter.correction else None,
        "call_record": _call_record(chapter.record, chapter.sealed) if chapter.record else None,
    }


def _correction(chapter: Chapter) -> dict[str, Any]:
    assert chapter.correction is not None
    record = chapter.record_of_correction
    return _entry(chapter.correction) | {
        "call_record": _call_record(record, chapter.correction_sealed) if record else None
    }


def _entry(event: ConsentEvent) -> dict[str, Any]:
    names = ("kind", "at", "local_date", "how", "evidence", "ip", "user_agent", "origin", "proof", "ends_on", "annuls")
    file = event.evidence_file
    return (
        {"id": event.pk}
        | {name: getattr(event, name) for name in names}
        | {
            "about_at": event.about_at,
            "recorded_at": event.recorded_at,
            "recorded_by": event.recorded_by.person_number if event.recorded_by else event.job,
            "wording": event.text.reference if event.text else "",
            "address": event.contact_point.value if event.contact_point else "",
            "file": {"name": file.name, "size": file.size, "sha256": file.sha256} if file else None,
        }
    )


def _call_record(row: CallRecord, sealed: bool) -> dict[str, Any]:
    names = ("person", "company", "scope", "given_at", "manner", "recipient_code", "seal")
    return {name: getattr(row, name) for name in names} | {"sealed": sealed}
