"""What a customer could be contacted for at any date, and past verdicts decided again, as pages."""

import re
from dataclasses import fields
from datetime import timedelta

import pytest
from django.urls import reverse

from consent.services import withdraw_consent
from contacts import policy
from contacts.customers import services as customers
from contacts.customers.models import Customer
from contacts.requests.another_day import context_at, grid_at
from contacts.requests.models import DecisionRecord
from contacts.requests.replaying import Replayer
from contacts.requests.services import submitting
from contacts.rulebook import fact_words
from tests.cast import make_customer, point
from tests.requests.scenes import agreed_to_advertising, as_, given_to_a_system, reminder_by_sms, service_by_mail

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def known_for_long(customer, accounts, now):
    Customer.objects.update(created_at=now - 400 * DAY)
    customer.refresh_from_db()


def grid(customer, about, now, *, asker=None, trained=True):
    """Outcomes by channel, for advertising."""
    rows = grid_at(context_at(customer, asker, about=about, now=now), trained=trained)
    return {row.point.channel: row.cells[-1].outcome for row in rows}


def look(user, customer, about, **more):
    values = {"day": about.date().isoformat(), "clock": "11:00"} | more
    return as_(user).get(reverse("customer_on", args=[customer.number]), values)


# --- the grid


def test_advertising_was_possible_only_between_consent_and_withdrawal(cast, customer, now):
    consent = agreed_to_advertising(cast, customer, now)
    withdraw_consent(cast.clara, consent=consent, how="written", at=now + 2 * DAY)
    later = now + 10 * DAY
    asked = (now - 31 * DAY, now + DAY, now + 3 * DAY)
    assert [grid(customer, about, later)["email"] for about in asked] == ["forbidden", "allowed", "forbidden"]


def test_an_address_that_was_retired_since_is_there_on_its_days(cast, customer, now):
    spare = point(customer, "sms", "0171 5550001", now=now)
    customers.retire_contact_point(cast.clara, point=spare, at=now + DAY)
    assert "sms" in grid(customer, now, now + 5 * DAY)
    assert "sms" not in grid(customer, now + 2 * DAY, now + 5 * DAY)


def test_a_consent_that_nobody_uses_has_run_out_on_a_day_to_come(cast, customer, now):
    agreed_to_advertising(cast, customer, now)
    context = context_at(customer, None, about=now + 720 * DAY, now=now)
    assert context.past is None
    assert [answer.state for answer in context.consents.values()] == ["stale"]


def test_the_page_says_the_same_for_now_as_the_customers_page(cast, customer, now, time_machine):
    time_machine.move_to(now, tick=False)
    today = as_(cast.anna).get(reverse("customer", args=[customer.number]))
    page = look(cast.anna, customer, now)
    assert [[outcome for _purpose, outcome in row.cells] for row in today.context["grid"]] == [
        [cell.outcome for cell in row.cells] for row in page.context["grid"]
    ]


def test_the_page_names_what_nobody_can_say_any_more(cast, customer, now, time_machine):
    Customer.objects.update(created_at=now)
    time_machine.move_to(now + 2 * DAY)
    assert "On a Robinson list" in look(cast.rita, customer, now - DAY).content.decode()
    assert look(cast.rita, customer, now + DAY).context["assumed"] == []


def test_whoever_asks_nobody_is_asked_about_with_every_certificate(cast, customer, now, time_machine):
    time_machine.move_to(now)
    page = look(cast.rita, customer, now)
    assert page.context["form"].trained
    outcomes = {cell.outcome for row in page.context["grid"] for cell in row.cells if row.point.channel == "letter"}
    assert "allowed" in outcomes


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"day": ""}, "Name the day that you ask about."),
        ({"day": "32.13."}, "This is no day. Choose one from the calendar."),
        ({"day": "1999-01-01"}, "Name a day at most ten years back and at most a year ahead."),
        ({"day": "2099-01-01"}, "Name a day at most ten years back and at most a year ahead."),
        ({"clock": "25:99"}, "This is no time of the day. Write it like 14:30."),
        ({"who": "nobody"}, "Select a valid choice."),
    ],
)
def test_a_day_that_cannot_be_asked_about_is_refused_with_a_sentence(
    cast, customer, now, time_machine, values, sentence
):
    time_machine.move_to(now)
    page = look(cast.anna, customer, now, **values)
    assert sentence in page.content.decode() and "grid" not in page.context


def test_the_page_costs_the_same_however_much_there_is(
    cast, customer, accounts, now, time_machine, django_assert_num_queries
):
    time_machine.move_to(now + 5 * DAY)
    bare = make_customer(now, "4712")
    agreed_to_advertising(cast, customer, now)
    for number in range(5):
        point(customer, "sms", f"0171 88{number:05}", now=now)
        customers.record_objection(
            cast.anna, customer=customer, scope="marketing_objection", channel="sms", how="spoken", at=now
        )
    client, about = as_(cast.anna), {"day": (now + DAY).date().isoformat()}
    for mine in (bare, customer):
        with django_assert_num_queries(6):  # session, person, department, customer, what was then, the facts
            assert client.get(reverse("customer_on", args=[mine.number]), about).status_code == 200


# --- decided again


def test_every_decision_about_a_request_is_decided_again_and_holds(cast, customer, accounts, now, time_machine):
    asked = submitting.submit(cast.anna, request=reminder_by_sms(cast, customer, accounts, now), at=now)
    customers.record_objection(cast.anna, customer=customer, scope="full_block", channel="", how="spoken", at=now)
    time_machine.move_to(now + 300 * DAY)
    page = as_(cast.anna).get(reverse("request_decisions", args=[asked.number]))
    replays = [replay for _decision, replay in page.context["rows"]]
    assert len(replays) == 2 and all(replay.holds and replay.same_today for replay in replays)
    assert "needs_manager_approval" in {replay.outcome for replay in replays}


def test_a_verdict_that_does_not_follow_from_its_facts_is_shown_as_such(cast, customer, accounts, now):
    asked = service_by_mail(cast, customer, accounts, now)
    kept = DecisionRecord.objects.filter(request=asked).first()
    kept.facts = kept.facts | {"objection": "full_block"}  # as if somebody had changed it in the database
    assert Replayer(at=now).replay(kept).holds is False


def test_under_rules_that_are_not_here_any_more_what_was_recorded_stands(cast, customer, accounts, now, time_machine):
    kept = DecisionRecord.objects.filter(request=service_by_mail(cast, customer, accounts, now)).first()
    kept.rule_set_hash = "f" * 64
    replay = Replayer(at=now).replay(kept)
    assert (replay.then, replay.holds, replay.same_today) == (None, None, True)


def test_facts_that_this_version_cannot_read_are_said_to_be_so(cast, customer, accounts, now):
    kept = DecisionRecord.objects.filter(request=service_by_mail(cast, customer, accounts, now)).first()
    kept.facts = kept.facts | {"weather": "fine"}
    replay = Replayer(at=now).replay(kept)
    assert (replay.readable, replay.then, replay.today) == (False, None, None)
    assert ("weather", "fine") in replay.fact_rows


def test_an_answer_to_a_system_is_decided_again_for_those_who_may_see_it(cast, customer, now, time_machine):
    kept = given_to_a_system(cast, customer, now)
    time_machine.move_to(now)
    for reader in (cast.dora, cast.rita, cast.anna):
        page = as_(reader).get(reverse("given_decision", args=[kept.pk]))
        assert page.context["replay"].holds is True
        listed = as_(reader).get(reverse("customer_answers", args=[customer.number]))
        assert str(kept.pk) in listed.content.decode()
    listed = as_(cast.stranger).get(reverse("customer_answers", args=[customer.number]))
    assert str(kept.pk) not in listed.content.decode()


def test_after_an_erasure_the_answer_is_evidence_and_nobody_elses(cast, customer, now, time_machine):
    kept = given_to_a_system(cast, customer, now)
    customers.erase_customer(cast.dora, customer=customer, at=now)
    time_machine.move_to(now)
    status = {who: as_(getattr(cast, who)).get(reverse("given_decision", args=[kept.pk])).status_code for who in WHO}
    assert status == {"dora": 200, "rita": 200, "anna": 404}


WHO = ("dora", "rita", "anna")


def test_the_pages_lead_to_each_other(cast, customer, accounts, now, time_machine):
    asked = service_by_mail(cast, customer, accounts, now)
    time_machine.move_to(now + DAY)
    assert reverse("customer_on", args=[customer.number]) in _page(cast.anna, "customer", customer.number)
    assert reverse("request_decisions", args=[asked.number]) in _page(cast.anna, "request", asked.number)
    link = re.search(r'href="([^"]*/on/\?[^"]*)"', _page(cast.anna, "request_decisions", asked.number))[1]
    page = as_(cast.anna).get(link.replace("&amp;", "&"))
    assert page.context["about"] == now and page.context["is_past"]


def _page(user, name, number):
    return as_(user).get(reverse(name, args=[number])).content.decode()


def test_every_fact_has_a_word_and_every_choice_of_a_fact():
    assert set(fact_words.NAMES) == {field.name for field in fields(policy.Facts)}
    assert set(fact_words.CONDITIONS) == {field.name for field in fields(policy.Section73)}
    for field in fields(policy.Facts):
        kind = getattr(policy, str(field.type).split(" |")[0], None)
        if kind is not None and hasattr(kind, "__members__"):
            assert set(fact_words.VALUES[field.name]) == {str(member) for member in kind}, field.name
