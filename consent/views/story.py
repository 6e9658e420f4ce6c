"""What the page of one consent shows: each event with its evidence, corrections beside what they correct."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from consent import rules, services
from consent.models import CallRecord, Consent, ConsentEvent
from consent.selectors import ConsentAnswer, answer_of, consent_state_on, threshold_book
from consent.services.calls import is_sealed
from portal.access.roles import Role
from portal.people.models import User

if TYPE_CHECKING:
    from django.db.models import QuerySet

#: Who reads the evidence, its files, network addresses and records of calls: those who keep them, and the auditor. To
#: ask whether somebody may be contacted, nobody needs them (Art. 5(1)(c) GDPR).
FILE_READERS = (*services.KEEPERS, Role.AUDITOR)
JOBS = {
    "consent.record_passage": _("by the passage of time"),
    "permit.used": _("by the use of a permit"),
    "customer.confirmation": _("by the customer, through the link in the mail"),
    "customer.preferences": _("by the customer, on their own page"),
    "customer.one_click": _("by the customer, through the mail program"),
    "import_consents": _("by an import"),
}


@dataclass(frozen=True, slots=True)
class Chapter:
    """One event with its correction, if there is one, and their records of section 7a UWG."""

    event: ConsentEvent
    who: str
    correction: ConsentEvent | None = None
    corrected_by: str = ""
    record: CallRecord | None = None
    sealed: bool = False
    record_of_correction: CallRecord | None = None
    correction_sealed: bool = False

    @property
    def stands(self) -> bool:
        """Whether it was not taken out again."""
        return self.correction is None or not self.correction.annuls

    @property
    def in_force(self) -> ConsentEvent:
        """The entry whose values count today."""
        return self.correction or self.event

    @property
    def record_in_force(self) -> CallRecord | None:
        return self.record_of_correction if self.correction else self.record

    @property
    def seal_in_force(self) -> bool:
        return self.correction_sealed if self.correction else self.sealed


def page_of(user: User, consent: Consent, *, at: datetime) -> dict[str, Any]:
    """The context of the page; the number of queries does not grow with the events."""
    answer = answer_of(consent, at=at, zone=consent.zone(), thresholds=services.DEFAULT)
    chapters = story(consent)
    there = consent.customer.anonymised_at is None
    keeps = there and user.has_role(*services.KEEPERS)
    stands = there and consent.given_at is not None and consent.withdrawn_at is None
    latest = next((c for c in chapters if c.event.kind in rules.folding.GIVING), None)
    return {
        "customer": consent.customer,
        "consent": consent,
        "answer": answer,
        "chapters": chapters,
        "silence": _silence(consent, answer.state, at),
        "may_read_files": user.has_role(*FILE_READERS),
        "may_withdraw": stands and user.has_role(*services.WITHDRAWERS),
        "may_renew": keeps and answer.state in ("active", "stale"),
        "may_correct": keeps and stands and latest is not None and latest.correction is None,
        "may_give": keeps and answer.state not in ("active", "stale"),
    }


def state_on_day(consent: Consent, day: date) -> ConsentAnswer:
    """What held at the end of a day where the customer lives, as it is known today."""
    return consent_state_on(
        consent, rules.start_of_day(day + timedelta(days=1), consent.zone()) - timedelta(microseconds=1)
    )


def story(consent: Consent) -> list[Chapter]:
    """Events, the latest first, in one query."""
    return chapters_of(list(_told(consent.events.all())))


def stories_of(customer_id: int) -> dict[int, list[Chapter]]:
    """The stories of all consents of a customer, by the consent's key, in one query."""
    found: dict[int, list[ConsentEvent]] = {}
    for event in _told(ConsentEvent.objects.filter(consent__customer_id=customer_id)):
        found.setdefault(event.consent_id, []).append(event)
    return {key: chapters_of(events) for key, events in found.items()}


def _told(events: QuerySet[ConsentEvent]) -> QuerySet[ConsentEvent]:
    related = ("recorded_by", "text", "evidence_file", "call_record", "contact_point")
    return events.select_related(*related).order_by("-at", "-pk")


def chapters_of(events: list[ConsentEvent]) -> list[Chapter]:
    """Events of one consent, each correction beside what it corrects."""
    corrections = {event.corrects_id: event for event in events if event.corrects_id}
    return [_chapter(event, corrections.get(event.pk)) for event in events if not event.corrects_id]


def _chapter(event: ConsentEvent, correction: ConsentEvent | None) -> Chapter:
    record, mended = getattr(event, "call_record", None), getattr(correction, "call_record", None)
    return Chapter(
        event=event,
        who=_who(event),
        correction=correction,
        corrected_by=_who(correction) if correction else "",
        record=record,
        sealed=record is not None and is_sealed(record),
        record_of_correction=mended,
        correction_sealed=mended is not None and is_sealed(mended),
    )


def _who(event: ConsentEvent) -> str:
    return str(event.recorded_by) if event.recorded_by else str(JOBS.get(event.job, event.job))


def current_evidence(consent: Consent) -> str:
    """What is on record as proof of the present consent."""
    giving = consent.events.filter(kind__in=rules.folding.GIVING).order_by("-at", "-pk")
    return giving.values_list("evidence", flat=True).first() or ""


def _silence(consent: Consent, state: str, at: datetime) -> dict[str, datetime]:
    """When an unused consent goes stale and ends, by the thresholds in force now; empty for one that does not stand."""
    if state not in ("active", "stale"):
        return {}
    thresholds = threshold_book(services.DEFAULT).at(consent.purpose, consent.channel, at)
    dates, zone = consent.dates, consent.zone()
    return {
        "stale_at": rules.stale_at(dates, zone, thresholds),
        "expires_at": rules.expires_at(dates, zone, thresholds),
    }
