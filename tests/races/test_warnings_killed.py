"""kill -9 in the middle of the officers' warnings: nothing is told by halves; the next run tells everything once."""

import subprocess
import sys
import time
from collections import Counter
from contextlib import contextmanager
from datetime import timedelta

import psycopg
import pytest
from django.db import connection
from django.utils import timezone

from benchmarks.sweep import prepare
from consent.models import Consent, ForecastWarning
from consent.services import warn_ahead
from portal.outbox.models import OutboxMessage
from portal.people.models import User
from tests.cast import person
from tests.journeys.conftest import ROOT, worker_environment

pytestmark = pytest.mark.django_db(transaction=True)
ROWS = 400
CHILD = """
import sys, django
django.setup()
from datetime import datetime
from consent.services import warn_ahead
print(warn_ahead(at=datetime.fromisoformat(sys.argv[1])))
"""


@pytest.fixture
def noon():
    return timezone.now().replace(hour=11, minute=0, second=0, microsecond=0)


@pytest.fixture
def officers(noon):
    """Four hundred consents that go stale in 20 days, and two officers to tell."""
    prepare(ROWS, noon)
    stale_at = noon + timedelta(days=20)
    due = Consent.objects.filter(customer__number__startswith="S")
    Consent.objects.exclude(pk__in=due).delete()
    due.update(stale_at=stale_at, expires_at=stale_at + timedelta(days=400), next_change_at=stale_at)
    person("carla", "consent_officer")
    return list(User.objects.with_role("consent_officer").order_by("pk"))


@contextmanager
def held(statement: str, *values):
    """An open transaction of somebody else's with this row: whoever inserts the same one waits for it."""
    given = connection.get_connection_params()
    keys = ("dbname", "user", "password", "host", "port")
    with psycopg.connect(**{key: given[key] for key in keys if given.get(key)}) as other:
        other.execute(statement, values)
        yield
        other.rollback()


def kill_while_it_waits(noon, mail_folder) -> None:
    env = worker_environment(mail_folder) | {"DJANGO_SETTINGS_MODULE": "portal.settings"}
    child = subprocess.Popen([sys.executable, "-c", CHILD, noon.isoformat()], env=env, cwd=ROOT)
    try:
        assert _wait(_somebody_waits), "the run never came to the row that is held"
    finally:
        child.kill()
        child.wait()


def _somebody_waits() -> bool:
    return _others("wait_event_type = 'Lock'") > 0


def rolled_back() -> bool:
    """The database has noticed that the other side is dead, and let go of everything it had done."""
    return _wait(lambda: _others("xact_start IS NOT NULL") == 0)


def _others(condition: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            f" WHERE datname = current_database() AND pid <> pg_backend_pid() AND {condition}"
        )
        return cursor.fetchone()[0]


def _wait(true, seconds: float = 40) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if true():
            return True
        time.sleep(0.02)
    return False


def mails():
    return OutboxMessage.objects.filter(topic="consents_ahead")


def test_killed_while_it_notes_and_while_it_writes_the_mails(officers, noon, mail_folder):
    last = Consent.objects.filter(customer__number__startswith="S").order_by("-pk").first()
    note = (
        "INSERT INTO consent_forecastwarning (consent_id, what, step, due_at, told_at) VALUES (%s, 'stale', 30, %s, %s)"
    )
    with held(note, last.pk, last.stale_at, noon):
        kill_while_it_waits(noon, mail_folder)
    assert rolled_back() and ForecastWarning.objects.count() == mails().count() == 0
    local = timezone.localtime(noon)
    mail = (
        "INSERT INTO outbox_outboxmessage"
        " (kind, key, topic, payload, urgent, created_at, due_at, attempts, last_error, given_up_reason)"
        " VALUES ('event', %s, 'held', '{}', true, now(), now(), 0, '', '')"
    )
    with held(mail, f"consents_ahead:{local:%Y-%m-%d}:{officers[1].pk}"):
        kill_while_it_waits(noon, mail_folder)
    assert rolled_back() and ForecastWarning.objects.count() == mails().count() == 0, (
        "the first officer's mail went with the notes"
    )
    assert warn_ahead(at=noon) == 2 and warn_ahead(at=noon) == 0
    assert warn_ahead(at=noon + timedelta(days=1)) == 0
    assert Counter(ForecastWarning.objects.values_list("consent_id", flat=True)).most_common(1)[0][1] == 1
    assert ForecastWarning.objects.count() == ROWS
    assert sorted(mails().values_list("recipient_id", "payload__total")) == [(one.pk, ROWS) for one in officers]


def test_three_runs_at_once_tell_once(officers, noon, together):
    counts = together(*[lambda: warn_ahead(at=noon)] * 3)
    assert sorted(counts) == [0, 0, 2]
    assert mails().count() == 2 and ForecastWarning.objects.count() == ROWS
