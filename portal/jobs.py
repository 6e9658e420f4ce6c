"""The jobs of the clock: Celery tasks without arguments, of which one at a time does the work.

Three schedulers, or a message that Redis hands out twice, put the same job into the queue several times. Whoever comes
second finds the name taken and leaves; the next turn finds whatever is due. The lock belongs to the database session,
so it ends with the process that holds it (PostgreSQL manual, "Advisory Locks"). Each turn is a sign of life of its
worker, so a worker that is busy with long jobs does not pass for a deaf one.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from celery import shared_task
from celery.exceptions import SoftTimeLimitExceeded
from django.utils import timezone

from portal.database import name_taken
from portal.outbox import heartbeats

Job = Callable[[datetime], int]
#: What a turn is told when it has little time left: whoever catches everything lets this through, and begins nothing.
TimeIsUp = SoftTimeLimitExceeded
#: Every job by its name, and whether several may work at once because each claims its own rows.
JOBS: dict[str, bool] = {}


def clock_job(name: str, *, at_once: bool = False) -> Callable[[Job], Any]:
    """Make a task of a function that is given the time; `at_once` for work that claims its rows one by one."""

    def make(job: Job) -> Any:
        def turn() -> int:
            heartbeats.note(heartbeats.Part.WORKER, at=timezone.now())
            if at_once:
                return job(timezone.now())
            with name_taken(f"job:{name}") as mine:
                return job(timezone.now()) if mine else 0

        JOBS[name] = at_once
        turn.__name__, turn.__module__, turn.__doc__ = job.__name__, job.__module__, job.__doc__
        return shared_task(name=name)(turn)

    return make
