"""A hold stops deletion and erasure, is looked at again, and ends by two people."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from contacts.customers.models import Customer
from contacts.customers.services import erase_customer
from contacts.requests.models import ContactRequest
from portal.access.roles import Role
from portal.outbox.models import OutboxMessage
from portal.retention import holds
from portal.retention.models import Hold
from portal.retention.reminding import remind_holds
from portal.retention.reporting import report
from portal.retention.running import run
from tests.cast import person
from tests.requests.scenes import as_
from tests.retention.test_jump import THEN, THREE_YEARS, filled  # noqa: F401 (a fixture)

pytestmark = pytest.mark.django_db


def hold_on(cast, customer, at, request=None, **fields) -> Hold:
    found = (customer.pk, request.pk if request else None, request.number if request else customer.number)
    values = {"found": found, "reason": "Klage vor dem Landgericht", "review_on": at.date() + timedelta(days=90)}
    return holds.place_hold(cast.dora, at=at, **values | fields)


def ended(cast, hold, at):
    return holds.end_hold(cast.adam, hold=holds.ask_end(cast.dora, hold=hold, reason="Verglichen", at=at), at=at)


@pytest.mark.parametrize("only_the_request", [False, True])
def test_what_is_held_stays_and_goes_when_the_hold_has_ended(filled, only_the_request):  # noqa: F811
    customer, at = Customer.objects.get(number="2001"), THEN + timedelta(days=1)
    request = ContactRequest.objects.get(customer=customer)
    hold = hold_on(filled, customer, at, request if only_the_request else None)

    run(at=THREE_YEARS)

    assert ContactRequest.objects.filter(pk=request.pk).exists() and Customer.objects.get(number="2001").last_name
    row = report(THREE_YEARS, ["requests.request"])[0]
    assert (row.due, row.overdue, row.held) == (0, 0, 1)
    # What only the request is held for does not keep decisions for other systems.
    assert customer.pk in holds_of_given(customer) if not only_the_request else not holds_of_given(customer)

    ended(filled, hold, THREE_YEARS)
    run(at=THREE_YEARS)

    assert not ContactRequest.objects.filter(pk=request.pk).exists()
    assert not Customer.objects.get(number="2001").last_name


def holds_of_given(customer) -> set[int]:
    from contacts.requests.models import GivenDecision

    return set(GivenDecision.objects.filter(customer=customer).values_list("customer_id", flat=True))


@pytest.mark.parametrize("by_request", [False, True])
def test_nobody_is_erased_while_a_hold_stands(cast, customer, accounts, now, by_request):
    from tests.requests.scenes import service_by_mail

    request = service_by_mail(cast, customer, accounts, now) if by_request else None
    hold = hold_on(cast, customer, now, request)
    with pytest.raises(ValidationError, match=r"A legal hold on .* stands since 2026-11-24"):
        erase_customer(cast.dora, customer=customer, at=now)
    assert Customer.objects.get().anonymised_at is None
    assert "legal hold" in holds.refuses_erasure(customer.pk)

    ended(cast, hold, now)
    assert holds.refuses_erasure(customer.pk) is None
    assert erase_customer(cast.dora, customer=customer, at=now).anonymised_at == now


def test_who_asked_for_the_end_does_not_look_a_second_time_by_another_account_either(cast, customer, now):
    again = person("doras-zweites", Role.DPO)
    again.person_number = f" {cast.dora.person_number.lower()}"
    again.save()
    hold = hold_on(cast, customer, now)
    with pytest.raises(ValidationError, match="Nobody has asked for the end"):
        holds.end_hold(cast.adam, hold=hold, at=now)
    holds.ask_end(cast.dora, hold=hold, reason="Verglichen", at=now)
    for who in (cast.dora, again):
        with pytest.raises(PermissionDenied, match="A second person looks"):
            holds.end_hold(who, hold=hold, at=now)
    with pytest.raises(PermissionDenied):
        holds.end_hold(cast.mona, hold=hold, at=now)
    assert Hold.objects.get().ended_at is None


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"reason": "  "}, "Give a reason"),
        ({"review_on": datetime(2026, 11, 24).date()}, "a day that is still ahead"),  # noqa: DTZ001
    ],
)
def test_a_hold_has_a_reason_and_a_day_ahead(cast, customer, now, fields, said):
    with pytest.raises(ValidationError, match=said):
        hold_on(cast, customer, now, **fields)
    assert not Hold.objects.exists()


def test_a_second_hold_on_the_same_number_and_acts_on_an_ended_one_are_refused(cast, customer, now):
    hold = hold_on(cast, customer, now)
    with pytest.raises(ValidationError, match="stands already"):
        hold_on(cast, customer, now)
    ended(cast, hold, now)
    for act in (
        lambda: holds.keep_hold(cast.dora, hold=hold, review_on=now.date() + timedelta(days=1), at=now),
        lambda: holds.ask_end(cast.dora, hold=hold, reason="Noch einmal", at=now),
    ):
        with pytest.raises(ValidationError, match="This hold has ended"):
            act()


def test_the_officers_hear_of_it_once_for_each_day_of_review(cast, customer, now):
    hold = hold_on(cast, customer, now)
    assert remind_holds(at=now) == 0
    due = now + timedelta(days=90)
    assert [remind_holds(at=due), remind_holds(at=due + timedelta(days=1))] == [1, 0]
    holds.keep_hold(cast.dora, hold=hold, review_on=due.date() + timedelta(days=30), at=due)
    assert [remind_holds(at=due), remind_holds(at=due + timedelta(days=31))] == [0, 1]
    mails = OutboxMessage.objects.filter(topic="hold_due")
    assert [mail.recipient for mail in mails] == [cast.dora, cast.dora]


def test_the_officer_places_a_hold_by_its_number_and_somebody_else_ends_it(cast, customer, now, time_machine):
    time_machine.move_to(now)
    dora, adam = as_(cast.dora), as_(cast.adam)
    entered = {"kind": "customer", "number": " 4711 ", "reason": "Klage", "review_on": "2027-03-01"}
    answer = dora.post("/holds/new/", entered | {"number": "0815"})
    assert "Nothing has this number" in answer.text and not Hold.objects.exists()
    dora.post("/holds/new/", entered)
    hold = Hold.objects.get()
    page = f"/holds/{hold.pk}/"
    assert "end the hold" not in adam.get(page).text
    dora.post(f"{page}ask-end/", {"reason": "Verglichen"})
    assert "end the hold" not in dora.get(page).text and "end the hold" in adam.get(page).text
    adam.post(f"{page}end/")
    hold.refresh_from_db()
    assert hold.ended_by == cast.adam
    assert "No hold stands." in dora.get("/holds/").text


def test_the_clock_of_the_summer_does_not_matter(cast, customer):
    late = datetime(2026, 6, 30, 22, 30, tzinfo=UTC)  # half past midnight on 1 July in Berlin
    with pytest.raises(ValidationError, match="still ahead"):
        hold_on(cast, customer, late, review_on=datetime(2026, 7, 1, tzinfo=UTC).date())


def test_the_lists_ask_as_much_for_three_as_for_one(cast, now):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from portal.retention.unmasking import ask_unmasking
    from tests.cast import make_customer

    client, counts = as_(cast.dora), []
    for number in ("6001", "6002", "6003"):
        hold_on(cast, make_customer(now, number), now)
        ask_unmasking(cast.dora, scope="log", person=cast.anna, reason="Beschwerde", hours=1, at=now)
        with CaptureQueriesContext(connection) as asked:
            client.get("/holds/")
            client.get("/unmaskings/")
        counts.append(len(asked))
    assert counts[0] == counts[1] == counts[2]
