"""A decision as plain JSON values for other systems: every finding with its reason in both languages."""

from __future__ import annotations

from typing import Any

from contacts import policy
from portal.written import Written, written

#: So many answers are remembered by what went into them; a list of a million customers has some thousands.
MOST = 4096
_words: dict[tuple[policy.Facts, str, str], tuple[Written, Written]] = {}


def words_of(decision: policy.Decision, outcome: str) -> tuple[Written, Written]:
    """The facts and the verdict about them as JSON text. Both follow from the facts, the content of the rule set and
    the outcome, which are values and never change: equal ones get the same words without another search for ways."""
    key = (decision.facts, decision.rule_set_hash, outcome)
    found = _words.get(key)
    if found is None:
        if len(_words) >= MOST:
            _words.clear()
        found = _words[key] = written(policy.facts_to_inputs(decision.facts)), written(verdict_of(decision, outcome))
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
