"""Everything that is due, done once: for houses without a worker, from cron or by hand."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from consent.services import apply_thresholds, drop_outlived_links, drop_unconfirmed, record_passage, warn_ahead
from contacts.customers.importing.working import run_waiting
from contacts.customers.suppression.lists import remind_overdue
from contacts.incidents.services.clock import remind_deadlines
from contacts.requests.services import escalating, lifecycle
from contacts.rights.services.clock import remind_deadlines as remind_rights
from contacts.rights.services.ledger import write_out
from contacts.rulebook.services import announce_in_force
from contacts.screening.services.forgetting import forget as forget_screenings
from contacts.screening.services.working import run_waiting as run_screenings
from portal.audit.watching import seal_and_anchor, verify_nightly
from portal.database import name_taken
from portal.desk.processing.reminding import remind_reviews
from portal.machines.once import forget_keys
from portal.outbox import heartbeats
from portal.outbox.alarms import alarm_parked
from portal.outbox.delivery import deliver_due
from portal.retention.reminding import remind_holds
from portal.retention.running import run as run_retention
from portal.webhooks.delivering import send_due
from portal.webhooks.forgetting import forget
from training.services import check_cases, remind_training
from training.services.more_time import forget_more_time
from training.services.quiz import close_overdue

logger = logging.getLogger(__name__)


def write_ledger(*, at: datetime) -> int:
    return write_out(settings.ERASURE_LEDGER, at=at)


# The name of the clock's job, what it is in words, and the work. Two schedulers of one house do not get into each
# other's way: a job that a worker is at is left to it. The outbox comes after the jobs, so that what they put into it
# goes out in the same run; it has no name to take, because a relay claims its rows one by one.
DELIVER = "outbox.deliver"
JOBS: tuple[tuple[str, str, Callable[..., int]], ...] = (
    ("customers.run_imports", "lists imported", run_waiting),
    ("consent.record_passage", "consents that a new threshold reaches", apply_thresholds),
    ("consent.record_passage", "consents that went stale or ended", record_passage),
    ("consent.drop_unconfirmed", "sign-ups deleted that nobody confirmed", drop_unconfirmed),
    ("consent.drop_unconfirmed", "links deleted that have outlived themselves", drop_outlived_links),
    ("consent.warn_ahead", "officers told of consents that will end", warn_ahead),
    ("requests.end_permits", "permits that ran out", lifecycle.end_permits),
    ("requests.lapse", "requests that lapsed", lifecycle.lapse_requests),
    ("requests.remind", "requests whose reviewers are reminded", lifecycle.remind_reviews),
    ("requests.remind", "permits whose holders are reminded", lifecycle.remind_permits),
    ("requests.remind", "contacts whose outcome nobody wrote down", lifecycle.remind_uses),
    ("requests.remind_due", "requests whose time to decide ends soon", escalating.remind_due),
    ("requests.escalate", "requests that went one level up", escalating.escalate),
    ("requests.escalate", "acts in imminent danger that nobody looked at", escalating.alarm_danger),
    ("incidents.remind", "reminders about incidents", remind_deadlines),
    ("rights.remind", "reminders about requests of people", remind_rights),
    ("rights.write_ledger", "erasures written into the ledger", write_ledger),
    ("screening.run", "lists screened", run_screenings),
    ("screening.forget", "screened lists deleted", forget_screenings),
    ("training.close_attempts", "quizzes whose time was over", close_overdue),
    ("training.remind", "reminders about training", remind_training),
    ("training.forget_more_time", "extensions of closed accounts forgotten", forget_more_time),
    ("rulebook.announce", "rule sets whose day has come", announce_in_force),
    ("training.check_cases", "cases whose right answer has flipped", check_cases),
    ("suppression.remind_lists", "lists whose owners are reminded", remind_overdue),
    ("machines.forget_keys", "answers to other systems deleted that nobody asks for again", forget_keys),
    # After the jobs that write entries, before the mail that carries a head out of the house.
    ("audit.seal", "entries of the audit trail sealed", seal_and_anchor),
    ("audit.verify", "verifications of the audit trail", verify_nightly),
    ("outbox.alarm_parked", "administrators told of parked messages", alarm_parked),
    ("webhooks.forget", "events for other systems forgotten", forget),
    ("retention.run", "rows whose time was over", run_retention),
    ("retention.remind_holds", "legal holds to be looked at again", remind_holds),
    ("processing.remind_reviews", "officers told that the record of processing is to be looked at", remind_reviews),
    (DELIVER, "messages delivered", deliver_due),
    # After the mails: a receiver that hangs must not keep them.
    ("webhooks.send", "events sent to other systems", send_due),
)


class Command(BaseCommand):
    help = "Run every job that is due once and deliver the outbox. Exit code 1 if one of them failed."

    def handle(self, *args: Any, **options: Any) -> None:
        at = timezone.now()
        failed = [words for name, words, job in JOBS if not self._run(name, words, job, at)]
        if failed:
            raise CommandError("Failed: " + "; ".join(failed) + ". The log says why; the next run tries again.")

    def _run(self, name: str, words: str, job: Callable[..., int], at: datetime) -> bool:
        try:
            count = _turn(name, job, at)
        except Exception:
            logger.exception("run_due: %s", words)
            return False
        self.stdout.write(f"{count} {words}" if count is not None else f"0 {words}: a worker is at it")
        return True


def _turn(name: str, job: Callable[..., int], at: datetime) -> int | None:
    """What the job did; None if somebody else is at it. Only the relay leaves a sign of life: that this command runs
    tells nothing about worker and clock."""
    if name == DELIVER:
        done = job(at=at)
        heartbeats.note(heartbeats.Part.RELAY, at=at)
        return done
    with name_taken(f"job:{name}") as mine:
        return job(at=at) if mine else None
