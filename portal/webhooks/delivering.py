"""Sending what is due: one try at a time, outside any transaction; what came of it is written in a short one.

The job has one turn at a time (`portal.jobs`), so no two senders meet. A sender that is killed after the receiver's 200
and before its own commit has written nothing: the next one sends again, under the same id. An earlier event of a
customer that an endpoint has not got keeps the later ones of that customer, for that endpoint, and nobody else's.
"""

from __future__ import annotations

import json
import logging
import time
from datetime import UTC, datetime

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Exists, OuterRef

from portal.webhooks import posting, signing
from portal.webhooks.addresses import read_networks
from portal.webhooks.matching import match
from portal.webhooks.models import Attempt, Delivery, Endpoint, Event
from portal.webhooks.outcomes import note_outcome

logger = logging.getLogger(__name__)
#: Of one turn: a slow receiver must not keep a worker from its other jobs.
BUDGET_SECONDS = 45.0
#: After an answer that took longer a receiver has no more of this turn: it would use up the others' part of it.
SLOW_SECONDS = 2.0


def send_due(*, at: datetime, limit: int = 500, resolver: posting.Resolver = posting.resolve) -> int:
    """Match new events, then try up to `limit` deliveries that are due, by turns over the endpoints; returns how many
    were delivered. A receiver that fails rests, and a slow one waits for the next turn, so that the others do not wait
    for it."""
    match(at=at)
    done, tried, deadline, over = 0, 0, time.monotonic() + BUDGET_SECONDS, set[int]()
    while found := _due(at, over):
        for delivery in found:
            if tried >= limit or time.monotonic() >= deadline:
                return done
            tried, began = tried + 1, time.monotonic()
            try:
                done += _try(delivery, at, resolver)
            except Exception:
                # Ours, not the receiver's: its endpoint waits for the next turn, and the others do not wait for it.
                logger.exception("%s could not be sent", delivery)
                over.add(delivery.endpoint_id)
            if time.monotonic() - began > SLOW_SECONDS:
                over.add(delivery.endpoint_id)
    return done


def _due(at: datetime, over: set[int]) -> list[Delivery]:
    """The oldest that is due of each endpoint that may be called."""
    firsts = [_first(endpoint, at) for endpoint in Endpoint.objects.ready(at).exclude(pk__in=over)]
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
    fresh = _as_it_is_now(delivery)
    return _send(fresh, at, resolver) if fresh is not None else 0


def _as_it_is_now(delivery: Delivery) -> Delivery | None:
    """Other endpoints had their turn since it was read, some of them slow: meanwhile an administrator may have switched
    this one off or given it another secret."""
    wanted = Delivery.objects.filter(state=Delivery.State.WAITING, endpoint__state=Endpoint.State.ON)
    return wanted.select_related("event", "endpoint").filter(pk=delivery.pk).first()


def _send(delivery: Delivery, at: datetime, resolver: posting.Resolver) -> int:
    began = time.monotonic()
    result = _post(delivery, at, resolver)
    took = int((time.monotonic() - began) * 1000)
    return int(note_outcome(delivery=delivery, result=result, milliseconds=took, at=at))


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
