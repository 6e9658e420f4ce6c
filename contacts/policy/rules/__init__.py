"""The rules of rule set 1, grouped; the order is that of the rule book."""

from contacts.policy.rule import Rule
from contacts.policy.rules import (
    account,
    consent,
    debt,
    existing_customer,
    identity,
    letter,
    minor,
    objection,
    purpose,
    recruitment,
    rest,
    service,
    source,
    special,
    telephone,
    training,
)

MODULES = (
    purpose,
    objection,
    consent,
    telephone,
    identity,
    existing_customer,
    letter,
    service,
    debt,
    source,
    account,
    training,
    minor,
    special,
    recruitment,
    rest,
)
ALL_RULES: tuple[Rule, ...] = tuple(rule for module in MODULES for rule in module.RULES)
