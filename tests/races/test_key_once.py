"""A hundred calls under one Idempotency-Key that enter a consent: one row, one entry in the trail, one answer."""

import json
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client

from consent.models import Consent, ConsentEvent
from portal.audit.models import AuditEntry
from portal.machines.models import MachineCall
from portal.machines.services import confirm_token, make_token
from tests.cast import wording

pytestmark = pytest.mark.django_db(transaction=True)
THREADS, EACH = 8, 13


@pytest.fixture(autouse=True)
def _clock_and_counters(now, time_machine):
    time_machine.move_to(now, tick=False)
    yield
    cache.clear()


def test_a_hundred_calls_with_one_key_enter_one_consent(cast, customer, now, together):
    end, scopes = now + timedelta(days=1), ["consents:write"]
    token, key = make_token(cast.adam, name="crm", scopes=scopes, expires_at=end, acts_for=cast.clara, at=now)
    confirm_token(cast.clara, token=token, at=now)
    sent = {
        "purpose": "marketing",
        "channel": "phone",
        "given_at": (now - timedelta(hours=1)).isoformat(),
        "how": "spoken",
        "evidence": "Gesprächsnotiz 7",
        "text": wording("marketing", "phone").pk,
    }
    headers = {"authorization": f"Bearer {key}", "idempotency-key": "crm-77"}

    def send():
        kind = {"content_type": "application/json", "headers": headers}
        answers = [
            Client().post("/api/v1/customers/4711/consents", json.dumps(sent), **kind) for _number in range(EACH)
        ]
        return [(answer.status_code, answer.json()) for answer in answers]

    answers = [answer for several in together(*[send] * THREADS) for answer in several]
    assert len(answers) == THREADS * EACH >= 100
    assert answers == [(201, answers[0][1])] * len(answers)
    assert Consent.objects.count() == ConsentEvent.objects.count() == MachineCall.objects.count() == 1
    assert AuditEntry.objects.filter(verb="consent.given").count() == 1
