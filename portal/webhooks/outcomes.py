"""What becomes of a delivery and its endpoint after a try."""

from __future__ import annotations

import random
from datetime import datetime

from django.db import transaction

from portal.audit.services import Job, record
from portal.webhooks import notices, rules
from portal.webhooks.models import Attempt, Delivery, Endpoint
from portal.webhooks.posting import Result
from portal.webhooks.rules import Verdict

SEND = Job("webhooks.send")
State = Endpoint.State


@transaction.atomic
def note_outcome(*, delivery: Delivery, result: Result, milliseconds: int, at: datetime) -> bool:
    """Write down one try and what follows from it; whether it was delivered. The locks are taken in the order of the
    administrators' verbs: endpoint first, then delivery."""
    endpoint = Endpoint.objects.select_for_update(of=("self",)).get(pk=delivery.endpoint_id)
    mine = Delivery.objects.select_for_update(of=("self",)).get(pk=delivery.pk)
    Attempt.objects.create(
        delivery=mine, at=at, status=result.status, problem=result.problem, milliseconds=milliseconds
    )
    mine.tries += 1
    said = rules.verdict(result.status)
    if said == Verdict.DELIVERED:
        _delivered(endpoint, mine, at)
        return True
    if mine.state == Delivery.State.WAITING:
        if said == Verdict.GONE:
            _gone(endpoint, mine, at)
        else:
            _failed(endpoint, mine, result, at)
    mine.save(update_fields=["state", "tries", "due_at", "done_at"])
    return False


def _delivered(endpoint: Endpoint, mine: Delivery, at: datetime) -> None:
    mine.state, mine.done_at = Delivery.State.DELIVERED, at
    mine.save(update_fields=["state", "tries", "done_at"])
    endpoint.failures, endpoint.failing_since, endpoint.rest_until = 0, None, None
    endpoint.last_success_at = at
    endpoint.save(update_fields=["failures", "failing_since", "rest_until", "last_success_at"])


def _gone(endpoint: Endpoint, mine: Delivery, at: datetime) -> None:
    """410: the receiver wants nothing any more, so nothing is kept for it."""
    mine.state, mine.done_at = Delivery.State.DROPPED, at
    drop_waiting(endpoint, at=at)
    _stop(endpoint, State.GONE, "webhook.gone", at)


def _failed(endpoint: Endpoint, mine: Delivery, result: Result, at: datetime) -> None:
    endpoint.failures += 1
    endpoint.failing_since = endpoint.failing_since or at
    endpoint.rest_until = at + rules.rest(endpoint.failures, result.status)
    endpoint.save(update_fields=["failures", "failing_since", "rest_until"])
    stops = endpoint.state == State.ON and rules.is_silent(endpoint.failing_since, at)
    if not stops and mine.tries >= rules.MOST_TRIES and _took_another(endpoint, mine):
        mine.state, mine.done_at = Delivery.State.GIVEN_UP, at
        notices.given_up(endpoint, at=at)
    else:
        mine.due_at = rules.next_try(mine.tries, at=at, chance=random.random(), wish=result.wish)
    if stops:
        _stop(endpoint, State.FAILING, "webhook.failing", at)


def _took_another(endpoint: Endpoint, mine: Delivery) -> bool:
    """Whether the receiver took something since this was last tried. Then it is this message that it cannot take; else
    it may be down, and a message that is given up while nobody can answer would be lost."""
    if endpoint.last_success_at is None:
        return False
    earlier = list(Attempt.objects.filter(delivery=mine).order_by("-pk").values_list("at", flat=True)[1:2])
    return bool(earlier) and endpoint.last_success_at >= earlier[0]


def _stop(endpoint: Endpoint, state: Endpoint.State, verb: str, at: datetime) -> None:
    before, endpoint.state = endpoint.state, state
    endpoint.save(update_fields=["state"])
    record(SEND, verb, "webhook", endpoint.name, at=at, before={"state": before}, after={"state": state})
    notices.stopped(endpoint, at=at)


def drop_waiting(endpoint: Endpoint, *, at: datetime) -> None:
    """What was still to be sent is not wanted any more. The caller holds the endpoint's lock."""
    waiting = Delivery.objects.filter(endpoint=endpoint, state=Delivery.State.WAITING)
    waiting.update(state=Delivery.State.DROPPED, done_at=at)
