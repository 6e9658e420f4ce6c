"""Sending what is due: one try at a time, outside any transaction; what came of it is written in a short one.

The job has one turn at a time (`portal.jobs`), so no two senders meet. A sender that is killed after the receiver's 200
and before its own commit has written nothing: the next one sends again, under the same id. An earlier event of a
customer that an endpoint has not got keeps the later ones of that customer, for that endpoint, and nobody else's.
"""

from __future__ import annotations

import json
import random
import time
from datetime import UTC, datetime

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import Exists, OuterRef

from portal.audit.services import Job, record
from portal.webhooks import notices, posting, rules, signing
from portal.webhooks.addresses import read_networks
from portal.webhooks.matching import match
from portal.webhooks.models import Attempt, Delivery, Endpoint, Event
from portal.webhooks.rules import Verdict

SEND = Job("webhooks.send")
#: Of one turn: a slow receiver must not keep a worker from its other jobs.
BUDGET_SECONDS = 45.0
State = Endpoint.State


def send_due(*, at: datetime, limit: int = 500, resolver: posting.Resolver = posting.resolve) -> int:
    """Match new events, then try up to `limit` deliveries that are due, by turns over the endpoints; returns how many
    were delivered. A receiver that fails rests, so that the others do not wait for it."""
    match(at=at)
    done, tried, deadline = 0, 0, time.monotonic() + BUDGET_SECONDS
    while found := _due(at):
        for delivery in found:
            if tried >= limit or time.monotonic() >= deadline:
                return done
            done += _try(delivery, at, resolver)
            tried += 1
    return done


def _due(at: datetime) -> list[Delivery]:
    """The oldest that is due of each endpoint that may be called."""
    firsts = [_first(endpoint, at) for endpoint in Endpoint.objects.ready(at)]
    return [delivery for delivery in firsts if delivery is not None]


def _first(endpoint: Endpoint, at: datetime) -> Delivery | None:
    waiting = Delivery.objects.filter(endpoint=endpoint, state=Delivery.State.WAITING)
    earlier = waiting.filter(customer_id=OuterRef("customer_id"), event_id__lt=OuterRef("event_id"))
    due = waiting.filter(~Exists(earlier), due_at__lte=at).select_related("event")
    delivery = due.order_by("event_id").first()
    if delivery is not None:
        delivery.endpoint = endpoint
    return delivery


def _try(delivery: Delivery, at: datetime, resolver: posting.Resolver) -> int:
    began = time.monotonic()
    result = _post(delivery, at, resolver)
    return _note(delivery, result, int((time.monotonic() - began) * 1000), at)


def _post(delivery: Delivery, at: datetime, resolver: posting.Resolver) -> posting.Result:
    secrets = _secrets(delivery.endpoint, at)
    if not secrets:
        return posting.Result(None, Attempt.Problem.SECRET_LOST)
    body = body_of(delivery.event)
    return posting.post(
        delivery.endpoint.url,
        body=body,
        headers=signing.headers(delivery.event.message_id, body, secrets, at=at),
        seconds=settings.WEBHOOK_TIMEOUT_SECONDS,
        allowed=read_networks(settings.WEBHOOK_NETWORKS),
        resolver=resolver,
    )


def body_of(event: Event) -> bytes:
    """The same bytes with every try."""
    happened = event.happened_at.astimezone(UTC).isoformat().replace("+00:00", "Z")
    told = {"type": event.type, "timestamp": happened, "data": event.data}
    return json.dumps(told, cls=DjangoJSONEncoder, separators=(",", ":")).encode()


def _secrets(endpoint: Endpoint, at: datetime) -> list[bytes]:
    """What signs now, the newest first; none where the newest is lost."""
    newest = signing.known_secret(endpoint.salt, endpoint.fingerprint)
    if newest is None:
        return []
    if endpoint.old_until is None or endpoint.old_until <= at:
        return [newest]
    old = signing.known_secret(endpoint.old_salt, endpoint.old_fingerprint)
    return [newest, old] if old is not None else [newest]


@transaction.atomic
def _note(delivery: Delivery, result: posting.Result, milliseconds: int, at: datetime) -> int:
    """Endpoint first, then delivery: the order of the administrators' verbs. Returns 1 if it was delivered."""
    endpoint = Endpoint.objects.select_for_update(of=("self",)).get(pk=delivery.endpoint_id)
    mine = Delivery.objects.select_for_update(of=("self",)).get(pk=delivery.pk)
    Attempt.objects.create(
        delivery=mine, at=at, status=result.status, problem=result.problem, milliseconds=milliseconds
    )
    mine.tries += 1
    said = rules.verdict(result.status)
    if said == Verdict.DELIVERED:
        return _delivered(endpoint, mine, at)
    if mine.state == Delivery.State.WAITING:
        if said == Verdict.GONE:
            _gone(endpoint, mine, at)
        else:
            _failed(endpoint, mine, result, at)
    mine.save(update_fields=["state", "tries", "due_at", "done_at"])
    return 0


def _delivered(endpoint: Endpoint, mine: Delivery, at: datetime) -> int:
    mine.state, mine.done_at = Delivery.State.DELIVERED, at
    mine.save(update_fields=["state", "tries", "done_at"])
    endpoint.failures, endpoint.failing_since, endpoint.rest_until = 0, None, None
    endpoint.last_success_at = at
    endpoint.save(update_fields=["failures", "failing_since", "rest_until", "last_success_at"])
    return 1


def _gone(endpoint: Endpoint, mine: Delivery, at: datetime) -> None:
    """410: the receiver wants nothing any more, so nothing is kept for it."""
    mine.state, mine.done_at = Delivery.State.DROPPED, at
    mine.save(update_fields=["state", "done_at"])
    drop_waiting(endpoint, at=at)
    _stop(endpoint, State.GONE, "webhook.gone", at)


def _failed(endpoint: Endpoint, mine: Delivery, result: posting.Result, at: datetime) -> None:
    endpoint.failures += 1
    endpoint.failing_since = endpoint.failing_since or at
    endpoint.rest_until = at + rules.rest(endpoint.failures, result.status)
    endpoint.save(update_fields=["failures", "failing_since", "rest_until"])
    again = rules.next_try(mine.tries, at=at, chance=random.random(), wish=result.wish)
    if again is not None:
        mine.due_at = again
    else:
        mine.state, mine.done_at = Delivery.State.GIVEN_UP, at
        notices.given_up(endpoint, at=at)
    if endpoint.state == State.ON and rules.is_silent(endpoint.failing_since, at):
        _stop(endpoint, State.FAILING, "webhook.failing", at)


def _stop(endpoint: Endpoint, state: Endpoint.State, verb: str, at: datetime) -> None:
    before, endpoint.state = endpoint.state, state
    endpoint.save(update_fields=["state"])
    record(SEND, verb, "webhook", endpoint.name, at=at, before={"state": before}, after={"state": state})
    notices.stopped(endpoint, at=at)


def drop_waiting(endpoint: Endpoint, *, at: datetime) -> None:
    """What was still to be sent is not wanted any more. The caller holds the endpoint's lock."""
    waiting = Delivery.objects.filter(endpoint=endpoint, state=Delivery.State.WAITING)
    waiting.update(state=Delivery.State.DROPPED, done_at=at)
