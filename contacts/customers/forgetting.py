"""Customers whom nothing needs any more are forgotten: the clock's way to what an erasure does on their word."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from contacts.customers.models import Customer
from contacts.customers.services import empty_customer, tick_all
from contacts.customers.suppression.entries import carry_over
from portal.audit.erasing import forget_customer
from portal.audit.services import Job, record

JOB = Job("retention.run")


@transaction.atomic
def forget_customers(ids: list[Any], at: datetime) -> None:
    """Called by the job of retention, in the transaction of its batch and under the customers' locks.

    What they refused stays refused (Art. 21(3) GDPR). Nobody asked for an erasure, so no address is suppressed because
    of it: whoever comes back is welcome. What the trail says of them in words goes too, with the key to its seals.
    """
    for customer in Customer.objects.filter(pk__in=ids, anonymised_at__isnull=True).order_by("pk"):
        points = list(customer.contact_points.select_related("customer").order_by("pk"))
        carry_over(customer, points, at=at)
        empty_customer(customer, points, at)
        after = {"anonymised_at": at}
        record(JOB, "customer.erased", "customer", customer.number, at=at, customer_id=customer.pk, after=after)
        forget_customer(customer.pk)
    tick_all(ids, at)
