"""Carrying out the outbox: claim one row, act, mark it done, all in one transaction per row.

A row is claimed with FOR UPDATE SKIP LOCKED, so any number of relays may run. A relay killed in the middle rolls
back and the row is claimed again: delivery is at least once, with the same Message-ID (RFC 5322, 3.6.4), and the
event handlers are idempotent.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.module_loading import import_string

from portal.outbox.letters import Composer, Letter
from portal.outbox.models import OutboxMessage

MAX_ATTEMPTS = 10
Handler = Callable[..., object]


def deliver_due(*, at: datetime, limit: int = 500) -> int:
    """Carry out up to `limit` waiting messages that are due at `at`; returns how many were done."""
    done = 0
    for _turn in range(limit):
        outcome = _deliver_one(at)
        if outcome is None:
            break
        done += outcome
    return done


def _deliver_one(at: datetime) -> int | None:
    """1 = done, 0 = failed and put off, None = nothing is due."""
    with transaction.atomic():
        message = _claim(at)
        if message is None:
            return None
        try:
            with transaction.atomic():
                _act(message, at)
        except Exception as error:
            _put_off(message, error, at)
            return 0
        message.done_at = max(at, message.created_at)
        message.save(update_fields=["done_at"])
        return 1


def _claim(at: datetime) -> OutboxMessage | None:
    waiting = OutboxMessage.objects.filter(done_at__isnull=True, parked_at__isnull=True, due_at__lte=at)
    return waiting.select_for_update(skip_locked=True, of=("self",)).order_by("due_at", "pk").first()


def _act(message: OutboxMessage, at: datetime) -> None:
    match message.kind:
        case OutboxMessage.Kind.MAIL:
            compose(message).send()
        case OutboxMessage.Kind.LETTER:
            written = _composers()[message.topic](**message.payload, at=at)
            if written is not None:
                _mail(message, written).send()
        case _:
            for handler in _handlers()[message.topic]:
                handler(**message.payload, at=at)


@cache
def _handlers() -> dict[str, tuple[Handler, ...]]:
    return import_string(settings.OUTBOX_HANDLERS)


@cache
def _composers() -> dict[str, Composer]:
    return import_string(settings.OUTBOX_LETTERS)


def compose(message: OutboxMessage) -> EmailMultiAlternatives:
    """The mail to somebody who works here: subject, text and HTML in the receiver's language, stable Message-ID."""
    recipient = message.recipient
    assert recipient is not None
    context = {**message.payload, "recipient": recipient}
    return _mail(message, Letter(recipient.email, recipient.language, message.topic, context))


def _mail(message: OutboxMessage, letter: Letter) -> EmailMultiAlternatives:
    context: dict[str, Any] = {**letter.context, "site_url": settings.SITE_URL, "company": settings.COMPANY_NAME}
    with translation.override(letter.language):
        subject, text, html = (
            render_to_string(f"emails/{letter.template}.{part}", context) for part in ("subject.txt", "txt", "html")
        )
    mail = EmailMultiAlternatives(
        subject=" ".join(subject.split()),
        body=text,
        to=[letter.to],
        headers={"Message-ID": message_id(message), "Auto-Submitted": "auto-generated", **letter.headers},
        connection=get_connection(),
    )
    mail.attach_alternative(html, "text/html")
    return mail


def message_id(message: OutboxMessage) -> str:
    host = settings.SITE_URL.split("//")[-1].split("/")[0].split(":")[0]
    return f"<outbox-{message.pk}@{host}>"


def _put_off(message: OutboxMessage, error: Exception, at: datetime) -> None:
    """Wait 1, 2, 4 ... minutes; after ten tries the message is parked for a human."""
    message.attempts += 1
    message.last_error = f"{type(error).__name__}: {error}"[:2000]
    message.due_at = at + timedelta(minutes=2 ** (message.attempts - 1))
    message.parked_at = at if message.attempts >= MAX_ATTEMPTS else None
    message.save(update_fields=["attempts", "last_error", "due_at", "parked_at"])
