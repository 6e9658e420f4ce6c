"""Whether a version answers its golden cases as expected."""

from __future__ import annotations

import json

from contacts import policy
from contacts.policy.golden import Differing, GoldenCase, cases_from, cases_with, check_cases, replaced_cases
from contacts.rulebook.models import RuleSetVersion
from contacts.rulebook.selectors import rule_set_of_version

#: The ids of all rules; they are the same in every rule set.
RULES = frozenset(rule.id for rule in policy.RULE_SET_1.rules)


def cases_of(version: RuleSetVersion | None) -> tuple[GoldenCase, ...]:
    """The shipped cases with the company's own of a version; None = the shipped rule set, which has no others."""
    own = cases_from(json.dumps(version.cases)) if version is not None else ()
    return cases_with(own)


def differing(version: RuleSetVersion) -> list[Differing]:
    """The golden cases that a version answers another way than expected."""
    return check_cases(cases_of(version), rule_set_of_version(version))


def replaced(version: RuleSetVersion) -> list[Differing]:
    """The shipped cases that a version does not hold itself to any more, with its answers to them."""
    own = cases_from(json.dumps(version.cases))
    return replaced_cases(own, rule_set_of_version(version))


def milder(version: RuleSetVersion) -> list[str]:
    """What the releasing officer answers for with a reason: rules and thresholds that are milder than shipped, and
    replaced cases that are answered milder."""
    laxer = policy.settings_from_json(version.settings).laxer()
    return [*laxer, *(one.case.id for one in replaced(version) if one.milder)]
