"""Which inputs an answer of a rule has read: what was not read cannot have mattered.

A condition is pure. Asked about facts that differ only in inputs it did not read, it takes the same path and gives the
same answer. So a neighbour whose changes miss everything that a prohibition has read is forbidden still, and need not
be decided: the search over two changes stays exhaustive and asks few of its hundreds of neighbours.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from typing import Any

from contacts.policy.derived import Derived, derive
from contacts.policy.facts import Facts
from contacts.policy.rule import Rule
from contacts.policy.rule_set import RuleSet

# Inputs as bits of a number: a set of inputs is one number, and whether two sets meet is one operation.
BITS = {field.name: 1 << number for number, field in enumerate(fields(Facts))}


def bits(names: Iterable[str]) -> int:
    return sum(BITS[name] for name in set(names))


_PURPOSE = {"purpose", "contains_promotion"}
_CONSENT = {"consent_state", "consent_proof"}
# What each derived fact may depend on.
DERIVED_FROM: dict[str, set[str]] = {
    "purpose": _PURPOSE,
    "reclassified": _PURPOSE,
    "is_adv": _PURPOSE,
    "is_service": _PURPOSE,
    "proven": _CONSENT,
    "channel_agreed": _CONSENT | {"customer_initiated_on_channel"},
    "s73_path": _PURPOSE | {"channel"},
    "s73_ok": _PURPOSE | {"channel", "s7_3", "contact_source", "relationship"},
    "emergency": _PURPOSE | {"urgency"},
    "electronic": {"channel"},
    "on_platform": {"channel"},
}
_DERIVED_BITS = {name: bits(names) for name, names in DERIVED_FROM.items()}


class _Noting:
    """Facts, or what is derived from them, that note what is asked of them."""

    __slots__ = ("_bits", "_of", "read")

    def __init__(self, of: Facts | Derived, bits_of: dict[str, int]) -> None:
        self._of, self._bits, self.read = of, bits_of, 0

    def __getattr__(self, name: str) -> Any:
        self.read |= self._bits[name]
        return getattr(self._of, name)


def firing(rules: Iterable[Rule], facts: Facts, rule_set: RuleSet) -> list[int]:
    """For each of the rules that fires about these facts, the inputs that its condition has read."""
    facts = rule_set.seen(facts)
    derived, found = derive(facts), []
    for rule in rules:
        plain, more = _Noting(facts, BITS), _Noting(derived, _DERIVED_BITS)
        if rule.condition(plain, more, rule_set.thresholds):  # type: ignore[arg-type]
            found.append(plain.read | more.read)
    return found
