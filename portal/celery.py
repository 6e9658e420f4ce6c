"""Celery's app and its one schedule. Jobs only record and tell: no answer waits for them (docs/architecture.md)."""

import os
from typing import Any

from celery import Celery, bootsteps
from celery.signals import task_postrun, task_prerun
from django.conf import settings

from portal.access import logs

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

app = Celery("kontaktklar")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(
    [
        "portal.outbox",
        "portal.audit",
        "portal.machines",
        "portal.webhooks",
        "portal.retention",
        "portal.desk.processing",
        "contacts.customers",
        "contacts.customers.suppression",
        "consent",
        "training",
        "contacts.requests",
        "contacts.incidents",
        "contacts.rulebook",
        "contacts.screening",
        "contacts.rights",
    ]
)


class SafeSettings(bootsteps.Step):
    """A worker refuses settings that must not go live, by whatever means it is started: Celery's own run of Django's
    checks pays no heed to what they find."""

    def __init__(self, parent: Any, **kwargs: Any) -> None:
        from portal.checks import refuse_unsafe  # the apps are there by now

        refuse_unsafe()
        super().__init__(parent, **kwargs)


app.steps["worker"].add(SafeSettings)
# Seconds between two turns of each job. A job looks for what is due by itself, so a turn that was missed is made up
# for by the next one, and a turn that waited longer than its pause is thrown away (`expires`).
EVERY: dict[str, float] = {
    "outbox.deliver": 3,
    "outbox.alarm_parked": 60,
    "outbox.heartbeat": 60,
    "machines.forget_keys": 1800,
    "audit.seal": 60,
    "audit.verify": 600,
    "webhooks.send": 3,
    "webhooks.forget": 3600,
    "customers.run_imports": 5,
    "consent.record_passage": 300,
    "consent.drop_unconfirmed": 3600,
    "consent.warn_ahead": 1800,
    "requests.end_permits": 120,
    "requests.lapse": 600,
    "requests.remind": 300,
    "requests.remind_due": 300,
    "requests.escalate": 120,
    "incidents.remind": 300,
    "suppression.remind_lists": 3600,
    "screening.run": 3,
    "screening.forget": 1800,
    "training.remind": 600,
    "training.close_attempts": 60,
    "training.forget_more_time": 3600,
    "training.check_cases": 3600,
    "rulebook.announce": 300,
    "rights.remind": 1800,
    "rights.write_ledger": 5,
    "retention.run": 3600,
    "retention.remind_holds": 3600,
    "processing.remind_reviews": 3600,
}


@task_prerun.connect
def _number_lines(task_id: str = "", **_: Any) -> None:
    """A job's lines in the log carry its number, as a request's do."""
    logs.number_is(task_id)


@task_postrun.connect
def _number_no_lines(**_: Any) -> None:
    logs.number_is("")


def entry(name: str, seconds: float) -> dict[str, Any]:
    pause = max(1.0, seconds / max(1, settings.CLOCK_PACE))
    # The sign of life is worth something as long as it is awaited: long jobs may keep it from its turn.
    expires = settings.HEARTBEAT_LATE_SECONDS if name == "outbox.heartbeat" else max(30.0, pause)
    return {"task": name, "schedule": pause, "options": {"expires": expires}}


app.conf.beat_schedule = {name: entry(name, seconds) for name, seconds in EVERY.items()}
