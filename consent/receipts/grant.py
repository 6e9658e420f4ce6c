"""What a receipt is made from: one consent with its story. Plain values; times are aware instants."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime


@dataclass(frozen=True, slots=True)
class Company:
    """Who asks. `country` is the ISO 3166-1 code of its law and of the place where it keeps the data; `page` is where
    the customer changes or withdraws. What is not set is ""."""

    name: str
    country: str
    page: str
    address: str = ""
    email: str = ""
    phone: str = ""
    policy_url: str = ""


@dataclass(frozen=True, slots=True)
class Wording:
    """One version of a text as the person saw it, with the SHA-256 that was taken when it was published."""

    reference: str
    language: str
    title: str
    body: str
    sha256: str
    valid_from: datetime | None = None


@dataclass(frozen=True, slots=True)
class Act:
    """One entry of the ledger as it stands today (corrections are worked in). `until` is when what it began ends, None
    without a limit; `wording` names the text by its reference."""

    kind: str
    at: datetime
    how: str
    how_words: str
    proof: bool = False
    wording: str = ""
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Words:
    """What people read in a receipt, in its language."""

    purpose: str
    way: str
    third_party: str
    no_wording: str
    kept: str
    termination: str
    unproven: str


@dataclass(frozen=True, slots=True)
class Grant:
    """One consent at the instant a receipt is made. `record_id` and `principal_id` are pseudonyms (UUIDs)."""

    record_id: str
    principal_id: str
    purpose: str
    channel: str
    platform: str
    state: str
    proof: bool
    language: str
    words: Words
    doi_days: int
    given_at: datetime | None = None
    given_how: str = ""
    given_how_words: str = ""
    expires_at: datetime | None = None
    keep_until: date | None = None
    acts: tuple[Act, ...] = ()
    wordings: tuple[Wording, ...] = ()


def stamp(at: datetime) -> str:
    """An instant as ISO 8601 in UTC, to the second."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
