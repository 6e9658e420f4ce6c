"""The consents of several customers, read in three queries however many they are."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db.models import F, Max, Q, Value
from django.db.models.functions import Greatest

from consent.models import Consent, OptIn, ThresholdSetting
from consent.rules import EventKind

#: What `consent.selectors.consents_from` reads of one customer.
Read = dict[str, list[Any]]


def rows_of(customers: Collection[int], *, at: datetime) -> dict[int, Read]:
    """For each of these customers what `rows_to_read` would give, by keys. As for one, what had happened to a customer
    after `at` has happened (`contacts.customers.selectors.moment`)."""
    settings = list(ThresholdSetting.objects.all())
    found: dict[int, Read] = {
        key: {"consent_settings": settings, "consent_sign_ups": [], "consents": []} for key in customers
    }
    for asked in OptIn.objects.waiting().filter(customer__in=customers):
        if asked.customer_id is not None:
            found[asked.customer_id]["consent_sign_ups"].append(asked)
    taken_back = Q(events__kind=EventKind.WITHDRAWN, events__at__lte=Greatest(Value(at), F("customer__ticked_at")))
    rows = Consent.objects.filter(customer__in=customers).annotate(taken_back_at=Max("events__at", filter=taken_back))
    for row in rows:
        found[row.customer_id]["consents"].append(row)
    return found
