"""What other systems send and are told about requests and permits; the names are those of the pages."""

from __future__ import annotations

from typing import Any, Literal

from ninja import Schema
from pydantic import Field

from contacts.requests.models import Contact, ContactRequest, Permit
from contacts.requests.numbers import request_number
from contacts.requests.rules import MOST_USES, permit_state
from portal.machines.names import Instant, Key, OutcomeName, PurposeName
from portal.machines.paging import PageOut, Paging
from portal.machines.rest import Texts

StateName = Literal["draft", "with_manager", "with_dpo", "granted", "refused", "cancelled", "lapsed"]
AskedName = Literal[
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
    "recruitment",
    "private",
]
ResultName = Literal[
    "reached", "not_reached", "sent", "objected", "withdrew", "full_block", "other_way", "wrong_person"
]
#: What is asked, beside address and account.
FIELDS = (
    "purpose",
    "draft_text",
    "contains_promotion",
    "opt_out_included",
    "own_similar_products",
    "special_category",
    "sender_clear",
    "caller_id_shown",
    "automated_call",
    "presumed_consent",
    "planned_at",
    "uses_wanted",
    "urgency",
)


class RequestChange(Texts):
    """The fields of a draft to change; what is not named stays as it is."""

    purpose: AskedName = "service"
    contact_point: Key = Field(1, description="The address to use, by its key.")
    account: Key | None = Field(
        None, description="A shared device, by its key; without it the official account for the channel."
    )
    private_account: bool = Field(False, description="True: from a private account. The rules forbid it.")
    draft_text: str = Field("", max_length=5000, description="The words to send. No health details, please.")
    contains_promotion: bool = Field(False, description="True: it advertises, whatever its words are.")
    opt_out_included: bool = Field(False, description="True: it says how to object.")
    own_similar_products: bool = Field(False, description="True: only about own products like those bought.")
    special_category: bool = Field(False, description="True: it touches health, religion and the like.")
    sender_clear: bool = Field(True, description="False: it does not show who writes or calls.")
    caller_id_shown: bool = Field(True, description="False: the number is withheld.")
    automated_call: bool = Field(False, description="True: no human speaks.")
    presumed_consent: str = Field("", max_length=500, description="For calls to companies: concrete facts.")
    planned_at: Instant | None = Field(None, description="At most a year ahead; null means now.")
    uses_wanted: int = Field(1, ge=1, le=MOST_USES, description="How many contacts.")
    urgency: Literal["normal", "imminent_danger"] = "normal"


class RequestNew(RequestChange):
    """May this customer be contacted? A draft, which the rules answer at once."""

    customer: str = Field(min_length=1, max_length=40, description="The customer's number.")
    purpose: AskedName
    contact_point: Key = Field(description="The address to use, by its key.")


class RequestFilters(Paging):
    """Which requests."""

    whose: Literal["own", "visible"] = Field("own", description="Own ones, or all that this person may see.")
    state: StateName | None = None


class RequestLine(Schema):
    """A request in a list."""

    number: str
    customer: str
    requester: str
    contact_point: int
    account: int | None
    private_account: bool
    purpose: PurposeName
    state: StateName
    outcome: OutcomeName
    permit: str | None
    created_at: Instant
    submitted_at: Instant | None
    closed_at: Instant | None


class RequestOut(RequestLine):
    """A request. A draft that was sent back is its author's alone: others read the words as they were handed in."""

    draft_text: str
    contains_promotion: bool
    opt_out_included: bool
    own_similar_products: bool
    special_category: bool
    sender_clear: bool
    caller_id_shown: bool
    automated_call: bool
    presumed_consent: str
    planned_at: Instant | None
    uses_wanted: int
    urgency: Literal["normal", "imminent_danger"]
    refusal_reason: str


class RequestsOut(PageOut):
    items: list[RequestLine]


class PermitFilters(Paging):
    """Which permits."""

    whose: Literal["own", "visible"] = Field("own", description="Own ones, or all that this person may see.")


class PermitLine(Schema):
    """A permit in a list."""

    number: str
    request: str
    customer: str
    holder: str
    contact_point: int
    account: int | None
    purpose: PurposeName
    state: Literal["active", "used", "expired", "revoked"]
    valid_from: Instant
    valid_until: Instant
    uses_allowed: int
    uses_made: int
    revoked_reason: str


class PermitOut(PermitLine):
    """A permit and its standing now. `because` names the rules, or what is gone; `conditions` are the reviewers'."""

    usable: bool
    not_now: bool
    because: str
    conditions: list[str]


class PermitsOut(PageOut):
    items: list[PermitLine]


class Redeeming(Texts):
    """The holder is about to make contact."""

    conditions_read: bool = Field(False, description="True: the holder has read the reviewers' conditions.")


class UseOut(Schema):
    """One use of a permit. The next one needs the outcome of this one."""

    permit: str
    use: int
    at: Instant


class Outcome(Texts):
    """What happened in the contact. What the person refused in it counts with the answer."""

    result: ResultName
    note: str = Field("", max_length=500, description="No health details, please.")


class OutcomeOut(Schema):
    permit: str
    use: int
    result: ResultName
    note: str
    logged_at: Instant


def line_of(asked: ContactRequest) -> dict[str, Any]:
    """The fields of `RequestLine` as plain values."""
    same = ("contact_point_id", "account_id", "private_account", "purpose", "state", "outcome")
    values = {name.removesuffix("_id"): getattr(asked, name) for name in same}
    permit = getattr(asked, "permit", None)
    return {
        "number": asked.number,
        "customer": asked.customer.number,
        "requester": asked.requester.email,
        **values,
        "permit": permit.number if permit is not None else None,
        **{name: _plain(getattr(asked, name)) for name in ("created_at", "submitted_at", "closed_at")},
    }


def request_told(asked: ContactRequest) -> dict[str, Any]:
    """The fields of `RequestOut` as plain values."""
    return {
        **line_of(asked),
        **{name: _plain(getattr(asked, name)) for name in FIELDS},
        "refusal_reason": asked.refusal_reason,
    }


def permit_line(permit: Permit, at: Any, *, uses: int) -> dict[str, Any]:
    """The fields of `PermitLine` as plain values."""
    same = ("contact_point_id", "account_id", "purpose", "uses_allowed", "revoked_reason")
    return {
        "number": permit.number,
        "request": request_number(permit.request_id),
        "customer": permit.customer.number,
        "holder": permit.holder.email,
        **{name.removesuffix("_id"): getattr(permit, name) for name in same},
        "state": str(permit_state(permit.state, permit.valid_until, at)),
        "valid_from": permit.valid_from.isoformat(),
        "valid_until": permit.valid_until.isoformat(),
        "uses_made": uses,
    }


def outcome_told(contact: Contact, permit: str) -> dict[str, Any]:
    values = {"result": contact.result, "note": contact.note, "logged_at": contact.logged_at.isoformat()}
    return {"permit": permit, "use": contact.use.use_number, **values}


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value
