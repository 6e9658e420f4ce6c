"""What other systems send and are told about consents; the names are those of the ledger."""

from __future__ import annotations

from typing import Any, Literal

from ninja import Schema
from pydantic import ConfigDict, Field

from consent.models import Consent, ConsentEvent
from consent.selectors import ConsentAnswer
from portal.machines.names import ChannelName, ConsentStateName, Day, Instant, Key, PlatformName
from portal.machines.paging import PageOut
from portal.machines.rest import Texts, example

#: Nobody agrees to a private matter, to the question for consent, or to the mail that confirms it.
ConsentedName = Literal[
    "contract_performance",
    "service",
    "inquiry_reply",
    "legal_obligation",
    "debt_collection",
    "satisfaction_survey",
    "marketing",
    "marketing_similar_products",
    "event_invitation",
    "winback",
    "goodwill_greeting",
    "recruitment",
]
#: A scan fits into a call; a larger one is added on the page.
LONGEST_BODY = 4 * 1024 * 1024
LONGEST_FILE = LONGEST_BODY - 64 * 1024


class FileNew(Texts):
    """A scan, photograph or text that proves it: PDF, PNG, JPEG or text."""

    name: str = Field(min_length=1, max_length=200)
    content: str = Field(
        min_length=4,
        max_length=LONGEST_FILE,
        description="Base64.",
        json_schema_extra={"contentEncoding": "base64"},
    )


class ConsentNew(Texts):
    """What the customer agreed to, when, and what proves it."""

    model_config = example(
        purpose="service",
        channel="phone",
        given_at="2026-11-23T10:00:00+01:00",
        how="spoken",
        evidence="Gesprächsnotiz",
    )

    purpose: ConsentedName
    channel: ChannelName
    platform: PlatformName | None = Field(None, description="For messengers and networks, and only there.")
    given_at: Instant = Field(description="When the customer agreed. Not in the future.")
    how: Literal["paper", "written", "spoken", "web_form"] = Field(
        description="A web form proves nothing about an e-mail address: there it is refused, and a sign-up serves."
    )
    text: Key | None = Field(None, description="The published wording that the customer saw, by its key.")
    evidence: str = Field("", max_length=500, description="Where the proof lies.")
    file: FileNew | None = None
    recipient_code: str = Field(
        "", max_length=40, description="Who took it (section 7a UWG, calls); without it who records it."
    )
    ends_on: Day | None = Field(None, description="Only where the customer agreed for a limited time.")


class WithdrawalNew(Texts):
    """How the customer took it back."""

    how: Literal["spoken", "written", "paper", "web_form"] = "spoken"
    note: str = Field("", max_length=500)


class ConsentOut(Schema):
    """One consent as it stands now. `proof`: it can be proven (Art. 7(1) GDPR)."""

    id: int
    purpose: str
    channel: ChannelName
    platform: PlatformName | None
    state: ConsentStateName
    proof: bool
    text: int | None
    given_at: Instant | None
    last_used_at: Instant | None
    ends_on: Day | None
    withdrawn_at: Instant | None


class ConsentsOut(PageOut):
    items: list[ConsentOut]


class EventOut(Schema):
    """One thing that happened. `evidence`, `file` and `origin` are null for whoever does not read the evidence."""

    id: int
    kind: str
    at: Instant
    how: str
    text: int | None
    proof: bool
    ends_on: Day | None
    corrects: int | None
    recorded_at: Instant
    evidence: str | None
    file: str | None
    origin: str | None


class EventsOut(PageOut):
    items: list[EventOut]


class ReceiptFormat(Schema):
    """Which receipt: of ISO/IEC TS 27560 or of Kantara 1.1."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    format: Literal["27560", "kantara"] = "27560"


def consent_told(answer: ConsentAnswer, consent: Consent) -> dict[str, Any]:
    """The fields of `ConsentOut` as plain values."""
    same = ("id", "purpose", "channel", "given_at", "last_used_at", "ends_on", "withdrawn_at")
    return {
        **{name: _plain(getattr(consent, name)) for name in same},
        "platform": consent.platform or None,
        "state": answer.state,
        "proof": answer.proof,
        "text": consent.text_id,
    }


def event_told(event: ConsentEvent, *, with_evidence: bool) -> dict[str, Any]:
    """The fields of `EventOut` as plain values."""
    same = ("id", "kind", "at", "how", "proof", "ends_on", "recorded_at")
    file = event.evidence_file.name if event.evidence_file else None
    return {
        **{name: _plain(getattr(event, name)) for name in same},
        "text": event.text_id,
        "corrects": event.corrects_id,
        "evidence": event.evidence if with_evidence else None,
        "file": file if with_evidence else None,
        "origin": event.origin if with_evidence else None,
    }


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value
