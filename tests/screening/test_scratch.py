"""What the benchmarks fill their database with is what the verbs would have written."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from benchmarks import scratch
from consent.models import Consent, ConsentEvent
from consent.selectors import threshold_book
from consent.services.ledger import resolved, resolved_columns
from contacts.customers.models import ContactPoint, Customer, SuppressionEntry
from contacts.customers.selectors import digest_of, normalise_address

pytestmark = pytest.mark.django_db


def test_the_population_of_the_benchmarks_is_as_the_verbs_would_have_left_it():
    scratch.fill(200)
    people = Customer.objects.filter(number__startswith="B")
    consents = Consent.objects.filter(customer__in=people).select_related("customer")
    points = ContactPoint.objects.filter(customer__in=people).select_related("customer")
    assert (people.count(), points.count(), consents.count()) == (200, 600, 400)
    assert (ConsentEvent.objects.count(), SuppressionEntry.objects.count()) == (600, 10)
    for point in points:
        assert point.normalised == normalise_address(point.channel, point.platform, point.value)
        assert point.digest == digest_of(point.customer, point.channel, point.platform, point.normalised)
    book, at = threshold_book(), timezone.now()
    for consent in consents:
        if consent.next_change_at is None or consent.next_change_at > at + timedelta(minutes=1):
            expected = resolved_columns(consent, resolved(consent), at, book)
            assert {name: getattr(consent, name) for name in expected} == expected
    assert set(consents.values_list("recorded_state", flat=True)) == {"active", "stale", "expired", "withdrawn"}
