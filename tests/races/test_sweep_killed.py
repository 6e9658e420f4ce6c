"""kill -9 in the middle of the sweep over due consents: started again, the outcome is that of an undisturbed run."""

import os
import subprocess
import sys
import time
from collections import Counter
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from benchmarks.sweep import prepare
from consent.models import Consent, ConsentEvent
from consent.services import record_passage
from portal.audit.models import AuditEntry
from portal.outbox.models import OutboxMessage
from tests.journeys.conftest import ROOT, worker_environment

pytestmark = pytest.mark.django_db(transaction=True)
ROWS = int(os.environ.get("SWEEP_ROWS", "3000"))
CHILD = """
import sys, django
django.setup()
from datetime import datetime
from consent.services import record_passage
record_passage(at=datetime.fromisoformat(sys.argv[1]), batch=25)
"""


def sweeping(now: datetime, mail_folder) -> "subprocess.Popen[bytes]":
    """A process of its own that sweeps in small batches, as the worker does in large ones."""
    env = worker_environment(mail_folder) | {"DJANGO_SETTINGS_MODULE": "portal.settings"}
    return subprocess.Popen([sys.executable, "-c", CHILD, now.isoformat()], env=env, cwd=ROOT)


def passed() -> int:
    return ConsentEvent.objects.count()


def test_a_sweep_killed_five_times_ends_as_one_that_nobody_disturbed(mail_folder):
    now = timezone.now()
    prepare(ROWS, now)
    killed_at = []
    for turn in range(1, 6):
        child = sweeping(now, mail_folder)
        deadline = time.monotonic() + 30
        while passed() < ROWS * turn // 8 and time.monotonic() < deadline and child.poll() is None:
            time.sleep(0.002)
        child.kill()
        child.wait()
        killed_at.append(passed())
    assert killed_at == sorted(set(killed_at)) and killed_at[-1] < ROWS, killed_at
    assert record_passage(at=now) == ROWS - killed_at[-1]
    assert record_passage(at=now) == 0
    swept = Consent.objects.filter(customer__number__startswith="S")
    assert Counter(swept.values_list("recorded_state", flat=True)) == {"stale": ROWS}
    assert Counter(ConsentEvent.objects.values_list("consent_id", flat=True)).most_common(1)[0][1] == 1
    assert passed() == ROWS == AuditEntry.objects.filter(verb="consent.went_stale").count()
    told = OutboxMessage.objects.filter(topic="customers.grounds_changed").values_list("payload", flat=True)
    assert Counter(Counter(pk for payload in told for pk in payload["customer_ids"]).values()) == {1: ROWS}
    assert {row.next_change_at for row in swept} == {row.expires_at for row in swept}
    print(f"\nkilled at {killed_at} of {ROWS}")


def test_two_sweeps_at_once_record_each_passage_once(together):
    now = timezone.now()
    prepare(600, now)
    counts = together(*[lambda: record_passage(at=now, batch=20)] * 3)
    assert all(isinstance(count, int) for count in counts), counts
    assert sum(counts) + record_passage(at=now) == 600 == passed()


def test_who_holds_a_customer_is_skipped_and_swept_the_next_time(together):
    from django.db import transaction

    from contacts.customers.selectors import lock_customer

    now = timezone.now()
    prepare(20, now)
    held = Consent.objects.filter(customer__number="S7").get()

    def hold():
        with transaction.atomic():
            lock_customer(held.customer_id)
            time.sleep(0.8)

    def sweep():
        time.sleep(0.3)
        return record_passage(at=now)

    assert together(hold, sweep)[1] == 19
    assert record_passage(at=now + timedelta(seconds=1)) == 1
