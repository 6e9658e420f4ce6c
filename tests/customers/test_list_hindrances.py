"""What passes and makes verdicts in the list stricter is told once above it: hours, and training."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from consent.services import give_consent
from contacts.customers.services import record_objection
from portal.access.roles import Role
from tests.browsing import words
from tests.cast import certificate, make_customer, person, wording
from tests.customers.test_list_verdicts import cells
from tests.requests.scenes import agreed_to_advertising, as_

pytestmark = pytest.mark.django_db
UNTIL = "It is outside contact hours until"


@pytest.fixture
def night(now):
    """Tuesday, ten in the evening in Berlin."""
    with time_machine.travel(now.replace(hour=21), tick=False) as clock:
        yield clock


def agreed_to_calls(cast, customer, now):
    given = {"how": "paper", "evidence": "Formular 12/2026", "given_at": now - timedelta(days=30), "at": now}
    text = wording("marketing", "phone")
    return give_consent(cast.clara, customer=customer, purpose="marketing", channel="phone", text=text, **given)


def shown(user, purpose: str):
    return as_(user).get(f"/customers/?purpose={purpose}")


def test_a_call_at_night_is_not_now_and_the_list_says_until_when(cast, customer, accounts, now, night):
    agreed_to_calls(cast, customer, now)
    page = shown(cast.anna, "marketing")
    call = cells(page, "4711")["Phone call"]
    assert "Not now" in call and "#clock-history" in call and "tone-later" in call
    assert f"{UNTIL} 25 Nov 2026, 08:00 (Berlin), in 10 hours." in words(page)


def test_by_day_there_is_nothing_to_say(cast, customer, accounts, now):
    agreed_to_calls(cast, customer, now)
    with time_machine.travel(now, tick=False):
        page = shown(cast.anna, "marketing")
    assert "Allowed" in cells(page, "4711")["Phone call"]
    assert page.context["hindrances"] == [] and "contact hours" not in words(page)


def test_at_night_too_nothing_is_said_where_no_answer_would_be_milder(cast, customer, accounts, night):
    page = shown(cast.anna, "marketing")
    assert "Not allowed" in cells(page, "4711")["Phone call"]
    assert UNTIL not in words(page)


def test_hours_that_make_somebody_ask_first_are_told_too(cast, customer, accounts, night):
    page = shown(cast.anna, "service")
    assert "Ask first" in cells(page, "4711")["Phone call"] and UNTIL in words(page)


def test_whoever_lives_elsewhere_is_not_said_to_sleep(cast, customer, accounts, now, night):
    far = make_customer(now, number="5001", timezone="America/New_York")
    for one in (customer, far):
        agreed_to_calls(cast, one, now)
    page = shown(cast.anna, "marketing")
    assert "Allowed" in cells(page, "5001")["Phone call"] and "Not now" in cells(page, "4711")["Phone call"]
    assert UNTIL not in words(page)
    assert "Where some of these customers live it is outside contact hours." in words(page)


@pytest.mark.parametrize(
    ("ended", "word", "sentence"),
    [(True, "Ask first", "Your training has ended."), (False, "Not now", "You have no valid training.")],
)
def test_a_training_that_is_lacking_is_named_with_the_way_to_it(cast, customer, accounts, now, ended, word, sentence):
    agreed_to_advertising(cast, customer, now)
    nora = person("nora", Role.EMPLOYEE, department=cast.sven.department, manager=cast.mona)
    if ended:
        certificate(nora, until=now.date() - timedelta(days=1), by=cast.tom).save()
    with time_machine.travel(now, tick=False):
        page = shown(nora, "marketing")
    assert word in cells(page, "4711")["E-mail"]
    [note] = re.findall(r'<p class="note tone-later">.*?</p>', page.content.decode(), re.S)
    assert sentence in note and 'href="/training/' in note


def test_whoever_refused_all_contact_is_never_and_not_later(cast, customer, accounts, now):
    agreed_to_advertising(cast, customer, now)
    nora = person("nora", Role.EMPLOYEE, department=cast.sven.department, manager=cast.mona)
    with time_machine.travel(now, tick=False):
        record_objection(cast.clara, customer=customer, scope="full_block", how="spoken", at=now)
        page = shown(nora, "marketing")
    assert "Not allowed" in cells(page, "4711")["E-mail"] and page.context["hindrances"] == []


def test_the_sentences_cost_no_query(cast, customer, accounts, now, night):
    def cost() -> int:
        with CaptureQueriesContext(connection) as seen:
            shown(cast.anna, "marketing")
        return len(seen)

    before = cost()
    agreed_to_calls(cast, customer, now)
    assert cost() == before
