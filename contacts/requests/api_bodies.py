"""What other systems ask about a contact, and what they are told; the names are those of the rule book."""

from __future__ import annotations

from typing import Any, Literal

from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import Field

from portal.machines.names import ChannelName, Key, OutcomeName, PlatformName, PurposeName
from portal.machines.problems import unprocessable
from portal.machines.rest import Body, example


class Asked(Body):
    """May this customer be contacted? Name the customer by `customer_id`, by `customer` or by `address` alone."""

    model_config = example(customer="4711", purpose="service", channel="email")

    customer_id: Key | None = Field(None, description="The customer by the key of the portal.")
    customer: str | None = Field(None, min_length=1, max_length=40, description="The customer's number.")
    address: str | None = Field(
        None,
        min_length=1,
        max_length=500,
        description="The address to use. Alone, it names the customer who has it; needed where there are several.",
    )
    purpose: PurposeName = Field(description="The reason for the contact.")
    channel: ChannelName
    platform: PlatformName | None = Field(None, description="For messengers and networks, and only there.")
    account: Key | None = Field(None, description="The company account to use; without it the best that is open.")
    private_account: bool = Field(False, description="True: from the private account of an employee.")
    draft_text: str | None = Field(
        None, max_length=10_000, description="The words to send: read for advertising, of which a fingerprint is kept."
    )
    at: str | None = Field(
        None,
        max_length=40,
        description="The instant of the contact, with its offset (RFC 3339); without it now. At most a year ahead, and"
        " at most ten years back: then the answer is about that day.",
        json_schema_extra={"format": "date-time"},
    )
    contains_promotion: bool = Field(False, description="True: it advertises, whatever its words are.")
    special_category: bool = Field(False, description="True: it touches health, religion and the like.")
    automated_call: bool = Field(False, description="True: no human speaks.")
    sender_clear: bool = Field(True, description="False: it does not show who writes or calls.")
    caller_id_shown: bool = Field(True, description="False: the number is withheld.")
    opt_out_included: bool = Field(False, description="True: it says how to object.")
    own_similar_products: bool = Field(False, description="True: only about own products like those bought.")
    presumed_consent_documented: bool = Field(False, description="True: it is on file why the person would agree.")
    urgency: Literal["normal", "imminent_danger"] = "normal"


def demand_one_account(account: int | None, *, private: bool) -> None:
    """Raises Problem 422 where both are named: one of them would be left unheard."""
    if private and account is not None:
        sentence = _("Name a company account or say that a private one is used, not both.")
        raise unprocessable({"account": [sentence]})


class Inputs(Body):
    """Bare facts, as `manage.py decide` takes them: what is missing takes its riskier value."""

    inputs: dict[str, Any] = Field(description="The facts by the names of the rule book.")


class FindingOut(Schema):
    """One rule that fired. `outcome` is null for what only gives a ground or changes the reason."""

    rule: str
    decides: bool
    outcome: OutcomeName | None
    de: str
    en: str
    citation: str


class TextOut(Schema):
    """Something to mind, in both languages."""

    id: str
    de: str
    en: str
    citation: str


class WayOut(Schema):
    """What could be changed, and the outcome it would have."""

    key: str
    changes: dict[str, Any]
    outcome: OutcomeName
    de: str
    en: str


class RuleSetOut(Schema):
    """Which rules decided."""

    number: int
    hash: str


class Verdict(Schema):
    """What the rules say about facts."""

    outcome: OutcomeName
    findings: list[FindingOut]
    obligations: list[TextOut]
    alternatives: list[WayOut]
    legal_basis: str
    rule_set: RuleSetOut


class WindowOut(Schema):
    """How often the person was contacted in a window of days; `next_at` where there is no room before."""

    days: int
    most: int
    made: int
    next_at: str | None


class Decided(Verdict):
    """A recorded answer. `holds_until`: true until then at most, while nothing is recorded about the person.

    `not_before`: what the rules allow has to wait until then, because the person was contacted often enough. An answer
    about the past (`in_past`) holds for no contact, so it has no end; `assumed_as_today` names the facts of which
    nobody can say how they stood that day."""

    id: str
    customer: str
    customer_id: int
    acts_for: str | None
    contact_point: int
    account: int | None
    at: str
    made_at: str
    in_past: bool
    holds_until: str | None
    assumed_as_today: list[str]
    not_before: str | None
    frequency: list[WindowOut]
    facts: dict[str, Any]


class Evaluated(Verdict):
    """What the rules say about bare facts, and which facts were missing."""

    missing: list[str]


class Replayed(Schema):
    """The stored facts under the rule set of that day (null where it is not kept any more) and under today's."""

    id: str
    recorded: OutcomeName
    then: Verdict | None
    today: Verdict
    same_outcome_today: bool
