"""Pages and decisions over many customers against the same over few: what grows with the table shows here."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from functools import partial
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from benchmarks import decisions
from benchmarks.sizes import Sizes
from benchmarks.table import Row
from benchmarks.timing import milliseconds, percentile

#: A page as its address, and who reads it; `{number}` is a customer, another one each time.
PAGES = {
    "customers": ("anna", "/customers/"),
    "customers, found by number": ("anna", "/customers/?q={number}"),
    "customer page": ("anna", "/customers/{number}/"),
    "check, found by number": ("anna", "/check/?q={number}"),
    "check, the question": ("anna", "/check/customers/{number}/"),
    "requests": ("anna", "/requests/"),
    "permits": ("anna", "/permits/"),
    "inbox": ("mona", "/inbox/"),
    "sign-ups": ("clara", "/consents/sign-ups/"),
    "audit trail": ("rita", "/audit/"),
    "incidents": ("dora", "/incidents/"),
    "accounts": ("anna", "/accounts/"),
    "people": ("adam", "/people/"),
}
#: Counts every consent, so it grows with them; no bar, but it shall be seen.
REPORT = ("clara", "/consents/forecast/")
TURNS = 5
MOST_PAGE, MOST_DECISION = 1.3, 1.3


def rows(sizes: Sizes, *, rounds: int) -> list[Row]:
    """Each page's 95th percentile over many customers against few, and whether it takes as many queries."""
    found = []
    for name, (reader, path) in PAGES.items():
        times, queries = _over(sizes, _reading(reader, path), rounds)
        small, large = percentile(times[sizes.small], 95), percentile(times[sizes.large], 95)
        found.append(Row(f"page: {name}, p95", large, "ms", floor=small, most=MOST_PAGE))
        if queries[sizes.small] != queries[sizes.large]:
            found.append(Row(f"page: {name}, queries", queries[sizes.large], "", floor=queries[sizes.small], most=1))
    times, _queries = _over(sizes, _reading(*REPORT), rounds)
    few, many = percentile(times[sizes.small], 95), percentile(times[sizes.large], 95)
    return [*found, Row("report: consents that will end, p95", many, "ms", floor=few)]


def decision_rows(sizes: Sizes, *, rounds: int) -> list[Row]:
    """One decision in this process, over each number of customers against the fewest."""
    times, _queries = _over(sizes, _deciding, rounds)
    small = statistics.median(times[sizes.small])
    return [
        Row(
            f"one decision, {size:,} customers, p50",
            statistics.median(times[size]),
            "ms",
            floor=small,
            most=MOST_DECISION,
        )
        for size in sorted(times)[1:]
    ]


Act = Callable[[str], None]


def _over(sizes: Sizes, make: Callable[[Any], Act], rounds: int) -> tuple[dict[int, list[float]], dict[int, int]]:
    """Times and numbers of queries; the sizes take turns, so that a slow moment of the machine meets all."""
    times: dict[int, list[float]] = {size: [] for size in sizes.casts}
    queries = {}
    for _turn in range(TURNS):
        for size in sizes.casts:
            act = make(sizes.use(size))
            numbers = sizes.numbers(rounds // TURNS, size)
            for number in numbers[:3]:
                act(number)  # connection, caches and plans
            with CaptureQueriesContext(connection) as captured:
                act(numbers[0])
            queries[size] = len(captured)
            times[size] += [milliseconds(partial(act, number)) for number in numbers]
    return times, queries


def _reading(reader: str, path: str) -> Callable[[Any], Act]:
    def made(cast: Any) -> Act:
        client = Client()
        client.force_login(getattr(cast, reader))
        return lambda number: _read(client, path.format(number=number))

    return made


def _read(client: Client, address: str) -> None:
    status = client.get(address).status_code
    if status != 200:
        raise RuntimeError(f"{address} answered {status}")


def _deciding(cast: Any) -> Act:
    client, key = Client(), decisions.key_of(cast)
    return lambda number: decisions.post(client, key, number)
