"""Everything that is on record about one consent, at one instant. Reading only."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.conf import settings

from consent import rules
from consent.models import CallRecord, Consent, ConsentEvent, ConsentText
from consent.selectors import ConsentAnswer, answer_of, threshold_book
from consent.services.texts import fingerprint
from consent.views.story import Chapter, story
from contacts.customers.models import Objection

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
    def file_name(self) -> str:
        """Without an ending; sorts by customer, consent and time."""
        number = "".join(letter if letter.isalnum() else "-" for letter in self.consent.customer.number)
        return f"evidence-{number}-{self.consent.pk}-{self.made_at:%Y%m%dT%H%M%SZ}"


def sheet_of(consent: Consent, *, at: datetime) -> Sheet:
    """The number of queries does not grow with the events. `consent` comes with its customer and wording."""
    thresholds = threshold_book().at(consent.purpose, consent.channel, at)
    dates, zone = consent.dates, consent.zone()
    given = dates.given_at is not None
    return Sheet(
        consent=consent,
        answer=answer_of(consent, at=at, zone=zone, thresholds=rules.Thresholds()),
        chapters=tuple(reversed(story(consent))),
        refusals=tuple(_refusals(consent)),
        thresholds=thresholds,
        stale_at=rules.stale_at(dates, zone, thresholds) if given else None,
        expires_at=rules.expires_at(dates, zone, thresholds) if given else None,
        made_at=at,
    )


def _refusals(consent: Consent) -> list[Objection]:
    scopes = [Objection.Scope.FULL]
    if consent.purpose in rules.ADVERTISING:
        scopes.append(Objection.Scope.MARKETING)
    said = consent.customer.objections.filter(scope__in=scopes, channel__in=["", consent.channel])
    return list(said.order_by("received_at", "pk"))


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


def _wording(text: ConsentText) -> dict[str, Any]:
    names = ("reference", "version", "language", "title", "body", "valid_from", "published_at", "sha256")
    return {name: getattr(text, name) for name in names} | {"intact": is_intact(text)}


def _event(chapter: Chapter) -> dict[str, Any]:
    return _entry(chapter.event) | {
        "correction": _entry(chapter.correction) if chapter.correction else None,
        "call_record": _call_record(chapter.record, chapter.sealed) if chapter.record else None,
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
            "file": {"name": file.name, "size": file.size, "sha256": file.sha256} if file else None,
        }
    )


def _call_record(row: CallRecord, sealed: bool) -> dict[str, Any]:
    names = ("person", "company", "scope", "given_at", "manner", "recipient_code", "seal")
    return {name: getattr(row, name) for name in names} | {"sealed": sealed}
