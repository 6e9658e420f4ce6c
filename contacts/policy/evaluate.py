"""Asking every rule. Pure: the same facts under the same rule set give the same decision for ever."""

from contacts.policy.decision import Decision, Finding
from contacts.policy.derived import derive
from contacts.policy.facts import Facts
from contacts.policy.rule import Kind, Outcome, Rule
from contacts.policy.rule_set import RuleSet


def decide(facts: Facts, rule_set: RuleSet) -> Decision:
    """All rules are asked, in no order that matters; the strictest finding wins.

    Without a ground and without a prohibition the default rule hands the case to the DPO (deny by default).
    """
    derived = derive(facts)
    thresholds, seen = rule_set.thresholds, rule_set.seen(facts)
    fired = [rule for rule in rule_set.asked if rule.condition(seen, derived, thresholds)]
    outcome = strictest(fired)
    if outcome is not Outcome.FORBIDDEN and not any(rule.kind is Kind.GROUND for rule in fired):
        fired.append(rule_set.default)
        outcome = strictest(fired)
    obligations = (
        ()
        if outcome is Outcome.FORBIDDEN
        else tuple(duty for duty in rule_set.obligations if duty.condition(facts, derived, outcome))
    )
    return Decision(outcome, tuple([Finding(rule) for rule in fired]), facts, rule_set, obligations)


def strictest(rules: list[Rule]) -> Outcome:
    """The highest severity among the rules; allowed where none has an outcome."""
    worst = Outcome.ALLOWED
    for rule in rules:
        if rule.outcome is not None and rule.outcome.severity > worst.severity:
            worst = rule.outcome
    return worst
