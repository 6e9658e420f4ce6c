"""One number is one customer, also when many enter it at once."""

import pytest
from django.core.exceptions import ValidationError

from contacts.customers.models import Customer
from contacts.customers.services import create_customer

pytestmark = pytest.mark.django_db(transaction=True)


def test_who_enters_a_number_that_is_just_being_entered_reads_so(cast, now, together):
    def enter(spelt):
        try:
            create_customer(cast.clara, number=spelt, last_name="Neumann", at=now)
        except ValidationError as refusal:
            return str(refusal.message_dict["number"])
        return "entered"

    said = together(*[lambda spelt=spelt: enter(spelt) for spelt in ("ab-1", "AB-1") * 4])
    assert sorted(set(said)) == ["['There is a customer with this number already. Search for it instead.']", "entered"]
    assert said.count("entered") == Customer.objects.filter(number__iexact="ab-1").count() == 1
