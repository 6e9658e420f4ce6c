"""What a receiver gets, and what becomes of what it does not take. The receivers are real HTTP servers."""

import time
from datetime import timedelta

import pytest
from standardwebhooks import WebhookVerificationError

from portal.audit.models import AuditEntry
from portal.outbox.models import OutboxMessage
from portal.webhooks import delivering, rules, services
from portal.webhooks.models import Attempt, Delivery, Endpoint, Event, EventType
from tests.webhooks.conftest import endpoint_at, say
from tests.webhooks.receiver import Receiver

pytestmark = pytest.mark.django_db


def send(at, **fields) -> int:
    return delivering.send_due(at=at, **fields)


def hours(at, number: float):
    return at + timedelta(hours=number)


def states() -> list[str]:
    return list(Delivery.objects.order_by("event_id").values_list("state", flat=True))


def test_a_message_is_signed_as_the_specification_says(adam, receiver, clock):
    _endpoint, secret = endpoint_at(adam, receiver.url, clock)
    say(7, clock)
    assert send(clock) == 1
    (got,) = receiver.got
    assert secret.startswith("whsec_")
    told = got.verify(secret)
    assert told["type"] == "consent.changed" and told["data"] == {"customer": "C-7", "customer_id": 7, "number": 1}
    assert told["timestamp"].endswith("Z")
    assert got.id == Event.objects.get().message_id
    assert got.headers["content-type"] == "application/json"


def test_another_secret_or_another_body_does_not_fit_the_signature(adam, receiver, clock):
    _endpoint, secret = endpoint_at(adam, receiver.url, clock)
    _other, others = endpoint_at(adam, "https://x.example/", clock, name="other", events=["permit.granted"])
    say(7, clock)
    send(clock)
    (got,) = receiver.got
    with pytest.raises(WebhookVerificationError):
        got.verify(others)
    got.body = got.body.replace(b"C-7", b"C-8")
    with pytest.raises(WebhookVerificationError):
        got.verify(secret)


def test_an_endpoint_gets_only_the_events_it_asked_for(adam, receiver, clock):
    endpoint_at(adam, receiver.url, clock, events=["permit.granted"])
    say(7, clock)
    say(7, clock, type=EventType.PERMIT_GRANTED)
    assert send(clock) == 1
    assert [got.told["type"] for got in receiver.got] == ["permit.granted"]


def test_where_nobody_listens_nothing_is_written(adam, clock, receiver):
    say(7, clock)
    endpoint, _secret = endpoint_at(adam, receiver.url, clock)
    services.switch_off(adam, endpoint=endpoint, at=clock)
    say(7, clock)
    assert not Event.objects.exists()


def test_each_endpoint_gets_its_own_delivery_of_the_same_message(adam, clock):
    with Receiver() as one, Receiver() as two:
        endpoint_at(adam, one.url, clock, name="one")
        endpoint_at(adam, two.url, clock, name="two")
        say(7, clock)
        assert send(clock) == 2
        assert [got.id for got in one.got] == [got.id for got in two.got]


def test_what_is_not_taken_is_tried_again_under_the_same_id_with_the_same_body(adam, receiver, clock):
    _endpoint, secret = endpoint_at(adam, receiver.url, clock)
    receiver.answer = lambda _got: 500 if len(receiver.got) < 3 else 204
    say(7, clock)
    assert send(clock) == 0
    assert send(clock) == 0, "not before its time"
    assert len(receiver.got) == 1
    assert send(clock + timedelta(seconds=6)) == 0
    assert send(clock + timedelta(seconds=6 + 340)) == 1
    assert len({(got.id, got.body) for got in receiver.got}) == 1
    assert len({got.headers["webhook-timestamp"] for got in receiver.got}) == 3, "the stamp is that of the try"
    assert list(Attempt.objects.values_list("status", flat=True)) == [500, 500, 204]
    receiver.got[0].verify(secret)


def test_a_receiver_that_asks_for_more_time_gets_it(adam, receiver, clock):
    endpoint_at(adam, receiver.url, clock)
    receiver.answer, receiver.headers = (lambda _got: 503), {"Retry-After": "3600"}
    say(7, clock)
    send(clock)
    assert Delivery.objects.get().due_at == clock + timedelta(hours=1)


def test_a_redirect_is_not_followed(adam, receiver, clock):
    with Receiver() as elsewhere:
        receiver.answer, receiver.headers = (lambda _got: 307), {"Location": elsewhere.url}
        endpoint_at(adam, receiver.url, clock)
        say(7, clock)
        assert send(clock) == 0
        assert not elsewhere.got
    assert Attempt.objects.get().status == 307
    assert states() == ["waiting"]


def test_410_switches_the_endpoint_off_and_tells_the_administrators(adam, receiver, clock):
    endpoint, _secret = endpoint_at(adam, receiver.url, clock)
    receiver.answer = lambda _got: 410
    say(7, clock)
    say(8, clock)
    assert send(clock) == 0
    endpoint.refresh_from_db()
    assert (endpoint.state, states()) == ("gone", ["dropped", "dropped"])
    assert len(receiver.got) == 1
    say(9, clock)
    assert Event.objects.count() == 2, "nothing is kept for it"
    told = OutboxMessage.objects.get(topic="webhook_stopped")
    assert (told.recipient, told.payload["what"]) == (adam, "gone")
    entry = AuditEntry.objects.get(verb="webhook.gone")
    assert (entry.job, entry.before, entry.after) == ("webhooks.send", {"state": "on"}, {"state": "gone"})


def run_through(at, *, until: timedelta) -> int:
    """The clock runs: each turn at the next time at which something is due."""
    now, turns = at, 0
    while now < at + until:
        send(now)
        turns += 1
        rests = [one.rest_until for one in Endpoint.objects.all() if one.rest_until]
        waiting = Delivery.objects.filter(state="waiting", endpoint__state="on")
        dues = [one.due_at for one in waiting if one.due_at > now]
        if not dues:
            break
        now = max([*rests, min(dues), now + timedelta(seconds=1)])
    return turns


def test_after_ten_tries_in_three_days_the_endpoint_is_failing_and_the_administrators_are_told(adam, receiver, clock):
    endpoint, _secret = endpoint_at(adam, receiver.url, clock)
    receiver.answer = lambda _got: 500
    say(7, clock)
    run_through(clock, until=timedelta(days=10))
    endpoint.refresh_from_db()
    assert endpoint.state == "failing"
    assert states() == ["waiting"], "what a receiver that was down did not get is not lost"
    assert len(receiver.got) == rules.MOST_TRIES == 10
    at = list(Attempt.objects.values_list("at", flat=True))
    assert timedelta(days=3) <= at[-1] - at[0] <= timedelta(days=3.6)
    assert {one.payload["what"] for one in OutboxMessage.objects.filter(recipient=adam)} == {"failing"}


def test_one_event_that_a_receiver_cannot_take_does_not_stop_the_endpoint(adam, receiver, clock):
    endpoint, _secret = endpoint_at(adam, receiver.url, clock)
    receiver.answer = lambda got: 500 if got.told["data"]["customer_id"] == 7 else 200
    say(7, clock)
    send(clock)
    for day in range(5):
        say(8, clock, number=day)
        run_through(clock + timedelta(days=day), until=timedelta(hours=23))
    endpoint.refresh_from_db()
    assert endpoint.state == "on"
    assert states()[0] == "given_up" and set(states()[1:]) == {"delivered"}
    assert {one.payload["what"] for one in OutboxMessage.objects.filter(recipient=adam)} == {"given_up"}


def test_a_failing_endpoint_gets_all_in_its_order_when_it_is_switched_on(adam, receiver, clock):
    endpoint, _secret = endpoint_at(adam, receiver.url, clock)
    receiver.answer = lambda _got: 500
    say(7, clock, number=0)
    run_through(clock, until=timedelta(days=10))
    receiver.answer = lambda _got: 200
    receiver.got.clear()
    later = clock + timedelta(days=5)
    for number in (1, 2, 3):
        say(7, later, number=number)
    assert send(later) == 0 and not receiver.got
    services.switch_on(adam, endpoint=endpoint, at=later)
    assert send(later) == 4
    assert [got.told["data"]["number"] for got in receiver.got] == [0, 1, 2, 3]


def test_a_receiver_that_went_down_after_the_first_try_loses_nothing(adam, receiver, clock):
    """The tenth try comes before three days without any success are over."""
    endpoint, _secret = endpoint_at(adam, receiver.url, clock)
    up = {"other": True}
    receiver.answer = lambda got: 200 if got.told["data"]["customer_id"] == 8 and up["other"] else 500
    say(7, clock)
    run_through(clock, until=timedelta(hours=8))
    say(8, hours(clock, 8))
    send(hours(clock, 8))
    up["other"] = False
    run_through(hours(clock, 9), until=timedelta(days=10))
    endpoint.refresh_from_db()
    assert (endpoint.state, states()) == ("failing", ["waiting", "delivered"])
    assert len([got for got in receiver.got if got.told["data"]["customer_id"] == 7]) > rules.MOST_TRIES


def test_events_of_one_customer_come_in_their_order_and_others_do_not_wait(adam, receiver, clock):
    endpoint_at(adam, receiver.url, clock)
    broken = {7}
    receiver.answer = lambda got: 500 if got.told["data"]["customer_id"] in broken else 200
    for number in (1, 2, 3):
        say(7, clock, number=number)
        say(8, clock, number=number)
    send(clock)
    taken = [got.told["data"]["number"] for got in receiver.got if got.told["data"]["customer_id"] == 8]
    assert taken == [1, 2, 3]
    tried = [got.told["data"]["number"] for got in receiver.got if got.told["data"]["customer_id"] == 7]
    assert set(tried) == {1}, "the later ones wait for the first"
    broken.clear()
    receiver.got.clear()
    assert send(hours(clock, 1)) == 3
    assert [got.told["data"]["number"] for got in receiver.got] == [1, 2, 3]


def test_what_was_given_up_holds_up_nothing(adam, receiver, clock):
    endpoint_at(adam, receiver.url, clock)
    receiver.answer = lambda got: 500 if got.told["data"]["number"] == 1 else 200
    say(7, clock, number=1)
    say(7, clock, number=2)
    for day in range(5):
        say(8, hours(clock, 24 * day), number=2)
        run_through(hours(clock, 24 * day), until=timedelta(hours=23))
    assert states()[:2] == ["given_up", "delivered"]


def test_one_endpoint_that_fails_does_not_hold_up_another(adam, receiver, clock):
    with Receiver(answer=lambda _got: 503) as broken:
        endpoint_at(adam, broken.url, clock, name="broken")
        endpoint_at(adam, receiver.url, clock, name="well")
        for number in range(5):
            say(7, clock, number=number)
            say(number + 100, clock)
        assert send(clock) == 10
        assert len(broken.got) == 1, "it rests after its first failure"
    assert receiver.customers == [7, 100, 7, 101, 7, 102, 7, 103, 7, 104]


def test_a_slow_receiver_gets_one_a_turn_and_the_others_all(adam, receiver, clock, monkeypatch):
    monkeypatch.setattr(delivering, "SLOW_SECONDS", 0.15)
    with Receiver(answer=lambda _got: time.sleep(0.2) or 200) as slow:
        endpoint_at(adam, slow.url, clock, name="slow")
        endpoint_at(adam, receiver.url, clock, name="well")
        for customer in range(5):
            say(customer, clock)
        assert send(clock) == 6
        assert (len(slow.got), len(receiver.got)) == (1, 5)
        assert send(clock) == 1


def test_events_without_a_customer_wait_for_nobody(adam, receiver, clock):
    endpoint_at(adam, receiver.url, clock)
    receiver.answer = lambda got: 500 if got.told["data"]["number"] == 1 else 200
    for number in (1, 2):
        say(None, clock, number=number, type=EventType.INCIDENT_OPENED)
    send(clock)
    assert states() == ["waiting", "delivered"]


def test_a_rotated_secret_signs_beside_the_earlier_one_for_a_day(adam, receiver, clock, time_machine):
    endpoint, old = endpoint_at(adam, receiver.url, clock)
    _endpoint, new = services.rotate_secret(adam, endpoint=endpoint, at=clock)
    say(7, clock)
    send(clock)
    assert len(receiver.got[0].headers["webhook-signature"].split(" ")) == 2
    assert receiver.got[0].verify(old) == receiver.got[0].verify(new)
    later = clock + rules.GRACE
    time_machine.move_to(later)
    say(7, later)
    send(later)
    receiver.got[1].verify(new)
    with pytest.raises(WebhookVerificationError):
        receiver.got[1].verify(old)


def test_with_another_secret_key_nothing_is_sent_under_a_wrong_signature(adam, receiver, clock, settings):
    _endpoint, secret = endpoint_at(adam, receiver.url, clock)
    say(7, clock)
    before, settings.SECRET_KEY = settings.SECRET_KEY, "another key of the house, long enough to be one"
    assert send(clock) == 0
    assert not receiver.got and Attempt.objects.get().problem == "secret_lost"
    settings.SECRET_KEY_FALLBACKS = [before]
    assert send(clock + timedelta(minutes=5)) == 1
    receiver.got[0].verify(secret)


def test_the_database_keeps_no_secret(adam, receiver, clock):
    import base64

    endpoint, secret = endpoint_at(adam, receiver.url, clock)
    bits = base64.b64decode(secret.removeprefix("whsec_"))
    assert len(bits) == 32
    kept = Endpoint.objects.filter(pk=endpoint.pk).values().get()
    assert not any(secret in str(value) or bits.hex() in str(value) for value in kept.values())
    assert not any(secret in str(entry.after) for entry in AuditEntry.objects.all())


def test_send_again_uses_the_same_id(adam, receiver, clock):
    endpoint_at(adam, receiver.url, clock)
    say(7, clock)
    send(clock)
    services.send_again(adam, delivery=Delivery.objects.get(), at=clock)
    assert send(clock) == 1
    assert receiver.got[0].id == receiver.got[1].id
    assert Attempt.objects.count() == 2


def test_switching_off_drops_what_waits(adam, receiver, clock):
    endpoint, _secret = endpoint_at(adam, receiver.url, clock)
    say(7, clock)
    delivering.match(at=clock)
    services.switch_off(adam, endpoint=endpoint, at=clock)
    assert send(clock) == 0 and not receiver.got
    assert states() == ["dropped"]


def test_a_receiver_that_is_switched_off_while_another_is_called_is_not_called(adam, clock, monkeypatch):
    note = delivering.note_outcome

    def and_off(**names):
        for one in (first, second):
            if one.pk != names["delivery"].endpoint_id:
                services.switch_off(adam, endpoint=one, at=clock)
        return note(**names)

    monkeypatch.setattr(delivering, "note_outcome", and_off)
    with Receiver() as one, Receiver() as two:
        first, _secret = endpoint_at(adam, one.url, clock, name="one")
        second, _secret = endpoint_at(adam, two.url, clock, name="two")
        say(7, clock)
        assert send(clock) == 1
        assert len(one.got + two.got) == 1
    assert sorted(states()) == ["delivered", "dropped"]


@pytest.mark.parametrize(("state", "sent"), [("off", 0), ("gone", 0), ("failing", 1)])
def test_switched_on_again_an_endpoint_gets_only_what_was_kept_for_it(adam, receiver, clock, state, sent):
    """Rows that were left behind for one that wanted nothing are not sent weeks later."""
    endpoint, _secret = endpoint_at(adam, receiver.url, clock)
    say(7, clock)
    delivering.match(at=clock)
    Endpoint.objects.update(state=state)
    services.switch_on(adam, endpoint=endpoint, at=hours(clock, 400))
    assert send(hours(clock, 400)) == sent == len(receiver.got)


def test_a_receiver_that_refuses_ten_in_a_row_rests(adam, receiver, clock):
    endpoint_at(adam, receiver.url, clock)
    receiver.answer = lambda _got: 500
    for customer in range(30):
        say(customer, clock)
    send(clock)
    assert len(receiver.got) == 11


@pytest.mark.parametrize("waiting", [1, 60])
def test_a_try_costs_the_same_statements_for_few_and_for_many(
    adam, receiver, clock, django_assert_num_queries, waiting
):
    endpoint_at(adam, receiver.url, clock)
    receiver.answer = lambda _got: 503
    for number in range(waiting):
        say(number % 20, clock)
    with django_assert_num_queries(16):
        send(clock)
