"""The list path against the single path: random customers, every question, 0 differences.

Each customer is loaded once, as for a request, and asked about over every way and for every purpose, plainly and with
what a requester may add; the list path gets each of these questions as a list of all customers. SCREENING_CUSTOMERS
says how many customers are drawn; by default as many as make 100,000 rows.
"""

from __future__ import annotations

import json
import os
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import NamedTuple

import pytest
from django.db import transaction

from contacts import policy
from contacts.customers.selectors import usable_points
from contacts.requests.context import Context, Question, load
from contacts.requests.deciding import answer_question
from contacts.screening.asking import Asked, Kind, Reference, Refused
from contacts.screening.gathering import Gathered, gather
from portal.desk.screening import sender_for
from portal.vocabulary import Purpose
from tests.screening.crowd import WAYS, Crowd

CUSTOMERS = int(os.environ.get("SCREENING_CUSTOMERS", "477"))
PLAIN = [Asked(purpose=p, channel=channel, platform=platform) for p in Purpose.values for channel, platform in WAYS]
ADORNED = [
    replace(
        asked,
        contains_promotion=number % 3 == 0,
        own_similar_products=number % 2 == 0,
        opt_out_included=number % 5 != 0,
        caller_id_shown=number % 7 != 0,
        sender_clear=number % 17 != 0,
        special_category=number % 11 == 0,
        automated_call=number % 6 == 0,
        presumed_consent=number % 4 == 0,
        urgency="imminent_danger" if number % 9 == 0 else "normal",
    )
    for number, asked in enumerate(PLAIN)
]
QUESTIONS = PLAIN + ADORNED


@pytest.fixture
def two_keys(settings):
    settings.SUPPRESSION_OLD_KEYS = ["an earlier key of this house, long"]


def test_a_list_is_answered_as_each_of_its_rows_alone(cast, accounts, now, two_keys):
    chance = random.Random(1)
    people = Crowd(chance, cast, now).people(CUSTOMERS)
    contexts = {line: load(person, cast.anna, at=now) for line, person in enumerate(people, 2)}
    states = _compare(contexts, QUESTIONS, cast, now, chance)
    print(f"{sum(states.values()):,} rows compared, 0 differences: {dict(states)}")
    assert sum(states.values()) == CUSTOMERS * len(QUESTIONS)
    assert set(states) >= {*policy.ConsentState, Refused.NO_ADDRESS, Refused.SEVERAL_ADDRESSES}


#: What a company may set, each of it another than shipped, so that a path that knows only the shipped set is found out.
OF_COMPANY = {
    "thresholds": {
        "contact_hours": {"monday_to_friday": ["10:00", "15:00"], "saturday": ["10:00", "11:00"]},
        "existing_customer_window_months": 12,
        "inbound_window_days": 7,
        "child_age": 15,
        "stale_after_months_unused": 12,
        "expired_after_months_unused": 24,
    },
    "outcomes": {"SRV-03": "forbidden"},
    "platforms": {"whatsapp": "not_approved"},
}


def test_a_list_under_a_companys_rule_set_is_answered_as_each_of_its_rows_alone(cast, accounts, now, two_keys):
    rules = policy.rule_set_from_words(2, json.dumps(OF_COMPANY))
    chance = random.Random(3)
    people = Crowd(chance, cast, now).people(40)
    for at in (now, now + timedelta(hours=7)):
        starts = {line: (tuple(usable_points(person)), rules) for line, person in enumerate(people, 2)}
        contexts = {line: load(person, cast.anna, at=at, start=starts[line]) for line, person in enumerate(people, 2)}
        _compare(contexts, chance.sample(QUESTIONS, 60), cast, at, chance, rules)


def test_a_list_asked_about_another_day_is_answered_as_of_that_day(cast, accounts, now, two_keys):
    """What had happened by then, and whether it is night there."""
    chance = random.Random(2)
    people = Crowd(chance, cast, now).people(20)
    for at in (now - timedelta(days=3, hours=9), now + timedelta(days=40, hours=9)):
        contexts = {line: load(person, cast.anna, at=at) for line, person in enumerate(people, 2)}
        _compare(contexts, chance.sample(PLAIN, 25), cast, at, chance)


def _compare(contexts, questions, cast, at, chance, rules=policy.RULE_SET_1) -> Counter[str]:
    """Assert that both paths agree on every row; how many rows had which state of consent or no answer."""
    states: Counter[str] = Counter()
    for asked in questions:
        with transaction.atomic():
            asked = replace(asked, department=str(cast.anna.department))
            states += _compare_one(contexts, asked, cast, at, chance, rules)
            transaction.set_rollback(True)  # the locks on its temporary tables go, before hundreds of lists add up
    return states


class Found(NamedTuple):
    """One row of the list: either why it has no answer (`refused`), or the case it is."""

    refused: str
    case: str


def rows_of(gathered: Gathered) -> Iterator[Found]:
    """What is known of each, one by one."""
    for known in (known for block in gathered.blocks for known in block.known):
        yield Found("", known) if known.isdecimal() else Found(known, "")


def _compare_one(contexts, asked, cast, at, chance, rules) -> Counter[str]:
    named = [_reference(line, context, asked, chance) for line, context in contexts.items()]
    sender_on = sender_for(cast.anna, asked=asked)
    gathered = gather(named, asked=asked, sender_on=sender_on, at=at, rule_set=rules)
    facts: dict[str, policy.Facts] = {}
    states: Counter[str] = Counter()
    for row, reference in zip(rows_of(gathered), named, strict=True):
        context = contexts[reference.line]
        if row.case and row.case not in facts:
            facts[row.case] = gathered.decider.facts(row.case)
        assert _is_answered(row, context, asked, reference, gathered, facts), (asked, row, context.customer.pk)
        states[facts[row.case].consent_state if row.case else row.refused] += 1
    return states


def _reference(line: int, context: Context, asked: Asked, chance: random.Random) -> Reference:
    """The customer in one of the ways in which lists name people."""
    kinds = {Kind.ID: str(context.customer.pk), Kind.NUMBER: context.customer.number.lower()}
    for point in context.points:
        if point.channel in ("email", "phone"):
            kinds[Kind(point.channel)] = point.value
    kind = chance.choice(list(kinds))
    return Reference(line, kind, kinds[kind])


def _is_answered(
    row: Found,
    context: Context,
    asked: Asked,
    reference: Reference,
    gathered: Gathered,
    facts: dict[str, policy.Facts],
) -> bool:
    fitting = [p for p in context.points if (p.channel, p.platform) == (asked.channel, asked.platform)]
    meant = [p for p in fitting if reference.kind in ("email", "phone") and p.value == reference.value] or fitting
    if len(meant) != 1:
        return row.refused == (Refused.SEVERAL_ADDRESSES if meant else Refused.NO_ADDRESS)
    question = Question(
        point=meant[0],
        account=context.default_account(meant[0]),
        purpose=asked.purpose,
        contains_promotion=asked.contains_promotion,
        special_category=asked.special_category,
        automated_call=asked.automated_call,
        sender_clear=asked.sender_clear,
        caller_id_shown=asked.caller_id_shown,
        opt_out_included=asked.opt_out_included,
        own_similar_products=asked.own_similar_products,
        presumed_consent="yes" if asked.presumed_consent else "",
        urgency=asked.urgency,
    )
    given, verdict = answer_question(context, question), gathered.decider.verdict(row.case)
    alone, together = given.facts, facts[row.case]
    differences = _differences(together, alone)
    # Of the last purchase a case says only on which side of the window it lies.
    assert set(differences) <= {"months_since_last_transaction"}, differences
    return (verdict.outcome, verdict.rules) == (
        given.decision.outcome.value,
        tuple(finding.rule for finding in given.decision.deciding),
    )


def _differences(one: policy.Facts, other: policy.Facts) -> dict[str, tuple[object, object]]:
    return {
        name: (getattr(one, name), getattr(other, name))
        for name in one.__slots__
        if getattr(one, name) != getattr(other, name)
    }
