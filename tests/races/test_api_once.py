"""A system that repeats itself at the same instant: one act, and the same answer for all."""

import json
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client

from consent.models import ConsentEvent
from consent.services import give_consent
from contacts.customers.models import Objection
from portal.machines.models import MachineCall
from portal.machines.services import make_token
from tests.cast import wording

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _clock_and_counters(now, time_machine):
    time_machine.move_to(now)
    yield
    cache.clear()


def test_one_number_sent_ten_times_at_once_acts_once(cast, customer, now, together):
    scopes = ["withdrawals:write"]
    key = make_token(cast.adam, name="shop", scopes=scopes, expires_at=now + timedelta(days=1), at=now)[1]
    give_consent(
        cast.clara,
        customer=customer,
        purpose="marketing",
        channel="email",
        how="paper",
        evidence="Formular 7",
        text=wording("marketing", "email"),
        given_at=now - timedelta(days=1),
        at=now - timedelta(days=1),
    )
    body = json.dumps({"customer": "4711", "purpose": "marketing", "channel": "email", "origin": "shop-1"})

    def send():
        headers = {"authorization": f"Bearer {key}"}
        answer = Client().post("/api/v1/withdrawals", body, content_type="application/json", headers=headers)
        return answer.status_code, answer.json()

    assert together(*[send] * 10) == [(200, {"consents_ended": 1})] * 10
    assert ConsentEvent.objects.filter(kind="withdrawn").count() == 1
    assert Objection.objects.count() == MachineCall.objects.count() == 1
