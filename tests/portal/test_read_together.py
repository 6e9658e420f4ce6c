"""Several querysets read by one statement give what each alone would give."""

from datetime import timedelta

import pytest
from django.db.models import Max

from consent.models import OptIn
from consent.services import request_opt_in
from contacts.customers.models import ContactPoint, Customer, InboundContact
from contacts.requests.models import CompanyAccount, GivenDecision
from portal.audit.services import Job
from portal.database import read_together
from portal.machines.models import ApiToken
from portal.people.models import User
from tests.cast import wording

pytestmark = pytest.mark.django_db


def asked(customer, cast):
    """Rows, related rows, single values, sums, unions; text, days, instants, bytes, arrays, nothing."""
    points = ContactPoint.objects.filter(customer=customer)
    return {
        "customers": Customer.objects.filter(pk=customer.pk),
        "points": points,
        "people": User.objects.filter(pk=cast.anna.pk).select_related("department"),
        "values": points.values_list("channel", "customer__birth_date", "customer__ticked_at"),
        "sums": InboundContact.objects.order_by().values_list("channel").annotate(last=Max("at")),
        "both": points.values_list("value").union(points.values_list("channel"), all=True),
        "accounts": CompanyAccount.objects.all(),
        "sign_ups": OptIn.objects.all(),
        "tokens": ApiToken.objects.all(),
        "decisions": GivenDecision.objects.all(),
        "nobody": User.objects.none(),
    }


@pytest.fixture
def _more(cast, customer, accounts, now):
    text = wording("marketing", "email")
    request_opt_in(Job("api:x"), address="neu@post.example", text=text, via="api", origin="x:1", at=now)
    for days in (1, 2):
        InboundContact.objects.create(
            customer=customer, channel="email", at=now - timedelta(days=days), recorded_by=cast.anna
        )


def plain(row):
    if isinstance(row, tuple):
        return row
    kept = {name: value for name, value in vars(row).items() if name != "_state"}
    return {name: bytes(value) if isinstance(value, memoryview) else value for name, value in kept.items()}


@pytest.mark.usefixtures("_more")
def test_each_gets_the_rows_it_would_get_alone(cast, customer, django_assert_num_queries):
    alone = {name: list(rows) for name, rows in asked(customer, cast).items()}
    with django_assert_num_queries(1):
        together = read_together(**asked(customer, cast))
    assert alone["sign_ups"] and alone["sums"] and alone["accounts"]
    assert together["people"][0].department.name == "Buchhaltung"
    for name, rows in alone.items():
        assert [plain(row) for row in together[name]] == [plain(row) for row in rows], name


def test_nothing_asked_asks_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert read_together(nobody=User.objects.none()) == {"nobody": []}


def test_a_kind_of_column_that_json_would_change_is_refused():
    from django.db.models import DecimalField, Value

    rows = User.objects.annotate(share=Value("1.10", output_field=DecimalField())).values_list("share")
    User.objects.create(email="x@firma.example", first_name="X", last_name="Y", person_number="N-x")
    with pytest.raises(TypeError, match="DecimalField"):
        read_together(shares=rows)
