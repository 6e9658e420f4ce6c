"""Carrying out the outbox: claim one row, act, mark it done, all in one transaction per row.

A row is claimed with FOR UPDATE SKIP LOCKED, so any number of relays may run. A relay killed in the middle rolls
back and the row is claimed again: delivery is at least once, with the same Message-ID (RFC 5322, 3.6.4), and the
event handlers are idempotent.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache
from smtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import transaction
from django.db.models import F, Q
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.module_loading import import_string

from portal.jobs import TimeIsUp
from portal.outbox import bundles, reading
from portal.outbox.letters import Composer, Letter
from portal.outbox.models import OutboxMessage

logger = logging.getLogger(__name__)
MAX_ATTEMPTS = 10
BUDGET_SECONDS = 60.0  # of one turn: a slow mail server must not keep a worker from its other jobs
HAS_LEFT = "not sent: the receiver has left"
Handler = Callable[..., object]
#: Given the payload of a mail and the time: whether what it says still holds. Cheap, and registered by topic.
LookUp = Callable[[dict[str, Any], datetime], bool]


class Unspeakable(Exception):
    """The words of one row of a bundle cannot be put together; the others' can."""

    def __init__(self, row: OutboxMessage) -> None:
        super().__init__(f"message {row.pk}")
        self.row = row


def deliver_due(*, at: datetime, limit: int = 500) -> int:
    """Carry out up to `limit` waiting messages that are due at `at`; returns how many were done."""
    bundles.gather(at=at)
    done, deadline = 0, time.monotonic() + BUDGET_SECONDS
    for _turn in range(limit):
        outcome = _deliver_one(at)
        if outcome is None or time.monotonic() >= deadline:
            return done + (outcome or 0)
        done += outcome
    return done


def _deliver_one(at: datetime) -> int | None:
    """1 = done, 0 = failed and put off, None = the turn is over: nothing is due, or its time is."""
    with transaction.atomic():
        message = _claim(at)
        if message is None:
            return None
        try:
            with transaction.atomic():
                _act(message, at)
        except Unspeakable as found:
            bundles.part_with(found.row)
            return 0
        except TimeIsUp as error:
            # The worker kills the process in a minute. What took so long counts as a failed try, and others go first;
            # without that the same message would be taken first again, for ever.
            _put_off(message, error, at)
            return None
        except Exception as error:
            _put_off(message, error, at)
            return 0
        bundles.end(message, at=at)
        return 1


def _claim(at: datetime) -> OutboxMessage | None:
    """The row that is due first and that no other relay has. Events come before mails: they change what may be done,
    and must not wait behind a mail server that hangs. NO KEY: the receiver may mark it as read meanwhile."""
    due = OutboxMessage.objects.waiting().filter(Q(urgent=True) | Q(leader=F("pk")), due_at__lte=at)
    free = due.select_for_update(skip_locked=True, of=("self",), no_key=True).order_by("due_at", "pk")
    return free.filter(kind=OutboxMessage.Kind.EVENT).first() or free.first()


def _act(message: OutboxMessage, at: datetime) -> None:
    match message.kind:
        case OutboxMessage.Kind.MAIL:
            _mail_colleague(message, at)
        case OutboxMessage.Kind.LETTER:
            written = _composers()[message.topic](**message.payload, at=at)
            if written is not None:
                _mail(message, written).send()
        case _:
            for handler in _handlers()[message.topic]:
                handler(**message.payload, at=at)


def _mail_colleague(message: OutboxMessage, at: datetime) -> None:
    """Nobody writes to who has left, and nothing is said that is over by now: such rows are done without a mail."""
    assert message.recipient is not None
    if not message.recipient.is_active:
        bundles.together(message).update(last_error=HAS_LEFT)
        return
    rows = bundles.rows_of(message)
    true = [row for row in rows if _still_true(row, at, alone=len(rows) == 1)]
    if true:
        (compose(message, true[0]) if len(true) == 1 else compose_bundle(message, true)).send()


def _still_true(row: OutboxMessage, at: datetime, *, alone: bool) -> bool:
    asked = _look_ups().get(row.topic)
    try:
        return asked is None or asked(row.payload, at)
    except Exception as error:
        if alone:
            raise
        raise Unspeakable(row) from error


@cache
def _look_ups() -> dict[str, LookUp]:
    return import_string(settings.OUTBOX_STILL_TRUE)


@cache
def _handlers() -> dict[str, tuple[Handler, ...]]:
    return import_string(settings.OUTBOX_HANDLERS)


@cache
def _composers() -> dict[str, Composer]:
    return import_string(settings.OUTBOX_LETTERS)


def compose(message: OutboxMessage, row: OutboxMessage) -> EmailMultiAlternatives:
    """The mail to somebody who works here: subject, text and HTML in the receiver's language, stable Message-ID. The
    row is the message itself, or what is left of its bundle."""
    recipient = message.recipient
    assert recipient is not None
    context = {**row.payload, "recipient": recipient}
    return _mail(message, Letter(recipient.email, recipient.language, row.topic, context))


def compose_bundle(message: OutboxMessage, rows: list[OutboxMessage]) -> EmailMultiAlternatives:
    """One mail that says everything the rows say, each under its own heading. Raises Unspeakable for the first row
    that cannot be said."""
    recipient = message.recipient
    assert recipient is not None
    with translation.override(recipient.language):
        told = [_told(row) for row in rows]
    return _mail(message, Letter(recipient.email, recipient.language, "bundle", {"recipient": recipient, "told": told}))


def _told(row: OutboxMessage) -> reading.Told:
    try:
        return reading.told(row, site_url=settings.SITE_URL)
    except Exception as error:
        raise Unspeakable(row) from error


def _mail(message: OutboxMessage, letter: Letter) -> EmailMultiAlternatives:
    context: dict[str, Any] = {**letter.context, "site_url": settings.SITE_URL, "company": settings.COMPANY_NAME}
    with translation.override(letter.language):
        subject, text, html = (
            render_to_string(f"emails/{letter.template}.{part}", context) for part in ("subject.txt", "txt", "html")
        )
    mail = EmailMultiAlternatives(
        subject=one_line(subject),
        body=text,
        to=[letter.to],
        headers={"Message-ID": message_id(message), "Auto-Submitted": "auto-generated", **letter.headers},
        connection=get_connection(),
    )
    mail.attach_alternative(html, "text/html")
    return mail


def one_line(words: str) -> str:
    """A subject as one line that says what it shows: no break of any alphabet, and no encoded word (RFC 2047), which a
    mail program would turn into what it hides."""
    return " ".join(words.split()).replace("=?", "= ?")


def message_id(message: OutboxMessage) -> str:
    host = settings.SITE_URL.split("//")[-1].split("/")[0].split(":")[0]
    return f"<outbox-{message.pk}@{host}>"


def _without_names(error: Exception) -> str:
    """The class of an error and what the mail server answered as a number (RFC 5321, 4.2). Its sentence names the
    receiver, and the row stays for ever. What is no answer of a mail server stands in the log with its place."""
    codes: set[int] = set()
    if isinstance(error, SMTPRecipientsRefused):
        codes = {code for code, _words in error.recipients.values()}
    elif isinstance(error, SMTPResponseException):
        codes = {error.smtp_code}
    return ": ".join([type(error).__name__, *map(str, sorted(codes))])


def _put_off(message: OutboxMessage, error: Exception, at: datetime) -> None:
    """Wait 1, 2, 4 ... minutes; after ten tries the message is parked for a human."""
    attempts = message.attempts + 1
    if not isinstance(error, SMTPException):
        logger.warning("message %s was put off", message.pk, exc_info=error)
    bundles.together(message).update(
        attempts=attempts,
        last_error=_without_names(error),
        due_at=at + timedelta(minutes=2 ** (attempts - 1)),
        parked_at=at if attempts >= MAX_ATTEMPTS else None,
    )
