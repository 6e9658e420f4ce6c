"""For which reasons the rules in force leave a way open, and on which legal basis: found by asking them.

A rule is a condition, not a list of ways, so nothing in it could be read off. The ordinary contact is asked about for
each reason, for each kind of customer and with each thing that may give a contact its ground.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from itertools import product
from typing import Any

from contacts import policy
from contacts.policy.facts import (
    Channel,
    ConsentState,
    CustomerKind,
    Facts,
    Platform,
    Purpose,
    Relationship,
    Section73,
)
from contacts.policy.ordinary import ORDINARY_FACTS
from contacts.policy.rule import Outcome

#: What may give a contact its ground, each as the facts that say so.
_CARRIED_BY: tuple[dict[str, Any], ...] = (
    {},
    {"consent_state": ConsentState.ACTIVE, "consent_proof": True},
    {"consent_state": ConsentState.PENDING_DOI},
    {"customer_initiated_on_channel": True},
    {"presumed_consent_documented": True},
    {"s7_3": Section73(True, True, True, True)},
    {"alternative_channel_available": False},
)
Grounds = tuple[tuple[str, tuple[str, ...]], ...]


def grounds_of(rule_set: policy.RuleSet, channel: str, platform: str = "") -> Grounds:
    """Of each reason for which a contact over this way is not forbidden: its value, and the legal bases in the order in
    which the rules name them. Reasons without any legal basis are left out."""
    return _grounds(_Asked(rule_set), Channel(channel), Platform(platform) if platform else None)


class _Asked:
    """A rule set told apart by its content, so that an answer is remembered for as long as it is right."""

    def __init__(self, rule_set: policy.RuleSet) -> None:
        self.rule_set = rule_set

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Asked) and self.rule_set.hash == other.rule_set.hash

    def __hash__(self) -> int:
        return hash(self.rule_set.hash)


@lru_cache(maxsize=64)
def _grounds(asked: _Asked, channel: Channel, platform: Platform | None) -> Grounds:
    found = ((purpose.value, _bases(asked.rule_set, purpose, channel, platform)) for purpose in Purpose)
    return tuple((purpose, bases) for purpose, bases in found if bases)


def _bases(rule_set: policy.RuleSet, purpose: Purpose, channel: Channel, platform: Platform | None) -> tuple[str, ...]:
    facts = replace(ORDINARY_FACTS, purpose=purpose, channel=channel, platform=platform)
    decisions = (policy.decide(one, rule_set) for one in _variants(facts))
    told = (decision.legal_basis for decision in decisions if decision.outcome is not Outcome.FORBIDDEN)
    return tuple(dict.fromkeys(basis for words in told for basis in words.split("; ") if basis))


def _variants(facts: Facts) -> list[Facts]:
    """Each kind of customer with each thing that may carry a contact, one at a time, and with none."""
    customers = [
        replace(facts, customer_kind=kind, relationship=way) for kind, way in product(CustomerKind, Relationship)
    ]
    return [replace(customer, **carried) for customer in customers for carried in _CARRIED_BY]
