"""The contact with nothing unusual about it, from which examples and the sandbox deviate (rule book, section 7)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contacts.policy.codec import facts_to_inputs, parse_inputs
from contacts.policy.facts import Facts

ORDINARY: Mapping[str, Any] = {
    "customer_kind": "consumer",
    "relationship": "active_customer",
    "purpose": "service",
    "contains_promotion": False,
    "channel": "email",
    "platform": None,
    "consent_state": "none",
    "consent_proof": False,
    "customer_initiated_on_channel": False,
    "presumed_consent_documented": False,
    "s7_3": {
        "address_from_sale": False,
        "own_similar_products": False,
        "not_objected": False,
        "notice_at_collection_and_each_use": False,
    },
    "months_since_last_transaction": 3,
    "objection": "none",
    "robinson_listed": False,
    "contact_source": "contract_record",
    "identity_verified": True,
    "sending_account": "company_account_verified",
    "company_present_on_platform": True,
    "platform_status": "approved",
    "address_book_isolated": True,
    "requester_training": "valid",
    "minor": "no",
    "parental_consent": False,
    "quiet_hours": False,
    "special_category": False,
    "automated_call": False,
    "sender_identity_clear": True,
    "caller_id_shown": True,
    "opt_out_included": True,
    "alternative_channel_available": True,
    "urgency": "normal",
}
ORDINARY_FACTS: Facts = parse_inputs("ordinary", ORDINARY)[0]
#: Said about every contact, however ordinary.
ALWAYS_SAID = ("purpose", "channel")
#: Only informational: no rule reads them.
UNREAD = ("jurisdiction", "requester_department")


def unusual(facts: Facts, usual: Facts = ORDINARY_FACTS) -> dict[str, Any]:
    """What makes this contact another one than the usual, as JSON inputs; of § 7 (3) UWG only the flags that differ."""
    mine, other = facts_to_inputs(facts), facts_to_inputs(usual)
    found = {name: value for name, value in mine.items() if name not in UNREAD and value != other[name]}
    if "s7_3" in found:
        found["s7_3"] = {name: said for name, said in mine["s7_3"].items() if said != other["s7_3"][name]}
    return found
