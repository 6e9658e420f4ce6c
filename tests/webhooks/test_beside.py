"""Webhooks beside the rest of the house: mails, the clock, the settings, what is forgotten."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import transaction

from portal.checks import combinations
from portal.outbox import services as outbox
from portal.outbox.delivery import deliver_due
from portal.outbox.models import OutboxMessage
from portal.webhooks import delivering, forgetting
from portal.webhooks.models import Attempt, Delivery, Endpoint, Event
from tests.webhooks.conftest import endpoint_at, say
from tests.webhooks.receiver import Raw

pytestmark = pytest.mark.django_db
CONTEXT = {"number": "R-1", "author": "Mona Beispiel"}


def test_a_dead_receiver_does_not_hold_up_the_mails(adam, clock, settings, mail_folder):
    settings.WEBHOOK_TIMEOUT_SECONDS = 1
    with Raw(b"", then_close=False) as dead:
        endpoint_at(adam, dead.url, clock)
        for customer in range(50):
            say(customer, clock)
        with transaction.atomic():
            outbox.mail(to=adam, template="commented", context=CONTEXT, at=clock)
        assert deliver_due(at=clock) == 1
        delivering.send_due(at=clock)
        assert dead.calls == 1, "the rest of its events waits, not the worker"
    assert len(list(mail_folder.glob("*.eml"))) == 1


def test_in_a_house_without_a_worker_mails_go_out_before_receivers_are_called(adam, clock, receiver, mail_folder):
    endpoint_at(adam, receiver.url, clock)
    say(7, clock)
    with transaction.atomic():
        outbox.mail(to=adam, template="commented", context=CONTEXT, at=clock)
    sent = []
    receiver.answer = lambda _got: sent.append(len(list(mail_folder.glob("*.eml")))) or 200
    call_command("run_due")
    assert sent == [1]


def test_a_fault_of_ours_leaves_the_others_alone(adam, clock, receiver, monkeypatch):
    endpoint_at(adam, receiver.url, clock, name="well")
    endpoint_at(adam, receiver.url, clock, name="bad")
    say(7, clock)
    post = delivering._post

    def fail(delivery, *rest):
        if delivery.endpoint.name == "bad":
            raise RuntimeError("ours")
        return post(delivery, *rest)

    monkeypatch.setattr(delivering, "_post", fail)
    assert delivering.send_due(at=clock) == 1
    assert Delivery.objects.filter(state="waiting").count() == 1


def test_administrators_are_told_in_words(adam, clock, receiver, mail_folder):
    endpoint_at(adam, receiver.url, clock)
    receiver.answer = lambda _got: 410
    say(7, clock)
    delivering.send_due(at=clock)
    deliver_due(at=clock)
    assert OutboxMessage.objects.get(topic="webhook_stopped").done_at is not None
    (mail,) = mail_folder.glob("*.eml")
    assert b"crm" in mail.read_bytes()


@pytest.mark.parametrize("what", ["gone", "failing", "given_up"])
def test_each_of_their_mails_can_be_written(adam, clock, what):
    from portal.outbox.reading import told

    context = {"name": "crm", "what": what, "path": "/webhooks/1/"}
    with transaction.atomic():
        outbox.mail(to=adam, template="webhook_stopped", context=context, at=clock)
    said = told(OutboxMessage.objects.get())
    assert "crm" in said.subject and said.path == "/webhooks/1/" and said.text and said.html


def test_what_was_sent_is_forgotten_after_thirty_days_and_what_waits_stays(adam, clock, receiver):
    endpoint_at(adam, receiver.url, clock)
    receiver.answer = lambda got: 500 if got.told["data"]["customer_id"] == 8 else 200
    say(7, clock)
    say(8, clock)
    delivering.send_due(at=clock)
    assert forgetting.forget(at=clock + timedelta(days=29)) == 0
    assert forgetting.forget(at=clock + timedelta(days=31)) == 1
    assert list(Event.objects.values_list("customer_id", flat=True)) == [8]
    assert (Delivery.objects.count(), Attempt.objects.count()) == (1, 1)


@pytest.mark.parametrize("state", ["failing", "off", "gone"])
def test_what_waits_for_a_receiver_that_nobody_switches_on_is_forgotten_too(adam, clock, state):
    endpoint_at(adam, "https://x.example/", clock)
    say(7, clock)
    delivering.match(at=clock)
    Endpoint.objects.update(state=state)
    assert forgetting.forget(at=clock + timedelta(days=29)) == 0
    assert forgetting.forget(at=clock + timedelta(days=31)) == 1
    assert not Delivery.objects.exists()


@pytest.mark.parametrize(
    ("networks", "seconds", "found"),
    [
        ([], 15, 0),
        (["10.20.0.0/16", "fd00::/8"], 15, 0),
        (["0.0.0.0/0"], 15, 1),
        (["::/0"], 15, 1),
        (["0.0.0.0/1", "128.0.0.0/1"], 15, 2),
        (["everything"], 15, 1),
        (["10.20.0.1/16"], 15, 1),
        ([], 0, 1),
        ([], 600, 1),
    ],
)
def test_settings_that_open_everything_do_not_go_live(settings, networks, seconds, found):
    settings.LENIENT, settings.WEBHOOK_NETWORKS, settings.WEBHOOK_TIMEOUT_SECONDS = False, networks, seconds
    assert [one.id for one in combinations() if one.id == "kontaktklar.E027"] == ["kontaktklar.E027"] * found
