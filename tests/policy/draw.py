"""Facts for tests: the base of the rule book's worked examples, and facts drawn over the whole input space."""

from __future__ import annotations

import random
from dataclasses import replace
from enum import Enum
from typing import Any, get_type_hints

from contacts.policy import Facts, Platform, Section73, facts_to_inputs, parse_inputs

# The base from which the worked examples deviate (rule book, section 7).
BASE: dict[str, Any] = {
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
ALL_FOUR = dict.fromkeys(BASE["s7_3"], True)
TYPES = get_type_hints(Facts)
DRAWN = {name: list(kind) for name, kind in TYPES.items() if isinstance(kind, type) and issubclass(kind, Enum)} | {
    name: [False, True] for name, kind in TYPES.items() if kind is bool
}


def inputs(**changes: Any) -> dict[str, Any]:
    """The base as JSON inputs, with changes."""
    return BASE | changes


def facts(**changes: Any) -> Facts:
    """The base as Facts, with changes given as in JSON."""
    parsed, missing = parse_inputs("base", inputs(**changes))
    assert not missing
    return parsed


def random_facts(chance: random.Random) -> Facts:
    """Uniform over every value of every fact; half of the platforms fit their channel, half are anything."""
    values: dict[str, Any] = {name: chance.choice(choices) for name, choices in DRAWN.items()}
    values["s7_3"] = Section73(*(chance.random() < 0.75 for _flag in range(4)))
    values["months_since_last_transaction"] = chance.choice([None, 0, 3, 23, 24, 25, 60])
    values["platform"] = chance.choice([None, *Platform])
    return Facts(**values)


def plausible_facts(chance: random.Random) -> Facts:
    """Like `random_facts`, but each fact keeps the harmless value of the base three times out of four.

    Over the uniform space nearly everything is forbidden several times over; here single rules decide.
    """
    drawn, base = random_facts(chance), facts()
    kept = {name: getattr(base, name) for name in TYPES if chance.random() < 0.75}
    kept = {name: value for name, value in kept.items() if name not in ("purpose", "channel", "platform")}
    return replace(drawn, **kept)


def sample(count: int, *, seed: int = 20261124) -> list[Facts]:
    """Half uniform, half plausible; the same facts in every run."""
    chance = random.Random(seed)
    return [(random_facts if number % 2 else plausible_facts)(chance) for number in range(count)]


def changed(f: Facts, **changes: Any) -> Facts:
    """Facts with JSON values changed."""
    return parse_inputs("changed", facts_to_inputs(f) | changes)[0]
