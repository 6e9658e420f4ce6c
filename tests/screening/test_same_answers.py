"""The list path against the single path: random customers, every question, 0 differences.

SCREENING_CUSTOMERS says how many customers are drawn; each is asked about over every way and for every purpose below.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from dataclasses import replace

import pytest

from contacts import policy
from contacts.requests.context import Context, Question, load
from contacts.requests.deciding import answer_question
from contacts.screening.asking import Asked, Kind, Reference, Refused
from contacts.screening.gathering import Found, Gathered, gather
from portal.desk.screening import sender_for
from tests.screening.crowd import PURPOSES, WAYS, Crowd

CUSTOMERS = int(os.environ.get("SCREENING_CUSTOMERS", "60"))
PAIRS = [(purpose, way) for purpose in (*PURPOSES, "legal_obligation") for way in WAYS]
QUESTIONS = [
    Asked(
        purpose=purpose,
        channel=channel,
        platform=platform,
        contains_promotion=number % 5 == 0,
        own_similar_products=number % 2 == 0,
        opt_out_included=number % 3 != 0,
        caller_id_shown=number % 7 != 0,
        special_category=number % 11 == 0,
        automated_call=number % 6 == 0,
        presumed_consent=number % 4 == 0,
        urgency="imminent_danger" if number % 9 == 0 else "normal",
    )
    for number, (purpose, (channel, platform)) in enumerate(
        (p, w) for p in (*PURPOSES, "legal_obligation") for w in WAYS
    )
]


@pytest.fixture
def two_keys(settings):
    settings.SUPPRESSION_OLD_KEYS = ["an earlier key of this house, long"]


@pytest.mark.parametrize("seed", [1, 2])
def test_a_list_is_answered_as_each_of_its_rows_alone(seed, cast, accounts, now, two_keys):
    chance = random.Random(seed)
    people = Crowd(chance, cast, now).people(CUSTOMERS)
    contexts = {line: load(person, cast.anna, at=now) for line, person in enumerate(people, 2)}
    compared, states = 0, Counter()
    for asked in QUESTIONS:
        asked = replace(asked, department=str(cast.anna.department))
        named = [_reference(line, context, asked, chance) for line, context in contexts.items()]
        gathered = gather(
            named,
            asked=asked,
            sender_on=sender_for(cast.anna, asked=asked),
            at=now,
            rule_set=policy.RULE_SET_1,
        )
        for row, reference in zip(gathered.rows, named, strict=True):
            context = contexts[reference.line]
            assert _is_answered(row, context, asked, reference, gathered), (seed, asked, row, context.customer.pk)
            compared += 1
            states[row.case.split("|")[2] if row.case else row.refused] += 1
    assert compared == CUSTOMERS * len(QUESTIONS)
    assert set(states) >= {*policy.ConsentState, Refused.NO_ADDRESS, Refused.SEVERAL_ADDRESSES}


def _reference(line: int, context: Context, asked: Asked, chance: random.Random) -> Reference:
    """The customer in one of the ways in which lists name people."""
    kinds = {Kind.ID: str(context.customer.pk), Kind.NUMBER: context.customer.number.lower()}
    for point in context.points:
        if point.channel in ("email", "phone"):
            kinds[Kind(point.channel)] = point.value
    kind = chance.choice(list(kinds))
    return Reference(line, kind, kinds[kind])


def _is_answered(row: Found, context: Context, asked: Asked, reference: Reference, gathered: Gathered) -> bool:
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
    alone = replace(given.facts, months_since_last_transaction=None)
    together = replace(gathered.decider.facts(row.case), months_since_last_transaction=None)
    assert together == alone, _differences(together, alone)
    return (verdict.outcome, verdict.rules) == (
        given.decision.outcome.value,
        tuple(finding.rule for finding in given.decision.deciding),
    )


def _differences(one: policy.Facts, other: policy.Facts) -> dict[str, tuple[object, object]]:
    names = one.__slots__
    return {n: (getattr(one, n), getattr(other, n)) for n in names if getattr(one, n) != getattr(other, n)}
