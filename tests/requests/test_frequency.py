"""How often a person is contacted: advertising waits at the cap, counted over departments and channels."""

from datetime import timedelta

import pytest
import time_machine
from django.test.utils import CaptureQueriesContext

from contacts import policy
from contacts.requests.caps import Cap
from contacts.requests.deciding import answer
from contacts.requests.frequency import caps_in_force, frequency_of, held_back
from contacts.requests.models import DecisionRecord, PermitUse
from contacts.requests.services import permits
from tests.browsing import words
from tests.cast import make_customer
from tests.requests.scenes import (
    acted_in_danger,
    agreed_to_advertising,
    as_,
    ask,
    newsletter,
    permit_for,
    service_by_mail,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock_stands(now):
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def cap(settings):
    settings.FREQUENCY_CAPS = ["30:2"]


@pytest.fixture
def agreed(cast, customer, now):
    return agreed_to_advertising(cast, customer, now)


@pytest.fixture
def offer(cast, customer, accounts, agreed, now):
    """Sven's newsletter, three times."""
    return permit_for(newsletter(cast.sven, customer, accounts, now, uses_wanted=3), cast, now)


def contact(permit, at):
    redemption = permits.redeem(permit.holder, permit=permit, at=at)
    if redemption.use is not None:
        permits.log_contact(permit.holder, use=redemption.use, result="sent", note="", at=at)
    return redemption


def service(cast, customer, accounts, now):
    return permit_for(service_by_mail(cast, customer, accounts, now), cast, now)


def test_without_a_cap_nothing_is_counted(offer, now, settings, django_assert_num_queries):
    assert settings.FREQUENCY_CAPS == []
    given = answer(offer.request, at=now)
    with django_assert_num_queries(0):
        assert frequency_of(given, at=now) == []


def test_at_the_cap_advertising_is_refused_for_now_with_the_time(cap, offer, now):
    contact(offer, now)
    contact(offer, now + timedelta(hours=1))
    refused = contact(offer, now + timedelta(hours=2))
    assert (refused.use, refused.not_now, refused.full.made) == (None, True, 2)
    assert refused.full.next_at == now + timedelta(days=30)
    offer.refresh_from_db()
    assert offer.state == "active"


def test_the_refused_try_is_kept_with_its_decision(cap, offer, now):
    for _turn in range(3):
        contact(offer, now)
    assert DecisionRecord.objects.filter(stage="redeem").count() == 3
    assert PermitUse.objects.count() == 2


def test_contacts_of_other_departments_over_other_ways_count(cap, cast, customer, accounts, offer, now):
    contact(service(cast, customer, accounts, now), now)
    letter = ask(cast.stranger, customer, "letter", accounts.letter, at=now, purpose="contract_performance")
    contact(permit_for(letter, cast, now), now)
    assert contact(offer, now).full.made == 2


def test_contacts_with_other_people_do_not_count(cap, cast, accounts, offer, now):
    for number in ("4712", "4713"):
        contact(service(cast, make_customer(now, number), accounts, now), now)
    assert contact(offer, now).use is not None


def test_after_the_window_there_is_room_again(settings, offer, now):
    settings.FREQUENCY_CAPS = ["1:1"]
    contact(offer, now)
    assert contact(offer, now + timedelta(days=1, microseconds=-1)).full is not None
    assert contact(offer, now + timedelta(days=1)).use is not None


def test_service_is_never_held_back(cap, cast, customer, accounts, now):
    twice = ask(cast.anna, customer, "email", accounts.email, at=now, uses_wanted=4)
    permit = permit_for(twice, cast, now)
    assert all(contact(permit, now).use is not None for _turn in range(4))


def replying(cast, customer, accounts, now):
    from contacts.customers.services import record_inbound

    record_inbound(cast.clara, customer=customer, channel="email", platform="", at=now, note="", now=now)
    return permit_for(ask(cast.anna, customer, "email", accounts.email, at=now, purpose="inquiry_reply"), cast, now)


def in_danger(cast, customer, accounts, now):
    return acted_in_danger(cast, customer, accounts, now).permit


def by_law(cast, customer, accounts, now):
    asked = ask(cast.anna, customer, "letter", accounts.letter, at=now, purpose="legal_obligation")
    return permit_for(asked, cast, now)


@pytest.mark.parametrize("made", [replying, in_danger, by_law])
def test_replies_and_what_the_law_demands_are_neither_held_back_nor_counted(
    settings, cast, customer, accounts, offer, now, made
):
    settings.FREQUENCY_CAPS = ["30:1"]
    assert contact(made(cast, customer, accounts, now), now).use is not None
    assert contact(offer, now).use is not None, "it did not count"


@pytest.mark.parametrize("made", [replying, in_danger, by_law])
def test_at_the_cap_replies_and_what_the_law_demands_go_on(settings, cast, customer, accounts, offer, now, made):
    settings.FREQUENCY_CAPS = ["30:1"]
    contact(offer, now)
    assert contact(made(cast, customer, accounts, now), now).use is not None


def test_a_reply_that_advertises_is_advertising_and_counts(settings, cast, customer, accounts, agreed, offer, now):
    settings.FREQUENCY_CAPS = ["30:1"]
    values = {"purpose": "inquiry_reply", "contains_promotion": True}
    reply = permit_for(newsletter(cast.anna, customer, accounts, now, **values), cast, now)
    assert contact(reply, now).use is not None
    assert contact(offer, now).full is not None
    assert held_back(answer(reply.request, at=now), at=now) is not None


def test_a_withdrawal_says_stop_though_the_cap_would_only_say_wait(cap, cast, offer, agreed, now):
    from consent.services import withdraw_consent

    contact(offer, now)
    contact(offer, now)
    withdraw_consent(cast.clara, consent=agreed, how="written", at=now)
    refused = contact(offer, now)
    assert (refused.not_now, refused.full) == (False, None)


def test_the_rule_set_may_have_a_cap_of_its_own(settings):
    settings.FREQUENCY_CAPS = ["7:2"]
    assert caps_in_force(policy.Thresholds(frequency_cap_30d=4)) == (Cap(7, 2), Cap(30, 4))
    assert caps_in_force(policy.Thresholds()) == (Cap(7, 2),)


# --- shown ahead


def test_the_permit_says_how_often_before_anybody_presses(cap, cast, offer, now):
    client, page = as_(cast.sven), f"/permits/{offer.number}/"
    contact(offer, now)
    assert "1 of 2 contacts with this person in 30 days." in words(client.get(page))
    assert "Make contact now" in words(client.get(page))
    contact(offer, now)
    shown = words(client.get(page))
    assert "2 of 2 contacts with this person in 30 days; advertising is next possible on" in shown
    assert "Make contact now" not in shown
    assert "The permit ends before that." in shown


def test_pressing_all_the_same_says_not_now_and_when(cap, cast, offer, now):
    contact(offer, now)
    contact(offer, now)
    answer_ = words(as_(cast.sven).post(f"/permits/{offer.number}/redeem/", follow=True))
    assert "Not now: 2 of 2 contacts with this person in 30 days; advertising is next possible on" in answer_


def test_the_answer_says_it_before_anybody_hands_in(cap, cast, customer, accounts, offer, now):
    contact(offer, now)
    contact(offer, now)
    asked = newsletter(cast.stranger, customer, accounts, now)
    assert "Advertising has to wait" in words(as_(cast.stranger).get(f"/check/{asked.number}/"))
    later = newsletter(cast.stranger, customer, accounts, now, planned_at=now + timedelta(days=31))
    assert "0 of 2 contacts" in words(as_(cast.stranger).get(f"/check/{later.number}/"))


def test_what_is_no_advertising_hears_nothing_of_caps(cap, cast, customer, accounts, now):
    permit = service(cast, customer, accounts, now)
    assert "contacts with this person" not in words(as_(cast.anna).get(f"/permits/{permit.number}/"))


def test_counting_costs_one_query_however_much_there_is(cap, settings, offer, now, django_assert_num_queries):
    settings.FREQUENCY_CAPS = ["30:50", "7:40"]
    given = answer(offer.request, at=now)
    for _turn in range(3):
        with django_assert_num_queries(1):
            frequency_of(given, at=now)
        contact(offer, now)


def test_the_page_of_a_permit_costs_the_same_whatever_was_made(cap, cast, customer, accounts, offer, now):
    from django.db import connection

    client, page = as_(cast.sven), f"/permits/{offer.number}/"

    def cost():
        with CaptureQueriesContext(connection) as counted:
            assert client.get(page).status_code == 200
        return len(counted)

    contact(offer, now)
    before = cost()
    for number in range(3):
        contact(service(cast, customer, accounts, now), now + timedelta(minutes=number))
    contact(offer, now)
    assert cost() == before
