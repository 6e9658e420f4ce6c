"""Who counts as a child is said by the rule set."""

from dataclasses import replace
from datetime import date

import pytest

from contacts import policy
from contacts.customers.rules import minor_on
from contacts.requests.context import Question, load

pytestmark = pytest.mark.django_db


def minor_of(customer, cast, now) -> str:
    context = load(customer, cast.anna, at=now)
    return context.facts(Question(point=context.points[0], account=None, purpose="service")).minor.value


@pytest.mark.parametrize(("child_age", "fact"), [(16, "under_16"), (15, "age_16_17"), (13, "age_16_17")])
def test_the_threshold_of_the_rule_set_counts(cast, customer, now, monkeypatch, child_age, fact):
    customer.birth_date = date(2011, 11, 24)  # fifteen today
    thresholds = replace(policy.RULE_SET_1.thresholds, child_age=child_age)
    monkeypatch.setattr(policy, "RULE_SET_1", replace(policy.RULE_SET_1, thresholds=thresholds))
    assert minor_of(customer, cast, now) == fact


def test_without_a_birth_date_nobody_is_taken_for_a_child(cast, customer, now):
    assert minor_of(customer, cast, now) == "no"
    assert minor_on(None, now.date(), 16) == "no"
