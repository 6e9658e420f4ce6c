"""Which parts of a rule set a rule depends on: what its history has to tell. Standard library only."""

from __future__ import annotations

from functools import cache

from contacts.policy.conditions import Asked, asked_in, condition_of
from contacts.policy.rule import Rule
from contacts.policy.settings import BY_THRESHOLD, Difference

#: The thresholds that make a fact, by the name of the fact and, where only some of its values hang on it, the value.
_BEHIND = {
    ("consent_state", "stale"): "stale_after_months_unused",
    ("consent_state", "expired"): "expired_after_months_unused",
    ("consent_state", "pending_doi"): "doi_ttl_days",
    ("minor", "under_16"): "child_age",
    ("customer_initiated_on_channel", ""): "inbound_window_days",
    ("channel_agreed", ""): "inbound_window_days",
    ("quiet_hours", ""): "contact_hours",
}


def touches(rule: Rule, change: Difference) -> bool:
    """Whether a difference of two rule sets can matter to this rule: its answer, a number in it, or one behind it."""
    if change.part == "outcomes":
        return change.name == rule.id
    if change.part == "platforms":
        return any(asked.name == "platform_status" for asked in asked_in(condition_of(rule)))
    return change.name in thresholds_of(rule)


@cache
def thresholds_of(rule: Rule) -> frozenset[str]:
    found = {"stale_consent_outcome"} if rule.id == BY_THRESHOLD else set()
    for asked in asked_in(condition_of(rule)):
        found |= _behind(asked)
    return frozenset(found)


def _behind(asked: Asked) -> set[str]:
    found = {asked.limit} if asked.limit else set()
    return found | {_BEHIND[asked.name, value] for value in asked.values or ("",) if (asked.name, value) in _BEHIND}
