"""When a contact is planned: days that no calendar reaches get a sentence, not a fault."""

import pytest
import time_machine

from contacts.requests.models import ContactRequest

pytestmark = pytest.mark.django_db


def plan(client, customer, planned_at: str):
    point = customer.contact_points.get(channel="email")
    asked = {"purpose": "service", "contact_point": point.pk, "account_choice": "company", "urgency": "normal"}
    return client.post("/check/customers/4711/", asked | {"planned_at": planned_at})


@pytest.fixture
def anna(client, cast, accounts, now):
    client.force_login(cast.anna)
    with time_machine.travel(now, tick=False):
        yield client


@pytest.mark.parametrize("day", ["9999-12-31T23:59", "9999-12-31T00:00", "2027-12-01T10:00"])
def test_more_than_a_year_ahead_is_refused(anna, customer, day):
    errors = plan(anna, customer, day).context["form"].errors
    assert errors["planned_at"] == ["This is more than a year ahead. Ask when the time has come closer."]


@pytest.mark.parametrize("day", ["0001-01-01T00:00", "1900-01-01T00:00", "2026-11-24T10:00"])
def test_what_has_passed_is_refused(anna, customer, day):
    assert "planned_at" in plan(anna, customer, day).context["form"].errors
    assert not ContactRequest.objects.exists()


def test_a_day_within_the_year_is_taken(anna, customer):
    assert plan(anna, customer, "2027-11-24T10:00").status_code == 302
