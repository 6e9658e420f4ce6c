"""A scratch database with a company and many customers, dropped afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.conf import settings
from django.db import connection
from django.utils import timezone


@contextmanager
def database() -> Iterator[None]:
    """Create and migrate `test_...` beside the configured database, as the test runner does."""
    settings.DEBUG = False  # a debug connection keeps every query and would be measured
    settings.ALLOWED_HOSTS = ["testserver"]
    before = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        yield
    finally:
        connection.creation.destroy_test_db(before, verbosity=0)


def fill(customers: int) -> tuple[object, object]:
    """The named cast of the tests, company accounts, and `customers` with three addresses and a consent each."""
    from consent.models import Consent
    from contacts.customers.models import ContactPoint, Customer
    from contacts.customers.selectors import digest_of
    from tests.cast import make_accounts, make_cast, make_customer, wording

    now = timezone.now()
    cast = make_cast(now)
    accounts = make_accounts(cast, now)
    make_customer(now)
    rows = Customer.objects.bulk_create(
        [
            Customer(
                number=f"B{n:07d}",
                first_name=f"Vor{n % 977}",
                last_name=f"Nach{n % 4999:04d}",
                company=f"Werk {n % 9973} GmbH" if n % 5 == 0 else "",
                relationship="active_customer",
                last_transaction_on=now.date() - timedelta(days=n % 900),
            )
            for n in range(customers)
        ],
        batch_size=5000,
    )
    points = []
    for customer in rows:
        for channel, value in (
            ("letter", f"Weg {customer.pk}, 50667 Köln"),
            ("email", f"k{customer.pk}@b.example"),
            ("phone", f"+49221{customer.pk:07d}"),
        ):
            points.append(
                ContactPoint(
                    customer=customer,
                    channel=channel,
                    value=value,
                    normalised=value.lower(),
                    digest=digest_of(customer, channel, "", value.lower()),
                    source="contract_record",
                    collected_on=now.date(),
                    verified_at=now,
                )
            )
    ContactPoint.objects.bulk_create(points, batch_size=5000)
    text = wording("marketing", "email")
    Consent.objects.bulk_create(
        [
            Consent(
                customer=customer,
                purpose="marketing",
                channel="email",
                text=text,
                given_how="paper",
                given_at=now - timedelta(days=100),
                last_used_at=now - timedelta(days=50),
                proof=True,
                recorded_state="active",
            )
            for customer in rows
        ],
        batch_size=5000,
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return cast, accounts
