"""A time zone or language that nobody knows never gets in: it would stop every answer about its customer."""

from importlib import import_module

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError

from contacts.customers.models import Customer
from contacts.customers.services import create_customer, update_customer
from tests.cast import make_customer

pytestmark = pytest.mark.django_db
BAD = [("timezone", "Berlin"), ("timezone", "europe/berlin"), ("timezone", "../etc/passwd"), ("language", "xx")]


@pytest.mark.parametrize(("name", "value"), BAD)
def test_no_customer_is_made_with_it(cast, now, name, value):
    with pytest.raises(ValidationError) as refusal:
        create_customer(cast.clara, number="Z-1", last_name="Zeit", at=now, **{name: value})
    assert set(refusal.value.message_dict) == {name}


@pytest.mark.parametrize(("name", "value"), BAD)
def test_no_customer_is_changed_to_it(cast, customer, now, name, value):
    with pytest.raises(ValidationError):
        update_customer(cast.clara, customer=customer, at=now, **{name: value})
    customer.refresh_from_db()
    assert (customer.timezone, customer.language) == ("Europe/Berlin", "de")


@pytest.mark.parametrize(("name", "value"), BAD)
def test_the_form_says_so_at_the_field(client, cast, customer, name, value):
    client.force_login(cast.clara)
    page = client.get("/customers/4711/edit/")
    fields = {field.name: field.value() or "" for field in page.context["form"]}
    fields = {field: entered for field, entered in fields.items() if entered is not False}
    response = client.post("/customers/4711/edit/", fields | {name: value})
    assert response.status_code == 200
    assert set(response.context["form"].errors) == {name}


def test_what_got_in_before_takes_the_default_and_its_page_opens(client, cast, now):
    odd = make_customer(now, "ODD", timezone="Berlin", language="xx")
    fine = make_customer(now, "FINE", timezone="Asia/Tokyo", language="en")
    import_module("contacts.customers.migrations.0003_ticked_at").mend(apps, None)
    odd, fine = Customer.objects.get(pk=odd.pk), Customer.objects.get(pk=fine.pk)
    assert (odd.timezone, odd.language) == ("Europe/Berlin", "de")
    assert (fine.timezone, fine.language) == ("Asia/Tokyo", "en")
    client.force_login(cast.anna)
    assert client.get("/customers/ODD/").status_code == 200
