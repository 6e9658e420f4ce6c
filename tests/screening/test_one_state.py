"""A list is answered by one state of the database, whatever is written meanwhile."""

from __future__ import annotations

import pytest
from django.db import connection
from django.utils import timezone

from contacts.customers.models import Customer
from contacts.screening.asking import Asked
from contacts.screening.running import screen
from portal.desk.screening import sender_for
from tests.cast import make_accounts, make_cast, make_customer


@pytest.mark.django_db(transaction=True)
def test_what_is_written_while_a_list_is_answered_does_not_count_for_half_of_it(tmp_path):
    now = timezone.now()
    cast = make_cast(now)
    make_accounts(cast, now)
    customer = make_customer(now, "4711")
    asked, seen = Asked(purpose="service", channel="email"), []
    sender_on = sender_for(cast.anna, asked=asked)

    def beside(day):
        """Between two statements of the list somebody else changes the customer."""
        other = connection.copy()
        with other.cursor() as cursor:
            cursor.execute("UPDATE customers_customer SET robinson_listed = true WHERE id = %s", [customer.pk])
        other.close()
        seen.append(Customer.objects.get(pk=customer.pk).robinson_listed)
        return sender_on(day)

    source = tmp_path / "list.csv"
    source.write_text("Kundennummer\n4711\n")
    screen(source, tmp_path / "out.csv", asked=asked, sender_on=beside, at=now)
    assert seen and set(seen) == {False}
    assert Customer.objects.get(pk=customer.pk).robinson_listed
