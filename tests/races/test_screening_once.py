"""A hundred posts of one list under one Idempotency-Key: one screening, one entry in the trail, one answer for all."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client

from contacts.screening.models import Piece, Screening
from contacts.screening.services.working import run_waiting
from portal.audit.models import AuditEntry
from portal.machines.services import confirm_token, make_token

pytestmark = pytest.mark.django_db(transaction=True)
THREADS, EACH = 8, 13


@pytest.fixture(autouse=True)
def _clock_and_counters(now, time_machine):
    time_machine.move_to(now, tick=False)
    yield
    cache.clear()


def key_of(cast, now) -> str:
    end = now + timedelta(days=1)
    scopes = ["screenings:write", "screenings:read"]
    token, key = make_token(cast.adam, name="crm", scopes=scopes, expires_at=end, acts_for=cast.anna, at=now)
    confirm_token(cast.anna, token=token, at=now)
    return key


def test_a_hundred_posts_with_one_key_are_one_screening(cast, customer, accounts, now, together):
    headers = {"authorization": f"Bearer {key_of(cast, now)}", "idempotency-key": "campaign-7"}

    def send():
        path = "/api/v1/screenings?purpose=service&channel=email"
        sent = [
            Client().post(path, b"Kundennummer\n4711\n", content_type="text/csv", headers=headers)
            for _number in range(EACH)
        ]
        return [(answer.status_code, answer["Location"], answer.json()["id"]) for answer in sent]

    answers = [answer for several in together(*[send] * THREADS) for answer in several]
    assert len(answers) == THREADS * EACH >= 100
    assert answers == [(202, *answers[0][1:])] * len(answers)
    assert Screening.objects.count() == AuditEntry.objects.filter(verb="screening.asked").count() == 1
    assert Piece.objects.count() == 1


def test_four_workers_at_once_answer_a_list_once(cast, customer, accounts, now, together):
    headers = {"authorization": f"Bearer {key_of(cast, now)}"}
    path = "/api/v1/screenings?purpose=service&channel=email"
    Client().post(path, b"Kundennummer\n4711\n", content_type="text/csv", headers=headers)
    ended = together(*[lambda: run_waiting(at=now)] * 4)
    assert sum(ended) + run_waiting(at=now) == 1  # type: ignore[arg-type]
    assert Screening.objects.get().attempts == 1
    assert AuditEntry.objects.filter(verb="screening.done").count() == 1
    assert Piece.objects.filter(part="result").count() == 1
