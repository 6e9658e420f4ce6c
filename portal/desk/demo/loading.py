"""Loading the demo company: once, whole or not at all, in the order of time."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from django.db import connection, transaction

from consent.services import record_passage
from portal.desk.demo.company import FOUNDED_DAYS_AGO, PEOPLE, Step, hire, newcomers, open_accounts
from portal.desk.demo.customers import searched_out, stories
from portal.desk.demo.past import past
from portal.desk.demo.processing import processing
from portal.desk.demo.rights import rights
from portal.desk.demo.training import training
from portal.desk.demo.wordings import publish_wordings
from portal.desk.demo.work import WORK, requests
from portal.outbox.delivery import deliver_due
from portal.people.models import User

# Any number will do, as long as nobody else locks by it.
_LOCK = 20_261_124


def load(*, now: datetime) -> bool:
    """Load the company unless people are here already; returns whether anything was done."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        if User.objects.exists():
            return False
        _load(now)
    while deliver_due(at=now):
        """What the stories put into the outbox is carried out; mails land in a development house's folder."""
    return True


def is_loaded() -> bool:
    """Whether the people here are those of the demo company."""
    emails = [someone.email for someone in PEOPLE]
    return User.objects.filter(email__in=emails).count() == len(emails)


def _load(now: datetime) -> None:
    founded = now - timedelta(days=FOUNDED_DAYS_AGO)
    people = hire(founded)
    open_accounts(people, now - timedelta(days=500))
    publish_wordings(people["clara"], at=founded)
    plan: list[Step] = [*newcomers(people, now), *training(people, now), searched_out(people, now), *_months(now)]
    told = stories(people, now)
    for story in told:
        plan += story.steps()
    plan += requests(people, told, now, (*WORK, *past()))
    plan += rights(people, now)
    plan += processing(people, now)
    for at, act in sorted(plan, key=lambda step: step[0]):
        act(at=at)


def _months(now: datetime) -> list[Step]:
    """Consents went stale and ended month by month, as the clock would have recorded it."""
    months = [now - timedelta(days=30 * number) for number in range(64, -1, -1)]
    return [(month, partial(record_passage)) for month in months]
