"""Celery's clock, which leaves a sign of life, because one that stands still is otherwise noticed by nobody, and which
does not stand still itself after the machine's clock was set back."""

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
#: A clock that is slowed or hurried on by a time server stays below it between two ticks.
STEP_SECONDS = 1.0


class NotingScheduler(PersistentScheduler):
    """Writes its heartbeat itself: one that came through a worker would tell of the worker."""

    noted = float("-inf")
    #: How far the clock of the day is ahead of the clock that nobody sets, at the last tick.
    ahead = float("-inf")

    def tick(self, *args: Any, **kwargs: Any) -> float:
        if time.monotonic() - self.noted >= PAUSE_SECONDS / max(1, settings.CLOCK_PACE):
            self.noted = time.monotonic()
            self._note()
        self._follow_the_clock()
        return super().tick(*args, **kwargs)

    def _follow_the_clock(self) -> None:
        """Celery notes by the clock of the day when a job ran and when it is next. After a clock was set back, or with
        a schedule written by one that was ahead, all jobs would wait until the day has come as far again."""
        ahead, before = time.time() - time.monotonic(), self.ahead
        self.ahead = ahead
        to_come = [entry for entry in self.schedule.values() if entry.last_run_at > entry.default_now()]
        for entry in to_come:
            entry.last_run_at = entry.default_now()
        if to_come or ahead < before - STEP_SECONDS:
            logger.warning("the clock was set back: all jobs are timed anew")
            self._heap = None

    def _note(self) -> None:
        """Without a database the clock goes on; that it could not be noted is what the readiness check tells."""
        from portal.outbox import heartbeats

        try:
            heartbeats.note(heartbeats.Part.BEAT, at=timezone.now())
        except Error:
            logger.warning("the clock could not note its heartbeat", exc_info=True)
            connection.close()
