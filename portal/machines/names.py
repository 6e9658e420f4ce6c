"""The words of the API for what is chosen from a list; the values are those of `portal.vocabulary` (a test)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

PurposeName = Literal[
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
    "consent_request",
    "doi_confirmation",
    "recruitment",
    "private",
]
ChannelName = Literal["letter", "phone", "email", "sms", "messenger", "social_dm"]
PlatformName = Literal[
    "whatsapp", "signal", "telegram", "threema", "facebook", "instagram", "tiktok", "x", "linkedin", "xing"
]
OutcomeName = Literal["allowed", "needs_manager_approval", "needs_dpo_approval", "forbidden"]
KindName = Literal["consumer", "business_contact"]
RelationshipName = Literal["prospect", "active_customer", "former_customer"]
SourceName = Literal[
    "data_subject", "contract_record", "public_directory", "searched_by_employee", "bought_list", "referral"
]
ConsentStateName = Literal["none", "pending_doi", "active", "stale", "withdrawn", "expired"]
Key = Annotated[int, Field(ge=1, le=2**63 - 1)]


def _day(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return date.fromisoformat(value) if len(value) == 10 and value.isascii() else _no("day")
    except ValueError:
        return _no("day")


def _instant(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        at = datetime.fromisoformat(value) if "T" in value.upper() and value.isascii() else _no("instant")
        return at.astimezone(UTC) if at.tzinfo is not None else _no("instant")
    except (ValueError, OverflowError):
        return _no("instant")


def _no(kind: Literal["day", "instant"]) -> Any:
    raise PydanticCustomError(kind, "no such time")


#: A day as in 2026-12-01, and an instant with its offset (RFC 3339).
Day = Annotated[date, BeforeValidator(_day)]
Instant = Annotated[datetime, BeforeValidator(_instant)]
