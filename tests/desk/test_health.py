"""Probes: who may ask, what they say, and that they say it with one word."""

from datetime import timedelta

import pytest
from django.db import InterfaceError, OperationalError, connection

from contacts.customers.suppression.models import SuppressionKey
from portal.desk import health
from portal.outbox import heartbeats
from portal.outbox.models import Heartbeat, OutboxMessage

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at_work(now):
    for part in heartbeats.Part:
        heartbeats.note(part, at=now)


def waiting(due_at, **fields):
    return OutboxMessage.objects.create(kind="event", key=f"k{due_at}", topic="x", due_at=due_at, **fields)


def test_the_process_answers_strangers_and_asks_nothing(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = client.get("/healthz")
    assert response.status_code == 200
    assert response.content == b"ok"


def test_ready_is_one_word_for_each_part(client):
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json() == {
        "status": "ready",
        "database": "ok",
        "migrations": "ok",
        "outbox": "ok",
        "redis": "ok",
        "suppression": "ok",
        "worker": "ok",
        "beat": "ok",
        "relay": "ok",
    }


def test_without_redis_the_portal_is_degraded_but_works(client, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json()["status"] == "degraded"
    assert response.json()["redis"] == "away"


def test_without_the_keys_of_the_refusals_the_portal_is_degraded_and_says_so(client, settings, now):
    SuppressionKey.objects.create(generation=2, fingerprint="0" * 16, created_at=now)
    response = client.get("/readyz")
    assert response.status_code == 200
    assert (response.json()["status"], response.json()["suppression"]) == ("degraded", "keys_missing")


def test_a_message_that_waits_for_five_minutes_is_late(client, now):
    waiting(now - timedelta(minutes=4, seconds=59))
    assert client.get("/readyz").status_code == 200
    waiting(now - timedelta(minutes=5))
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["outbox"] == "late"
    assert response.json()["status"] == "unready"


def test_a_late_outbox_is_no_news_while_redis_is_away(client, now, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    waiting(now - timedelta(hours=1))
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json()["outbox"] == "late"
    assert response.json()["status"] == "degraded"


def test_what_is_done_or_given_up_does_not_wait(client, now, cast):
    waiting(now - timedelta(hours=2), done_at=now + timedelta(days=1), attempts=3)
    settled = {"given_up_at": now, "given_up_by": cast.adam, "given_up_reason": "Nein."}
    waiting(now - timedelta(hours=1), parked_at=now, attempts=10, **settled)
    assert client.get("/readyz").json()["outbox"] == "ok"


@pytest.mark.parametrize(
    ("attempts", "is_parked", "word"), [(2, False, "ok"), (3, False, "failing"), (10, True, "failing")]
)
def test_messages_that_fail_again_and_again_degrade_the_portal(client, now, attempts, is_parked, word):
    waiting(now + timedelta(minutes=8), attempts=attempts, parked_at=now if is_parked else None)
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json()["outbox"] == word
    assert response.json()["status"] == ("ready" if word == "ok" else "degraded")


def test_what_is_late_is_not_excused_by_what_fails(client, now):
    waiting(now - timedelta(minutes=5), attempts=3)
    response = client.get("/readyz")
    assert (response.status_code, response.json()["outbox"]) == (503, "late")


def test_redis_is_asked_once_in_a_few_seconds_however_often_strangers_ask(client, monkeypatch):
    asked = []
    monkeypatch.setattr(health, "_known", {})
    monkeypatch.setattr(health, "_ask_redis", lambda url: asked.append(url) or "ok")
    for _turn in range(5):
        client.get("/readyz")
    assert len(asked) == 1
    monkeypatch.setattr(health, "REDIS_ASKED_EVERY_SECONDS", -1.0)
    monkeypatch.setattr(health, "_known", {})
    client.get("/readyz")
    client.get("/readyz")
    assert len(asked) == 3


def test_a_migration_that_was_not_applied_is_told(client):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'training'")
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["migrations"] == "behind"


@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
def test_a_database_that_is_away_is_told_without_details(client, monkeypatch, error):
    def refuse(*_args, **_kwargs):
        raise error("password of postgres is wrong")

    monkeypatch.setattr(connection, "cursor", refuse)
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["database"] == "away"
    assert b"postgres" not in response.content


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_probes_are_only_read(client, path):
    assert client.post(path).status_code == 405


@pytest.mark.parametrize("part", ["worker", "beat", "relay"])
def test_what_was_not_heard_of_for_three_minutes_is_silent(client, now, part):
    row = Heartbeat.objects.filter(part=part)
    row.update(at=now - timedelta(minutes=3))
    assert client.get("/readyz").status_code == 200
    row.update(at=now - timedelta(minutes=3, seconds=1))
    response = client.get("/readyz")
    assert response.status_code == 503
    words = response.json()
    assert (words["status"], words.pop(part)) == ("unready", "silent")
    assert "silent" not in words.values()


def test_a_part_that_was_never_heard_of_is_silent(client):
    Heartbeat.objects.filter(part="worker").delete()
    assert client.get("/readyz").json()["worker"] == "silent"


def test_while_redis_is_away_silence_is_no_news(client, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    Heartbeat.objects.all().delete()
    response = client.get("/readyz")
    assert response.status_code == 200
    assert (response.json()["status"], response.json()["worker"]) == ("degraded", "silent")


def test_readiness_asks_few_questions(client, django_assert_max_num_queries):
    client.get("/readyz")
    with django_assert_max_num_queries(6):
        client.get("/readyz")


def test_a_heartbeat_is_one_row_that_is_not_written_all_the_time(now, django_assert_num_queries):
    heartbeats.note(heartbeats.Part.RELAY, at=now + timedelta(seconds=4))
    assert Heartbeat.objects.get(part="relay").at == now
    with django_assert_num_queries(1):
        heartbeats.note(heartbeats.Part.RELAY, at=now + timedelta(seconds=5))
    assert Heartbeat.objects.get(part="relay").at == now + timedelta(seconds=5)
    heartbeats.note(heartbeats.Part.RELAY, at=now - timedelta(hours=1))
    assert Heartbeat.objects.get(part="relay").at == now - timedelta(hours=1), "a clock that was put right counts"


def test_a_beat_notes_itself_and_survives_a_database_that_is_away(monkeypatch):
    from portal.beat import NotingScheduler

    Heartbeat.objects.all().delete()
    beat = NotingScheduler.__new__(NotingScheduler)
    beat._note()
    assert Heartbeat.objects.filter(part="beat").count() == 1
    monkeypatch.setattr(heartbeats, "note", _refuse)
    monkeypatch.setattr(connection, "close", lambda: None)
    beat._note()


def _refuse(*_args, **_kwargs):
    raise OperationalError("away")
