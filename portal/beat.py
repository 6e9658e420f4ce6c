"""Celery's clock, which leaves a sign of life: a clock that stands still is otherwise noticed by nobody."""

from __future__ import annotations

import logging
import time
from typing import Any

from celery.beat import PersistentScheduler
from django.conf import settings
from django.db import Error, connection
from django.utils import timezone

logger = logging.getLogger(__name__)
PAUSE_SECONDS = 20.0


class NotingScheduler(PersistentScheduler):
    """Writes its heartbeat itself: one that came through a worker would tell of the worker."""

    noted = float("-inf")

    def tick(self, *args: Any, **kwargs: Any) -> float:
        if time.monotonic() - self.noted >= PAUSE_SECONDS / max(1, settings.CLOCK_PACE):
            self.noted = time.monotonic()
            self._note()
        return super().tick(*args, **kwargs)

    def _note(self) -> None:
        """Without a database the clock goes on; that it could not be noted is what the readiness check tells."""
        from portal.outbox import heartbeats

        try:
            heartbeats.note(heartbeats.Part.BEAT, at=timezone.now())
        except Error:
            logger.warning("the clock could not note its heartbeat", exc_info=True)
            connection.close()
