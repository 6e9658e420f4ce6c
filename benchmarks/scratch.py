"""A scratch database with a company and many customers, dropped afterwards."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from benchmarks import population

#: What customers are not in: tables with as many rows as customers or more.
LARGE = ("customers_customer", "customers_contactpoint", "consent_consent", "consent_consentevent")


@contextmanager
def database() -> Iterator[None]:
    """Create and migrate `test_...` beside the configured database, as the test runner does."""
    settings.LENIENT = False  # what is measured is the house of production
    settings.ALLOWED_HOSTS = ["testserver"]
    before = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        yield
    finally:
        connection.creation.destroy_test_db(before, verbosity=0)


def fill(customers: int) -> tuple[Any, Any]:
    """The named cast of the tests, company accounts, and `customers` as `population` draws them: the same in every run,
    but for the day on which they are drawn. Returns the cast and the accounts; progress goes to stderr."""
    from contacts.customers.suppression.standing import keep_keys
    from tests.cast import make_accounts, make_cast, make_customer

    now = timezone.now()
    cast = make_cast(now)
    accounts = make_accounts(cast, now)
    make_customer(now)
    keep_keys(at=now)
    values = _values(customers, cast, now)
    with connection.cursor() as cursor, _built_afterwards(cursor):
        cursor.execute(population.SEED)
        for name, statement in population.STATEMENTS:
            with told(name) as tell, transaction.atomic():
                cursor.execute(statement.replace("%(others)s", _others()), values)
                tell(cursor.rowcount)
    with connection.cursor() as cursor, told("statistics"):
        cursor.execute("VACUUM ANALYZE" if not connection.in_atomic_block else "ANALYZE")
    return cast, accounts


def ask_about(user: Any, numbers: list[str]) -> None:
    """A draft of this person about each customer, so that lists of requests and the trail have a page that is full."""
    from contacts.customers.models import Customer
    from contacts.requests.context import load
    from contacts.requests.services import asking

    now = timezone.now()
    with told("requests") as tell:
        for customer in Customer.objects.filter(number__in=numbers):
            context = load(customer, user, at=now)
            point = context.points[0]
            account = context.default_account(point)
            asking.ask(user, customer=customer, contact_point=point, account=account, purpose="service", at=now)
        tell(len(numbers))


def _values(customers: int, cast: Any, now: Any) -> dict[str, Any]:
    from contacts import policy
    from contacts.thresholds import consent_thresholds

    key = settings.SUPPRESSION_KEY.encode()
    if settings.SUPPRESSION_OLD_KEYS or len(key) > 64:
        raise RuntimeError("The scratch database is filled under one key of at most 64 bytes.")
    terms = consent_thresholds(policy.RULE_SET_1.thresholds)
    return {
        "customers": customers,
        "now": now,
        "today": now.date(),
        "user": cast.anna.pk,
        "inner": bytes(byte ^ 0x36 for byte in key.ljust(64, b"\0")),
        "outer": bytes(byte ^ 0x5C for byte in key.ljust(64, b"\0")),
        "stale": terms.stale_after_months_unused,
        "expired": terms.expired_after_months_unused,
    }


def _others() -> str:
    """The consents of each customer: number, by which remainder of the key, purpose, channel, wording."""
    from tests.cast import wording

    kinds = [
        (1, 0, "marketing", "email"),
        (2, 0, "service", "phone"),
        (2, 1, "satisfaction_survey", "letter"),
        (2, 2, "recruitment", "email"),
    ]
    return ", ".join(f"({n}, {other}, '{p}', '{c}', {wording(p, c).pk})" for n, other, p, c in kinds)


@contextmanager
def _built_afterwards(cursor: Any) -> Iterator[None]:
    """Indexes and foreign keys of the large tables are dropped, and built again when the rows are there, from the
    definitions that the database gives of them: it then looks at all rows at once, and refuses what it would have
    refused one by one. What is unique, the checks and the triggers stay in force all the time. Inside somebody's
    transaction (the tests) nothing is dropped."""
    if connection.in_atomic_block:
        yield
        return
    cursor.execute(DEFINITIONS, {"tables": list(LARGE)})
    found = cursor.fetchall()
    for _table, drop, _create in found:
        cursor.execute(drop)
    yield
    cursor.execute("SET maintenance_work_mem = '512MB'")
    for table in LARGE:
        with told(f"indexes and keys of {table}") as tell:
            mine = [create for one, _drop, create in found if one == table]
            for create in mine:
                cursor.execute(create)
            tell(len(mine))
    cursor.execute("RESET maintenance_work_mem")


# Indexes first: a foreign key is checked by them.
DEFINITIONS = """
SELECT * FROM (
  SELECT c.relname, 'DROP INDEX ' || i.indexrelid::regclass, pg_get_indexdef(i.indexrelid)
  FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid WHERE NOT i.indisunique AND c.relname = ANY(%(tables)s)
  ORDER BY i.indexrelid
) indexes
UNION ALL
SELECT c.relname, format('ALTER TABLE %%I DROP CONSTRAINT %%I', c.relname, f.conname),
  format('ALTER TABLE %%I ADD CONSTRAINT %%I %%s', c.relname, f.conname, pg_get_constraintdef(f.oid))
FROM pg_constraint f JOIN pg_class c ON c.oid = f.conrelid WHERE f.contype = 'f' AND c.relname = ANY(%(tables)s)
"""


@contextmanager
def told(name: str) -> Iterator[Any]:
    """Seconds, and how many of what, on stderr."""
    counted: list[int] = []
    started = time.perf_counter()
    yield counted.append
    number = f"{counted[0]:>11,} " if counted else " " * 12
    print(f"  {time.perf_counter() - started:7.1f} s {number}{name}", file=sys.stderr, flush=True)
