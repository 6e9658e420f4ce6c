"""Two presses of “Confirm” at the same instant, on connections of their own: one consent, one mail."""

from datetime import timedelta
from functools import partial

import pytest
from django.core.cache import cache
from django.urls import reverse

from consent.models import Consent, ConsentEvent, OptIn
from consent.services import request_opt_in
from consent.services.opt_in import SIGN_UP
from contacts.customers.models import Customer
from portal.access.limits import Limit
from portal.audit.models import AuditEntry
from portal.outbox.models import OutboxMessage
from tests.cast import wording
from tests.consent.outside import browser, token_of_opt_in

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 10


@pytest.fixture(autouse=True)
def _clock_and_counters(now, time_machine):
    time_machine.move_to(now)
    yield
    cache.clear()


def press(path):
    return browser().post(path).status_code


def test_two_presses_at_once_confirm_once(cast, now, together):
    text = wording("marketing", "email")
    for number in range(ROUNDS):
        opt_in = request_opt_in(SIGN_UP, address=f"n{number}@post.example", text=text, via="web_form", at=now)
        path = reverse("opt_in_confirm", args=[token_of_opt_in(opt_in)])
        answers = together(*[partial(press, path)] * 4)
        assert answers == [302] * 4
    assert ConsentEvent.objects.filter(kind="confirmed").count() == ROUNDS
    assert AuditEntry.objects.filter(verb="consent.confirmed").count() == ROUNDS
    assert Customer.objects.count() == Consent.objects.count() == ROUNDS
    assert OutboxMessage.objects.filter(topic="consent.choices_saved").count() == ROUNDS


def test_two_sign_ups_of_one_address_at_once_send_one_mail(cast, now, together):
    text = wording("marketing", "email")

    def enter():
        return request_opt_in(SIGN_UP, address="one@post.example", text=text, via="web_form", at=now)

    results = together(*[enter] * 4)
    assert sum(isinstance(result, OptIn) for result in results) == 1
    assert [result for result in results if isinstance(result, Exception)] == []


def test_two_purposes_confirmed_at_once_make_one_customer(cast, now, together):
    asked = [
        request_opt_in(SIGN_UP, address="one@post.example", text=wording(purpose, "email"), via="web_form", at=earlier)
        for purpose, earlier in (("marketing", now - timedelta(minutes=11)), ("event_invitation", now))
    ]
    answers = together(*[partial(press, reverse("opt_in_confirm", args=[token_of_opt_in(one)])) for one in asked])
    assert answers == [302, 302]
    assert Customer.objects.count() == 1
    assert Consent.objects.filter(given_at__isnull=False).count() == 2


def test_a_limit_is_exact_when_many_ask_at_once(now, together):
    limit = Limit("test", 5, 3600)
    taken = together(*[lambda: limit.take("somebody", at=now) for _ in range(12)])
    assert taken.count(True) == 5 and taken.count(False) == 7
