"""The questions other rooms may ask about consents. State is derived on read; no job has to have run."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.shortcuts import get_object_or_404

from consent.models import Consent
from consent.rules import Thresholds, state_at

if TYPE_CHECKING:
    from contacts.customers.models import Customer


@dataclass(frozen=True, slots=True)
class ConsentAnswer:
    """State and proof of one consent at one instant; `consent` is None where there never was one."""

    state: str
    proof: bool
    consent: Consent | None = None


NO_CONSENT = ConsentAnswer(state="none", proof=False)


def get_consent(customer: Customer, pk: int) -> Consent:
    """One consent of a customer whom the door let this person see; 404 for another customer's."""
    return get_object_or_404(Consent.objects.select_related("customer"), customer=customer, pk=pk)


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
    consent = Consent.objects.filter(
        customer_id=customer_id, purpose=purpose, channel=channel, platform=platform
    ).first()
    return answer_of(consent, at=at, zone=zone, thresholds=thresholds) if consent else NO_CONSENT


def consents_of(
    customer_id: int, *, at: datetime, zone: ZoneInfo, thresholds: Thresholds
) -> dict[tuple[str, str, str], ConsentAnswer]:
    """All consents of a customer by (purpose, channel, platform), in one query."""
    return {
        (consent.purpose, consent.channel, consent.platform): answer_of(
            consent, at=at, zone=zone, thresholds=thresholds
        )
        for consent in Consent.objects.filter(customer_id=customer_id)
    }


def answer_of(consent: Consent, *, at: datetime, zone: ZoneInfo, thresholds: Thresholds) -> ConsentAnswer:
    """The answer for a row that has been read already."""
    state = state_at(consent.dates, at, zone, thresholds)
    return ConsentAnswer(state=state, proof=consent.proof, consent=consent)
