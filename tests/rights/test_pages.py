"""The pages: who sees what, what is refused at its field, and that looking writes nothing."""

import pytest

from contacts.customers.models import Customer
from contacts.customers.restricting import restrict
from contacts.rights.models import DataRequest
from tests.desk.reading import nothing_written
from tests.requests.scenes import as_
from tests.rights.scenes import entered, erased, kept_list, opened, proposed, second_officer

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at(time_machine, now):
    time_machine.move_to(now)


def look(user, path, status=200):
    browser = as_(user)
    with nothing_written():
        response = browser.get(path)
    assert response.status_code == status
    return response.text


def test_the_register_shows_how_much_time_is_left(cast, customer, now):
    made = entered(cast, customer, now)
    words = look(cast.dora, "/rights/")
    assert made.number in words and "28 days left" in words and "Erika Mustermann" in words
    assert "No closed request" in look(cast.rita, "/rights/?tab=closed")


@pytest.mark.parametrize("path", ["/rights/", "/rights/?tab=closed"])
def test_the_register_costs_the_same_queries_however_much_there_is(
    cast, customer, now, django_assert_max_num_queries, path
):
    from contacts.rights.services.register import withdraw

    browser = as_(cast.dora)
    for more in (1, 5):
        for _one in range(more):
            entered(cast, customer, now)
            withdraw(cast.dora, request=entered(cast, customer, now), reason="x", at=now)
        with django_assert_max_num_queries(7):
            browser.get(path)


def test_a_receipt_in_the_future_and_an_unknown_number_are_refused_at_their_fields(cast, customer, now):
    said = {"key": "7d2f5d3c-6c2b-4d6e-9d0b-0a4b5a1c9a11", "kind": "access", "how": "email"}
    said |= {"received_at": "2099-01-01T00:00", "customer_number": "nobody"}
    words = as_(cast.clara).post("/rights/new/", said).text
    assert "Error:" in words and "This lies in the future" in words and "no customer with this number" in words
    assert not DataRequest.objects.exists()


def test_the_preview_says_what_goes_what_stays_and_what_stands_in_the_way(cast, customer, now):
    made = proposed(cast, customer, now)
    words = look(cast.dora, f"/rights/{made.number}/erasure/")
    for said in (
        "Who you are to us (1)",
        "How you can be reached, and where we have it from (4)",
        "4 addresses on the",
    ):
        assert said in words
    assert "Not now" not in words
    kept_list(cast, customer, now, state="running")
    words = look(cast.dora, f"/rights/{made.number}/erasure/")
    assert "Not now" in words and "is being imported" in words
    answer = as_(cast.dora).post(f"/rights/{made.number}/erasure/", follow=True)
    assert "is being imported" in answer.text
    assert Customer.objects.get(pk=customer.pk).anonymised_at is None


def test_the_answer_to_the_second_persons_press_is_the_letter(cast, customer, now):
    made = proposed(cast, customer, now)
    answer = as_(cast.dora).post(f"/rights/{made.number}/erasure/")
    assert answer["Content-Type"] == "application/pdf" and answer.content.startswith(b"%PDF")
    assert answer["Cache-Control"] == "no-store"
    assert Customer.objects.get(pk=customer.pk).anonymised_at is not None
    words = look(cast.dora, f"/rights/{made.number}/")
    assert "erased (number 4711)" in words and "Mustermann" not in words


def test_who_proposed_an_erasure_does_not_carry_it_out_by_whatever_account(cast, customer, now):
    made, twin = opened(cast, customer, now, "erasure"), second_officer()
    as_(cast.dora).post(f"/rights/{made.number}/erasure/", {"reason": "No contract"})
    type(twin).objects.filter(pk=twin.pk).update(person_number=" n-DORA ")
    for one in (cast.dora, twin):
        one.refresh_from_db()
        assert as_(one).post(f"/rights/{made.number}/erasure/").status_code == 403
    assert Customer.objects.get(pk=customer.pk).anonymised_at is None


def test_the_second_look_at_names_shows_neither_the_customer_nor_who_acted(cast, customer, now):
    from contacts.rights.services.releasing import ask_names
    from tests.incidents.scenes import reported

    incident = reported(cast, now, customer=customer)
    release = ask_names(cast.dora, request=opened(cast, customer, now), reason="A court asks", at=now)
    words = look(cast.adam, f"/rights/names/{release.pk}/")
    assert incident.number in words and "A court asks" in words
    assert "Mustermann" not in words and "Anna" not in words and "4711" not in words


def test_the_customers_page_says_that_processing_is_restricted(cast, customer, now):
    assert "Processing restricted" not in look(cast.anna, "/customers/4711/")
    restrict(cast.dora, customer=customer, reason="Disputed", at=now)
    words = look(cast.anna, "/customers/4711/")
    assert "Processing restricted" in words and "Disputed" not in words and "Lift" not in words
    assert "Lift the restriction" in look(cast.dora, "/customers/4711/")


def test_a_rectification_shows_what_was_put_right_from_what_to_what(cast, customer, now):
    from contacts.customers.services import update_customer

    made = opened(cast, customer, now, "rectification")
    update_customer(cast.clara, customer=customer, at=now, last_name="Musterfrau")
    words = look(cast.dora, f"/rights/{made.number}/")
    assert "Musterfrau" in words and "before Mustermann" in words


def test_the_auditor_reads_and_is_offered_nothing(cast, customer, now):
    gone = erased(cast, customer, now)
    words = look(cast.rita, f"/rights/{gone.number}/")
    assert "What can be done" not in words and "<button" not in words.partition("<main")[2].partition("</main")[0]
