"""Putting messages into the outbox. Call inside the transaction of what caused them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django.db import connection

from portal.outbox.models import OutboxMessage
from portal.outbox.mornings import next_morning

if TYPE_CHECKING:
    from portal.people.models import User


def mail(
    *,
    to: User,
    template: str,
    context: dict[str, Any],
    at: datetime,
    key: str = "",
    due_at: datetime | None = None,
    urgent: bool = True,
) -> None:
    """One mail from `templates/emails/<template>.{subject.txt,txt,html}`, in the receiver's language.

    The receiver can read it in the portal at once. By mail it goes out at once too, or with everything else that is
    not `urgent` at seven in the morning (local time). `context` must be JSON. With a `key`, the mail exists once for
    ever; a second call is silently the same mail.
    """
    _put(
        kind=OutboxMessage.Kind.MAIL,
        topic=template,
        recipient=to,
        payload=context,
        at=at,
        key=key,
        due_at=due_at if urgent else next_morning(at),
        urgent=urgent,
    )


def letter(topic: str, payload: dict[str, Any], *, at: datetime, key: str = "", due_at: datetime | None = None) -> None:
    """One mail to somebody outside; the composer of `topic` in portal/handlers.py makes its words when it goes out.

    `payload` holds ids, never an address. With a `key`, the mail exists once for ever.
    """
    _put(kind=OutboxMessage.Kind.LETTER, topic=topic, recipient=None, payload=payload, at=at, key=key, due_at=due_at)


def event(topic: str, payload: dict[str, Any], *, at: datetime, key: str = "", due_at: datetime | None = None) -> None:
    """One event for the handlers of `topic` in portal/handlers.py, who hear of it at `due_at`."""
    _put(
        kind=OutboxMessage.Kind.EVENT,
        topic=topic,
        recipient=None,
        payload=payload,
        at=at,
        key=key,
        due_at=due_at,
    )


def events(topic: str, payloads: list[dict[str, Any]], *, at: datetime) -> None:
    """Many events of one topic in one statement."""
    _demand_transaction()
    OutboxMessage.objects.bulk_create(
        OutboxMessage(kind=OutboxMessage.Kind.EVENT, topic=topic, payload=payload, key=uuid4().hex, due_at=at)
        for payload in payloads
    )


def _put(
    *,
    kind: str,
    topic: str,
    recipient: User | None,
    payload: dict[str, Any],
    at: datetime,
    key: str,
    due_at: datetime | None,
    urgent: bool = True,
) -> None:
    _demand_transaction()
    message = OutboxMessage(
        kind=kind,
        topic=topic,
        recipient=recipient,
        payload=payload,
        key=key or uuid4().hex,
        due_at=due_at or at,
        urgent=urgent,
    )
    OutboxMessage.objects.bulk_create([message], ignore_conflicts=True)


def _demand_transaction() -> None:
    if not connection.in_atomic_block:
        raise RuntimeError("An outbox message belongs into the transaction of what caused it.")
