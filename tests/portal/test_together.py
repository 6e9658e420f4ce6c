"""Several querysets read by one statement give what each alone would give."""

from datetime import timedelta

import pytest
from django.db.models import Max

from consent.models import OptIn
from consent.services import request_opt_in
from contacts.customers.models import ContactPoint, Customer, InboundContact
from contacts.requests.models import CompanyAccount, GivenDecision
from portal.audit.models import AuditEntry
from portal.audit.services import Job, entry
from portal.machines.models import ApiToken
from portal.people.models import User
from portal.planned import insert
from portal.together import Together, any_of
from tests.cast import make_customer, wording

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
        together = Together(lambda: asked(customer, cast))()
    assert alone["sign_ups"] and alone["sums"] and alone["accounts"]
    assert together["people"][0].department.name == "Buchhaltung"
    for name, rows in alone.items():
        assert [plain(row) for row in together[name]] == [plain(row) for row in rows], name


def test_nothing_asked_asks_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert Together(lambda: {"nobody": User.objects.none()})() == {"nobody": []}


def test_a_kind_of_column_that_json_would_change_is_refused():
    from django.db.models import DecimalField, Value

    rows = User.objects.annotate(share=Value("1.10", output_field=DecimalField())).values_list("share")
    User.objects.create(email="x@firma.example", first_name="X", last_name="Y", person_number="N-x")
    with pytest.raises(TypeError, match="DecimalField"):
        Together(lambda: {"shares": rows})()


def ways(*, customer, channel, since, digests):
    points = ContactPoint.objects.filter(customer=customer, digest__in=[]) if channel is None else None
    fitting = ContactPoint.objects.filter(customer=customer, channel=channel) if points is None else points
    return {
        "points": fitting,
        "known": ContactPoint.objects.filter(any_of("digest", digests)).values_list("value"),
        "recent": InboundContact.objects.filter(customer=customer, at__gt=since).values_list("channel", "at"),
        "open": CompanyAccount.objects.filter(closed_at__isnull=True),
    }


def of_customers(*, keys):
    return {"points": ContactPoint.objects.filter(any_of("customer__pk", keys)).values_list("customer", "value")}


@pytest.mark.parametrize("empty_first", [True, False])
def test_a_kept_statement_takes_lists_of_numbers(customer, now, empty_first):
    reading, other = Together(of_customers), make_customer(now, number="4712")
    lists = [[], [customer.pk], [customer.pk, other.pk]]
    for keys in lists if empty_first else reversed(lists):
        alone = ContactPoint.objects.filter(customer__in=keys).values_list("customer", "value")
        assert reading(keys=keys)["points"] == list(alone)


@pytest.mark.usefixtures("_more")
def test_a_kept_statement_gives_what_the_querysets_give_for_other_values_too(
    cast, customer, now, django_assert_num_queries
):
    reading, other = Together(ways), make_customer(now, number="4712")
    digests = [one.digest for one in ContactPoint.objects.filter(customer=customer).exclude(channel="letter")]
    for someone, channel, days, many in ((customer, "email", 3, 2), (other, "phone", 1, 0), (customer, "phone", 9, 1)):
        values = {
            "customer": someone.pk,
            "channel": channel,
            "since": now - timedelta(days=days),
            "digests": digests[:many],
        }
        alone = {name: list(rows) for name, rows in ways(**values).items()}
        with django_assert_num_queries(1):
            kept = reading(**values)
        assert [[plain(row) for row in rows] for rows in kept.values()] == [
            [plain(row) for row in rows] for rows in alone.values()
        ]
        assert len(kept["known"]) == many and kept["open"]
    assert reading(customer=customer.pk, channel="email", since=now, digests=[])["points"]


def test_none_makes_another_statement(customer, now):
    reading = Together(ways)
    for channel, found in (("email", 1), (None, 0), ("email", 1)):
        assert len(reading(customer=customer.pk, channel=channel, since=now, digests=[])["points"]) == found


def test_a_statement_that_calculates_with_a_value_is_refused(customer, now):
    def late(*, since):
        return {"recent": InboundContact.objects.filter(at__gt=since - timedelta(days=1))}

    with pytest.raises(TypeError, match="calculated"):
        Together(late)(since=now)


def test_a_statement_that_differs_with_its_values_is_refused(customer):
    def either(*, customer):
        rows = ContactPoint.objects.filter(customer=customer)
        return {"points": rows if customer % 2 else rows.filter(channel="email")}

    with pytest.raises(TypeError, match="differs"):
        Together(either)(customer=7)


@pytest.mark.parametrize("value", [True, 1.5])
def test_a_value_that_could_not_be_told_apart_is_refused(value):
    with pytest.raises(TypeError):
        Together(lambda *, flag: {"points": ContactPoint.objects.filter(address_from_sale=flag)})(flag=value)


def test_what_is_inserted_by_a_kept_statement_is_what_save_would_have_written(cast, now):
    first, second = (entry(cast.anna, "x.done", "x", 7, at=now, customer_id=4, after={"ä": [1, None]}) for _n in "12")
    insert(first)
    second.save(force_insert=True)
    rows = [plain(row) | {"id": 0} for row in AuditEntry.objects.filter(pk__in=[first.pk, second.pk])]
    assert len(rows) == 2 and rows[0] == rows[1]
    first.refresh_from_db()
    assert first.after == {"ä": [1, None]} and not first._state.adding
