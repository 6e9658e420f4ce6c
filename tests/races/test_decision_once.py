"""A hundred calls under one Idempotency-Key: one decision, one entry in the trail, one answer for all."""

import json
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client

from contacts.requests.models import GivenDecision
from portal.audit.models import AuditEntry
from portal.machines.models import ApiToken
from portal.machines.services import confirm_token, make_token

pytestmark = pytest.mark.django_db(transaction=True)
THREADS, EACH = 8, 13


@pytest.fixture(autouse=True)
def _clock_and_counters(now, time_machine):
    time_machine.move_to(now, tick=False)
    yield
    cache.clear()


def test_a_hundred_calls_with_one_key_decide_once(cast, customer, accounts, now, together):
    end = now + timedelta(days=1)
    token, key = make_token(
        cast.adam, name="crm", scopes=["decisions:write"], expires_at=end, acts_for=cast.anna, at=now
    )
    confirm_token(cast.anna, token=token, at=now)
    body = json.dumps({"customer": "4711", "purpose": "service", "channel": "email"})
    headers = {"authorization": f"Bearer {key}", "idempotency-key": "campaign-7/4711"}

    def send():
        answers = [
            Client().post("/api/v1/decisions", body, content_type="application/json", headers=headers)
            for _number in range(EACH)
        ]
        return [(answer.status_code, answer.json()) for answer in answers]

    answers = [answer for several in together(*[send] * THREADS) for answer in several]
    assert len(answers) == THREADS * EACH >= 100
    assert answers == [(200, answers[0][1])] * len(answers)
    assert GivenDecision.objects.count() == AuditEntry.objects.filter(verb="decision.given").count() == 1
    assert ApiToken.objects.get().calls_in_minute == THREADS * EACH
