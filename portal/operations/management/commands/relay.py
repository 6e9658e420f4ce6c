"""The relay as a process of its own: it delivers the outbox without Redis and without a worker."""

from __future__ import annotations

import logging
import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import Error, connection
from django.utils import timezone

from portal.database import name_taken
from portal.outbox import heartbeats
from portal.outbox.delivery import deliver_due
from portal.webhooks.delivering import send_due

logger = logging.getLogger(__name__)
PAUSE_SECONDS = 3.0


class Command(BaseCommand):
    help = "Deliver mails, events and webhooks until SIGTERM. Any number may run; each message is one relay's."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--pause", type=float, default=PAUSE_SECONDS, help="seconds between two turns")
        parser.add_argument("--once", action="store_true", help="one turn, then end")

    def handle(self, *args: Any, **options: Any) -> None:
        stop = threading.Event()
        if not options["once"]:
            for name in (signal.SIGTERM, signal.SIGINT):
                signal.signal(name, lambda *_: stop.set())
        while not stop.is_set():
            _turn()
            if options["once"]:
                return
            stop.wait(options["pause"])


def _turn() -> None:
    """A database that is away is asked again in the next turn, over a new connection."""
    at = timezone.now()
    try:
        deliver_due(at=at)
        heartbeats.note(heartbeats.Part.RELAY, at=at)
        # One sender at a time keeps the events of a customer in their order (portal/webhooks/delivering.py).
        with name_taken("job:webhooks.send") as mine:
            if mine:
                send_due(at=at)
    except Error:
        logger.warning("the relay could not reach the database", exc_info=True)
        connection.close()
