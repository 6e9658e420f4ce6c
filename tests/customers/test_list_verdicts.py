"""Verdicts by channel in the list of customers: those of the question itself, and as many queries for one as for 50."""

import random
import re
from collections import Counter
from html import unescape

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from contacts.requests.context import Question, load
from contacts.requests.deciding import answer_question, awake_and_trained
from contacts.requests.list_verdicts import CHANNELS, DEPENDS, NO_ADDRESS, NOT_NOW, verdicts_in
from contacts.requests.several import load_several
from portal.access.roles import Role
from portal.vocabulary import Purpose
from tests.browsing import words
from tests.cast import make_customer, person
from tests.requests.scenes import as_, permit_for, service_by_mail
from tests.screening.crowd import Crowd

pytestmark = pytest.mark.django_db
CUSTOMERS = 120


def verdicts_of(user, customers, purpose, *, at):
    return verdicts_in(load_several(customers, user, at=at), purpose)


@pytest.fixture(autouse=True)
def _clock_stands(now):
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def two_keys(settings):
    settings.SUPPRESSION_OLD_KEYS = ["an earlier key of this house, long"]


def alone(user, customer, purpose, now):
    """By channel what the question itself answers, asked about each address from a reading of this customer only."""
    context = load(customer, user, at=now)
    for channel in CHANNELS:
        outcomes = {
            _told(
                answer_question(
                    context,
                    Question(point=one, account=context.default_account(one), purpose=purpose, opt_out_included=True),
                )
            )
            for one in context.points
            if one.channel == channel
        }
        yield next(iter(outcomes), NO_ADDRESS) if len(outcomes) < 2 else DEPENDS


def _told(given) -> str:
    """A no that passes is told as the page of a permit tells it (`deciding.standing`)."""
    passes = given.outcome == "forbidden" and awake_and_trained(given).outcome.value != "forbidden"
    return NOT_NOW if passes else given.outcome


def test_the_list_says_what_the_question_says_of_customers_in_every_state(cast, accounts, now, two_keys):
    people = Crowd(random.Random(11), cast, now).people(CUSTOMERS)
    seen: Counter[str] = Counter()
    for purpose in Purpose.values:
        found = verdicts_of(cast.anna, people, purpose, at=now)
        for customer in people:
            listed = [verdict.outcome for verdict in found[customer.pk]]
            assert listed == list(alone(cast.anna, customer, purpose, now)), (customer.number, purpose)
            seen.update(listed)
    print(f"{sum(seen.values()):,} verdicts compared, 0 differences: {dict(seen)}")
    assert sum(seen.values()) == CUSTOMERS * len(CHANNELS) * len(Purpose.values)
    assert set(seen) >= {"allowed", "needs_manager_approval", "forbidden", NO_ADDRESS, DEPENDS}


def test_at_night_and_untrained_the_list_tells_not_now_from_never_as_a_permit_does(cast, accounts, now, two_keys):
    people = Crowd(random.Random(13), cast, now).people(40)
    night = now.replace(hour=21)
    nora = person("nora", Role.EMPLOYEE, department=cast.sven.department, manager=cast.mona)
    seen: Counter[str] = Counter()
    with time_machine.travel(night, tick=False):
        for purpose in Purpose.values:
            found = verdicts_of(nora, people, purpose, at=night)
            for customer in people:
                listed = [verdict.outcome for verdict in found[customer.pk]]
                assert listed == list(alone(nora, customer, purpose, night)), (customer.number, purpose)
                seen.update(listed)
    assert seen[NOT_NOW] > 50 and seen["forbidden"] > 50, seen


def test_contexts_read_in_sets_are_those_read_alone(cast, accounts, now, two_keys):
    people = Crowd(random.Random(12), cast, now).people(40)
    together = load_several(people, cast.anna, at=now)
    for customer in people:
        one, other = load(customer, cast.anna, at=now), together[customer.pk]
        for name in ("at", "points", "restricted", "suppressed", "consents", "inbound", "inbound_until", "presence"):
            assert getattr(one, name) == getattr(other, name), (customer.number, name)
        assert sorted(one.objections) == sorted(other.objections)
        assert {point.pk for point in one.sign_ups} == {point.pk for point in other.sign_ups}
        assert (one.training, one.zone, one.rules) == (other.training, other.zone, other.rules)
        assert one.consents_change_at == other.consents_change_at


def test_the_verdicts_cost_the_same_however_many_customers_there_are(cast, accounts, now):
    def cost(customers) -> int:
        with CaptureQueriesContext(connection) as seen:
            verdicts_of(cast.anna, customers, "service", at=now)
        return len(seen)

    many = [make_customer(now, number=str(5000 + place)) for place in range(50)]
    assert cost(many[:1]) == cost(many[:3]) == cost(many)
    print(cost(many))


# --- the page


def cells(response, number: str) -> dict[str, str]:
    """Of one row the words and links of its verdicts, by channel."""
    row = next(
        one
        for one in re.findall(r"<tr[^>]*>.*?</tr>", response.content.decode(), re.S)
        if f"/customers/{number}/" in one
    )
    return dict(re.findall(r'<td data-label="([^"]+)">(.*?)</td>', row, re.S))


def test_without_a_reason_there_is_no_verdict(cast, customer, accounts):
    page = as_(cast.anna).get("/customers/")
    assert "Ask first" not in words(page) and "verdicts" not in page.context


def test_with_a_reason_each_channel_has_word_and_icon_and_leads_to_its_question(cast, customer, accounts):
    page = as_(cast.anna).get("/customers/?purpose=service")
    said = words(page)
    assert "The verdicts are for: Service, now, from the company's account" in said
    found = cells(page, "4711")
    assert list(found)[:5] == ["E-mail", "Phone call", "Letter", "SMS", "Messenger"]
    assert "No address" in found["SMS"] and "<a" not in found["SMS"]
    assert '#check-circle-fill"' in found["E-mail"] and "Allowed" in found["E-mail"]
    mail = customer.contact_points.get(channel="email")
    assert (
        "/check/customers/4711/?purpose=service&amp;account_choice=company&amp;opt_out_included=on" in found["E-mail"]
    )
    assert f"contact_point={mail.pk}" in found["E-mail"]


def test_the_question_behind_a_verdict_is_filled_in_as_it_was_asked(cast, customer, accounts):
    page = as_(cast.anna).get("/customers/?purpose=marketing")
    [link] = re.findall(r'<a class="cell-link" href="([^"]+)"', cells(page, "4711")["E-mail"])
    asked = as_(cast.anna).get(unescape(link)).context["form"]
    mail = customer.contact_points.get(channel="email")
    shown = {name: asked[name].value() for name in ("purpose", "contact_point", "account_choice", "opt_out_included")}
    assert {name: str(value) for name, value in shown.items()} == {
        "purpose": "marketing",
        "contact_point": str(mail.pk),
        "account_choice": "company",
        "opt_out_included": "True",
    }


def test_whoever_may_not_ask_sees_no_verdict(cast, customer, accounts):
    page = as_(cast.rita).get("/customers/?purpose=service&permits=any")
    assert page.status_code == 200 and "verdicts" not in page.context and "For which reason?" not in words(page)


def test_a_reason_that_there_is_not_filters_nothing(cast, customer, accounts):
    page = as_(cast.anna).get("/customers/?purpose=doi_confirmation")
    assert page.status_code == 200 and "verdicts" not in page.context


def test_the_page_costs_the_same_for_three_and_for_fifty(cast, accounts, now):
    def cost() -> int:
        with CaptureQueriesContext(connection) as seen:
            as_(cast.anna).get("/customers/?purpose=service")
        return len(seen)

    for place in range(3):
        make_customer(now, number=str(5000 + place))
    few = cost()
    for place in range(3, 50):
        make_customer(now, number=str(5000 + place))
    assert cost() == few


def test_the_list_shows_whom_the_reader_holds_a_permit_for(cast, customer, accounts, now):
    make_customer(now, number="5001")
    permit = permit_for(service_by_mail(cast, customer, accounts, now), cast, now)

    def shown(user, wanted: str) -> list[str]:
        return [one.number for one in as_(user).get(f"/customers/?permits={wanted}").context["page"].rows]

    left = (permit.valid_until - now).days
    assert shown(cast.anna, "any") == ["4711"] and shown(cast.sven, "any") == []
    assert [shown(cast.anna, days) for days in ("7", "30", "90")] == [
        ["4711"] if left < int(days) else [] for days in ("7", "30", "90")
    ]
    assert shown(cast.anna, "") == ["4711", "5001"]
    with time_machine.travel(permit.valid_until, tick=False):
        assert shown(cast.anna, "any") == []
