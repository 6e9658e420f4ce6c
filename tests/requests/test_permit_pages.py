"""Finding a permit by the number that one was told, and who contacted this person today."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from contacts.requests.numbers import permit_number
from contacts.requests.selectors import contacts_today
from contacts.requests.services import permits
from tests.browsing import words
from tests.cast import make_customer
from tests.requests.scenes import as_, ask, permit_for, service_by_mail

pytestmark = pytest.mark.django_db
WRONG = "is not a permit number: a digit is wrong, or two are swapped."


@pytest.fixture(autouse=True)
def _clock_stands(now):
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def permit(cast, customer, accounts, now):
    return permit_for(service_by_mail(cast, customer, accounts, now), cast, now)


def mistyped(permit) -> str:
    return permit.number[:-1] + str((int(permit.number[-1]) + 1) % 10)


# --- by its number


@pytest.mark.parametrize("name", ["anna", "mona", "dora", "rita"])
def test_who_is_told_the_number_finds_the_permit(cast, permit, name):
    typed = permit.number.replace("-", " ").lower()
    answer = as_(getattr(cast, name)).get("/permits/", {"number": typed})
    assert (answer.status_code, answer["Location"]) == (302, f"/permits/{permit.number}/")


@pytest.mark.parametrize("name", ["sven", "max", "clara", "tom", "adam", "stranger"])
def test_a_stranger_cannot_tell_a_permit_from_none(cast, permit, name):
    client = as_(getattr(cast, name))
    numbers, example = (permit.number, permit_number(987_654)), "P-100042-90"
    pages = [words(client.get("/permits/", {"number": one})).replace(one, "") for one in numbers]
    there, none = (page.replace(example, "") for page in pages)
    assert "There is no permit with this number that you may see." in there
    assert there == none


def test_a_wrong_digit_is_told_in_the_search(cast, permit):
    assert WRONG in words(as_(cast.dora).get("/permits/", {"number": mistyped(permit)}))


def test_a_wrong_digit_is_told_in_the_address_too(cast, permit):
    answer = as_(cast.dora).get(f"/permits/{mistyped(permit)}/")
    assert answer.status_code == 404
    assert f"{mistyped(permit)} {WRONG}" in words(answer)


def test_a_wrong_digit_says_the_same_to_a_stranger_as_to_the_holder(cast, permit):
    pages = [as_(user).get(f"/permits/{mistyped(permit)}/") for user in (cast.anna, cast.stranger)]
    assert [page.status_code for page in pages] == [404, 404]
    assert all(WRONG in words(page) for page in pages)


@pytest.mark.parametrize("action", ["redeem", "revoke"])
def test_a_wrong_digit_does_nothing(cast, permit, action):
    assert as_(cast.anna).post(f"/permits/{mistyped(permit)}/{action}/").status_code == 404


def test_what_is_no_number_at_all_is_told_its_shape(cast):
    assert "It looks like P-100042-90." in words(as_(cast.anna).get("/permits/", {"number": "R-1042"}))


def test_an_empty_search_says_what_is_missing(cast):
    assert "This field is required." in words(as_(cast.anna).get("/permits/", {"number": ""}))


def test_the_list_costs_the_same_however_many_permits(cast, accounts, now, django_assert_num_queries):
    client = as_(cast.anna)
    for number in range(4712, 4716):
        permit = permit_for(service_by_mail(cast, make_customer(now, str(number)), accounts, now), cast, now)
        permits.redeem(cast.anna, permit=permit, at=now)
        with django_assert_num_queries(4):
            assert "1 of 1" in words(client.get("/permits/"))


# --- today


def test_the_permit_says_who_contacted_the_person_today_and_how(cast, customer, accounts, permit, now):
    letter = permit_for(ask(cast.sven, customer, "letter", accounts.letter, at=now), cast, now)
    permits.redeem(cast.sven, permit=letter, at=now)
    shown = words(as_(cast.anna).get(f"/permits/{permit.number}/"))
    assert "Contacted today already" in shown
    assert f"{cast.sven}, {cast.sven.department}: Letter" in shown
    assert "Make contact now" in shown


def test_own_contacts_of_today_are_shown_too(cast, customer, accounts, permit, now):
    letter = permit_for(ask(cast.anna, customer, "letter", accounts.letter, at=now), cast, now)
    permits.redeem(cast.anna, permit=letter, at=now)
    assert "You: Letter" in words(as_(cast.anna).get(f"/permits/{permit.number}/"))


def test_today_is_the_customers_day(cast, customer, permit, now):
    customer.timezone = "America/New_York"
    customer.save(update_fields=["timezone"])
    evening = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)  # the 24th, 20:00 there
    permits.redeem(cast.anna, permit=permit, at=evening)
    last = datetime(2026, 11, 25, 4, 59, 59, tzinfo=UTC)
    assert [one.at for one in contacts_today(cast.anna, customer, at=last)] == [evening]
    assert contacts_today(cast.anna, customer, at=last + timedelta(seconds=1)) == []


def test_what_was_said_is_not_told(cast, customer, accounts, permit, now):
    letter = permit_for(ask(cast.sven, customer, "letter", accounts.letter, at=now), cast, now)
    use = permits.redeem(cast.sven, permit=letter, at=now).use
    permits.log_contact(cast.sven, use=use, result="sent", note="Vertraulich", at=now)
    assert "Vertraulich" not in words(as_(cast.anna).get(f"/permits/{permit.number}/"))


def test_other_peoples_contacts_are_not_shown(cast, accounts, permit, now):
    other = permit_for(service_by_mail(cast, make_customer(now, "4712"), accounts, now), cast, now)
    permits.redeem(cast.anna, permit=other, at=now)
    assert "Contacted today already" not in words(as_(cast.anna).get(f"/permits/{permit.number}/"))


def test_reading_today_costs_one_query(cast, customer, accounts, now, django_assert_num_queries):
    for user, channel in ((cast.anna, "letter"), (cast.sven, "letter"), (cast.sven, "email")):
        asked = ask(user, customer, channel, getattr(accounts, channel), at=now)
        permits.redeem(user, permit=permit_for(asked, cast, now), at=now)
    with django_assert_num_queries(1):
        found = contacts_today(cast.anna, customer, at=now)
        told = [(str(one.who), one.department, one.point.channel, one.mine) for one in found]
    assert [mine for *_rest, mine in told] == [False, False, True]


def test_a_permit_that_is_used_up_asks_first_what_happened(cast, permit, now):
    """Not for a new permit: what the person said counts once it is written down."""
    use = permits.redeem(cast.anna, permit=permit, at=now).use
    place = f"/permits/{permit.number}/"
    page = as_(cast.anna).get(place).content.decode()
    assert f'class="btn btn-primary" href="{place}uses/{use.use_number}/"' in page and 'id="to-log"' in page
    permits.log_contact(cast.anna, use=use, result="sent", note="", at=now)
    assert 'id="to-log"' not in as_(cast.anna).get(place).content.decode()
