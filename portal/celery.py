"""Celery's app and its one schedule. Jobs only record and tell: no answer waits for them (docs/architecture.md)."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

app = Celery("kontaktklar")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(
    [
        "portal.outbox",
        "contacts.customers",
        "contacts.customers.suppression",
        "consent",
        "training",
        "contacts.requests",
        "contacts.incidents",
    ]
)
app.conf.beat_schedule = {
    "deliver-outbox": {"task": "outbox.deliver", "schedule": 3.0, "options": {"expires": 30}},
    "run-imports": {"task": "customers.run_imports", "schedule": 5.0, "options": {"expires": 30}},
    "record-consent-passage": {"task": "consent.record_passage", "schedule": 300.0},
    "drop-unconfirmed-sign-ups": {"task": "consent.drop_unconfirmed", "schedule": 3600.0},
    "warn-of-consents-that-end": {"task": "consent.warn_ahead", "schedule": 1800.0},
    "end-permits": {"task": "requests.end_permits", "schedule": 120.0},
    "lapse-requests": {"task": "requests.lapse", "schedule": 600.0},
    "remind-reviews": {"task": "requests.remind", "schedule": 300.0},
    "escalate-reviews": {"task": "requests.escalate", "schedule": 120.0},
    "remind-incidents": {"task": "incidents.remind", "schedule": 300.0},
    "remind-suppression-lists": {"task": "suppression.remind_lists", "schedule": 3600.0},
    "remind-certificates": {"task": "training.remind", "schedule": 600.0},
    "close-attempts": {"task": "training.close_attempts", "schedule": 60.0},
    "forget-more-time": {"task": "training.forget_more_time", "schedule": 3600.0},
    "check-cases": {"task": "training.check_cases", "schedule": 3600.0},
}
