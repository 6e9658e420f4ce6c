"""A decision as plain JSON values for other systems: every finding with its reason in both languages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from contacts import policy
from portal.written import Written, written

#: So many verdicts, and so many facts, are remembered; a list of a million customers has some thousands of cases.
MOST = 4096
_facts: dict[policy.Facts, Written] = {}
_verdicts: dict[tuple[policy.Facts, str, str], Written] = {}


def words_of(decision: policy.Decision, outcome: str) -> tuple[Written, Written]:
    """The facts and the verdict about them as JSON text. The verdict follows from what the rules can tell apart in the
    facts, the content of the rule set and the outcome, which are values and never change: equal ones get the same words
    without another search for ways."""
    facts = decision.facts
    key = (policy.likeness(facts, decision.rules.thresholds), decision.rule_set_hash, outcome)
    return (
        _remembered(_facts, facts, lambda: policy.facts_to_inputs(facts)),
        _remembered(_verdicts, key, lambda: verdict_of(decision, outcome)),
    )


def _remembered(known: dict[Any, Written], key: Any, say: Callable[[], dict[str, Any]]) -> Written:
    found = known.get(key)
    if found is None:
        if len(known) >= MOST:
            known.clear()
        found = known[key] = written(say())
    return found


def verdict_of(decision: policy.Decision, outcome: str = "") -> dict[str, Any]:
    """The fields of `api_bodies.Verdict`; `outcome` where somebody besides the rules has a say."""
    plain = policy.decision_to_dict(decision)
    return {
        "outcome": outcome or plain["outcome"],
        "findings": [_finding(decision, finding) for finding in decision.findings],
        "obligations": [_obligation(obligation) for obligation in decision.obligations],
        "alternatives": plain["alternatives"],
        "legal_basis": plain["legal_basis"],
        "rule_set": {"number": decision.rule_set, "hash": decision.rule_set_hash},
    }


def _finding(decision: policy.Decision, finding: policy.Finding) -> dict[str, Any]:
    rule = finding.rule
    return {
        "rule": rule.id,
        "decides": finding in decision.deciding,
        "outcome": finding.outcome.value if finding.outcome is not None else None,
        "de": rule.reason_de,
        "en": rule.reason_en,
        "citation": rule.citation,
    }


def _obligation(duty: policy.Obligation) -> dict[str, Any]:
    return {"id": duty.id, "de": duty.text_de, "en": duty.text_en, "citation": duty.citation}
