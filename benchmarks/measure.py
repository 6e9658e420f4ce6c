"""The figures: decide alone, a decision with its facts against bare SQL, search."""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from benchmarks import scratch
from benchmarks.timing import milliseconds, percentile
from contacts import policy
from contacts.customers.models import Customer
from contacts.customers.selectors import search
from contacts.requests.context import Question, load
from contacts.requests.deciding import answer_question
from portal.people.models import User

# Bare SQL for what one decision must know: the floor that the facts from the database are measured against.
FLOOR = """
SELECT c.kind, c.relationship, c.birth_date, c.parental_consent, c.last_transaction_on, c.robinson_listed,
       p.channel, p.platform, p.source, p.verified_at, p.address_from_sale, p.notice_at_collection,
       (SELECT array_agg(o.scope || ':' || o.channel) FROM customers_objection o WHERE o.customer_id = c.id),
       (SELECT array_agg(s.scope) FROM customers_suppressionentry s WHERE s.digest = p.digest),
       k.given_at, k.last_used_at, k.ends_on, k.withdrawn_at, k.proof,
       EXISTS (SELECT 1 FROM customers_inboundcontact i WHERE i.customer_id = c.id AND i.channel = p.channel
               AND i.platform = p.platform AND i.at > now() - interval '14 days'),
       EXISTS (SELECT 1 FROM customers_contactpoint a WHERE a.customer_id = c.id AND a.id <> p.id
               AND a.retired_at IS NULL AND a.channel IN ('letter', 'phone', 'email')
               AND a.source IN ('data_subject', 'contract_record')),
       (SELECT max(t.valid_until) FROM training_certificate t WHERE t.person_id = %s)
FROM customers_customer c
JOIN customers_contactpoint p ON p.customer_id = c.id AND p.channel = 'email'
LEFT JOIN consent_consent k ON k.customer_id = c.id AND k.purpose = 'marketing' AND k.channel = p.channel
WHERE c.id = %s
"""


def all_figures(*, quick: bool) -> dict[str, dict[str, Any]]:
    """Every figure of this run; durations in milliseconds, ratios without unit."""
    customers, rounds = (5_000, 200) if quick else (200_000, 2_000)
    cast, _accounts = scratch.fill(customers)
    user = cast.anna  # type: ignore[attr-defined]
    return {
        f"decide() in one process, no I/O ({rounds * 50:,} decisions)": decide_alone(rounds * 50),
        f"one decision with its facts, {customers:,} customers": facts_against_sql(user, rounds),
        f"search, {customers:,} customers": searches(user, max(30, rounds // 20)),
    }


def decide_alone(count: int) -> dict[str, Any]:
    """Random facts over the whole input space; the sample is made before the clock starts."""
    sample = [_random_facts(random.Random(seed)) for seed in range(500)]
    started = time.perf_counter()
    for number in range(count):
        policy.decide(sample[number % 500], policy.RULE_SET_1)
    elapsed = time.perf_counter() - started
    started = time.perf_counter()
    for facts in sample:
        _ = policy.decide(facts, policy.RULE_SET_1).alternatives
    with_alternatives = time.perf_counter() - started
    return {"decisions per second": count / elapsed, "with alternatives per second": len(sample) / with_alternatives}


def _random_facts(chance: random.Random) -> policy.Facts:
    from tests.policy.draw import random_facts

    return random_facts(chance)


def facts_against_sql(user: User, rounds: int) -> dict[str, Any]:
    """A decision from the database, interleaved with the bare query for the same customer."""
    chosen = list(Customer.objects.order_by("?").values_list("pk", flat=True)[:rounds])
    bare, whole = [], []
    for pk in chosen:
        bare.append(milliseconds(lambda pk=pk: _bare(user.pk, pk)))
        whole.append(milliseconds(lambda pk=pk: _decide(user, pk)))
    with CaptureQueriesContext(
        connection,
    ) as captured:
        _decide(user, chosen[0])
    return {
        "bare SQL p50 ms": statistics.median(bare),
        "decision with facts p50 ms": statistics.median(whole),
        "ratio to bare SQL": statistics.median(whole) / statistics.median(bare),
        "queries": len(captured),
    }


def _bare(user_id: int, customer_id: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(FLOOR, [user_id, customer_id])
        cursor.fetchone()


def _decide(user: User, customer_id: int) -> None:
    customer = Customer.objects.get(pk=customer_id)
    context = load(customer, user, at=timezone.now())
    point = next(point for point in context.points if point.channel == "email")
    account = context.default_account(point)
    answer_question(context, Question(point=point, account=account, purpose="marketing", opt_out_included=True))


def searches(user: User, rounds: int) -> dict[str, Any]:
    """Finding a customer by each thing that somebody may have at hand, a different customer each time."""
    people = list(Customer.objects.exclude(company="").order_by("?")[:rounds])
    kinds: dict[str, Callable[[Customer], str]] = {
        "number": lambda one: one.number,
        "number of nobody": lambda one: f"X{one.number}",
        "name": lambda one: f"{one.first_name} {one.last_name}",
        "beginning of a name": lambda one: one.last_name[:6],
        "company": lambda one: one.company,
        "e-mail address": lambda one: f"k{one.pk}@b.example",
        "part of one": lambda one: f"k{one.pk}@",
        "telephone number": lambda one: f"0221 {one.pk:07d}",
        "postal address": lambda one: f"Weg {one.pk}, 50667 Köln",
    }
    return {
        f"{kind} p95 ms": percentile(
            [milliseconds(lambda one=one, words=words: search(user, words(one))) for one in people], 95
        )
        for kind, words in kinds.items()
    }
