"""The heart: facts in, decision out. Plain Python, standard library only; no clock, no database, no settings."""

from contacts.policy.alternatives import Alternative
from contacts.policy.codec import InputError, decide_document, decision_to_dict, facts_to_inputs, parse_inputs
from contacts.policy.decision import Decision, FactorFindings, Finding, rests_on_consent
from contacts.policy.derived import ELECTRONIC, effective_purpose
from contacts.policy.evaluate import decide
from contacts.policy.facts import (
    RISKIEST,
    Channel,
    ConsentState,
    ContactSource,
    CustomerKind,
    Facts,
    Minor,
    Objection,
    Platform,
    PlatformStatus,
    Purpose,
    Relationship,
    Section73,
    SendingAccount,
    Training,
    Urgency,
)
from contacts.policy.rule import FACTORS, Basis, Kind, Obligation, Outcome, Rule
from contacts.policy.rule_set import RULE_SET_1, RuleSet, rule_set_with
from contacts.policy.thresholds import ContactHours, Thresholds

__all__ = [
    "ELECTRONIC",
    "FACTORS",
    "RISKIEST",
    "RULE_SET_1",
    "Alternative",
    "Basis",
    "Channel",
    "ConsentState",
    "ContactHours",
    "ContactSource",
    "CustomerKind",
    "Decision",
    "FactorFindings",
    "Facts",
    "Finding",
    "InputError",
    "Kind",
    "Minor",
    "Objection",
    "Obligation",
    "Outcome",
    "Platform",
    "PlatformStatus",
    "Purpose",
    "Relationship",
    "Rule",
    "RuleSet",
    "Section73",
    "SendingAccount",
    "Thresholds",
    "Training",
    "Urgency",
    "decide",
    "decide_document",
    "decision_to_dict",
    "effective_purpose",
    "facts_to_inputs",
    "parse_inputs",
    "rests_on_consent",
    "rule_set_with",
]
