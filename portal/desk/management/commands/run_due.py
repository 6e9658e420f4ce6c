"""Everything that is due, done once: for houses without a worker, from cron or by hand."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from consent.services import apply_thresholds, drop_unconfirmed, record_passage, warn_ahead
from contacts.customers.importing.working import run_waiting
from contacts.customers.suppression.lists import remind_overdue
from contacts.incidents.services.clock import remind_deadlines
from contacts.requests.services import escalating, lifecycle
from portal.outbox import heartbeats
from portal.outbox.alarms import alarm_parked
from portal.outbox.delivery import deliver_due
from training.services import check_cases, remind_training
from training.services.quiz import close_overdue

logger = logging.getLogger(__name__)

# The outbox comes last, so that what the jobs put into it goes out in the same run.
JOBS: tuple[tuple[str, Callable[..., int]], ...] = (
    ("lists imported", run_waiting),
    ("consents that a new threshold reaches", apply_thresholds),
    ("consents that went stale or ended", record_passage),
    ("sign-ups deleted that nobody confirmed", drop_unconfirmed),
    ("officers told of consents that will end", warn_ahead),
    ("permits that ran out", lifecycle.end_permits),
    ("requests that lapsed", lifecycle.lapse_requests),
    ("requests whose reviewers are reminded", lifecycle.remind_reviews),
    ("permits whose holders are reminded", lifecycle.remind_permits),
    ("contacts whose outcome nobody wrote down", lifecycle.remind_uses),
    ("requests whose time to decide ends soon", escalating.remind_due),
    ("requests that went one level up", escalating.escalate),
    ("acts in imminent danger that nobody looked at", escalating.alarm_danger),
    ("reminders about incidents", remind_deadlines),
    ("quizzes whose time was over", close_overdue),
    ("reminders about training", remind_training),
    ("cases whose right answer has flipped", check_cases),
    ("lists whose owners are reminded", remind_overdue),
    ("administrators told of parked messages", alarm_parked),
    ("messages delivered", deliver_due),
)


class Command(BaseCommand):
    help = "Run every job that is due once and deliver the outbox. Exit code 1 if one of them failed."

    def handle(self, *args: Any, **options: Any) -> None:
        at = timezone.now()
        failed = [words for words, job in JOBS if not self._run(words, job, at)]
        for part in heartbeats.Part:
            heartbeats.note(part, at=at)
        if failed:
            raise CommandError("Failed: " + "; ".join(failed) + ". The log says why; the next run tries again.")

    def _run(self, words: str, job: Callable[..., int], at: datetime) -> bool:
        try:
            count = job(at=at)
        except Exception:
            logger.exception("run_due: %s", words)
            return False
        self.stdout.write(f"{count} {words}")
        return True
