"""Whoever was erased stays nobody: no verb and no statement fills the row again."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from contacts.customers import services
from contacts.customers.models import ContactPoint, Customer
from contacts.customers.suppression import rotation
from tests.cast import make_customer, point

pytestmark = pytest.mark.django_db


@pytest.fixture
def erased(cast, customer, now):
    return services.erase_customer(cast.dora, customer=customer, at=now)


@pytest.mark.parametrize("verb", ["update", "add", "inbound"])
def test_nothing_is_written_about_somebody_who_was_erased(cast, erased, now, verb):
    way = {"customer": erased, "channel": "email"}
    verbs = {
        "update": lambda: services.update_customer(cast.clara, customer=erased, at=now, last_name="Mustermann"),
        "add": lambda: services.add_contact_point(
            cast.anna, value="e@neu.example", source="data_subject", collected_on=now.date(), at=now, **way
        ),
        "inbound": lambda: services.record_inbound(cast.anna, platform="", at=now, note="Erika asked", now=now, **way),
    }
    with pytest.raises(ValidationError, match="has been erased"):
        verbs[verb]()


@pytest.mark.parametrize("replica", [False, True])
@pytest.mark.parametrize(
    "write",
    [
        lambda who, now: Customer.objects.filter(pk=who.pk).update(last_name="Mustermann"),
        lambda who, now: Customer.objects.filter(pk=who.pk).update(birth_date=now.date()),
        lambda who, now: Customer.objects.filter(pk=who.pk).update(anonymised_at=None, last_name="Mustermann"),
        lambda who, now: who.contact_points.filter(channel="email").update(value="e@neu.example"),
        lambda who, now: who.contact_points.filter(channel="email").update(label="Erika"),
        lambda who, now: who.contact_points.filter(channel="email").update(retired_at=None),
        lambda who, now: point(who, "email", "e@neu.example", now=now),
        lambda who, now: ContactPoint.objects.filter(customer__number="4712").update(customer=who),
    ],
)
def test_the_database_fills_no_erased_row(erased, now, write, replica):
    make_customer(now, "4712")
    with pytest.raises(IntegrityError), transaction.atomic():
        if replica:
            connection.cursor().execute("SET LOCAL session_replication_role = replica")
        write(erased, now)


def test_the_database_erases_nobody_by_halves(customer, now):
    nobody = {"salutation": "", "first_name": "", "last_name": "", "company": "", "anonymised_at": now}
    with pytest.raises(IntegrityError, match="before their addresses"), transaction.atomic():
        Customer.objects.filter(pk=customer.pk).update(**nobody)


def test_a_new_key_gives_an_erased_address_no_digest(settings, cast, erased, now):
    settings.SUPPRESSION_OLD_KEYS = (*settings.SUPPRESSION_OLD_KEYS, settings.SUPPRESSION_KEY)
    settings.SUPPRESSION_KEY = "another-key-another-key-another-key-0001"
    rotation.rotate(at=now + timedelta(days=1))
    assert set(erased.contact_points.values_list("digest", flat=True)) == {""}
    assert rotation.behind()["addresses"] == 0
