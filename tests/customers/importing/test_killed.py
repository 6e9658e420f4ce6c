"""kill -9 of the worker in the middle of an import: begun again, the end is that of an undisturbed run.

`IMPORT_KILLS=20 IMPORT_ROWS=200000` is the long version; CI kills three times in 6,000 rows.
"""

from __future__ import annotations

import os
import random
import re
import time
from collections import Counter

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from contacts.customers.importing import run, working
from contacts.customers.models import ContactPoint, Customer, ImportChange, ImportRun, Objection, SuppressionEntry
from portal.audit.models import AuditEntry
from portal.celery import app
from portal.outbox.models import OutboxMessage
from tests.cast import make_cast
from tests.customers.lists import row, text
from tests.journeys.conftest import running_worker

pytestmark = pytest.mark.django_db(transaction=True)
KILLS = int(os.environ.get("IMPORT_KILLS", "3"))
ROWS = int(os.environ.get("IMPORT_ROWS", "6000"))


def lines(letter: str) -> bytes:
    """Good rows, refused rows, rows of customers that exist, advertising blocks; all in the name of one letter."""
    found = []
    for n in range(ROWS):
        cells = {"E-Mail": f"{letter}{n}@kundin.example", "Herkunft": "Vertrag", "Nachname": f"Muster {n}"}
        if n % 50 == 7:
            cells["Geburtsdatum"] = "31.02.2000"
        if n % 97 == 3:
            cells["Werbesperre"] = "ja"
        found.append(row(f"{letter}{n:06}", **cells))
    return text(*found).encode()


def waiting(cast, letter: str) -> ImportRun:
    """A confirmed import that waits for a worker; every tenth customer exists already."""
    known = [Customer(number=f"{letter}{n:06}", last_name="Alt") for n in range(0, ROWS, 10)]
    Customer.objects.bulk_create(known)
    now = timezone.now()
    found = run.receive(cast.clara, SimpleUploadedFile("liste.csv", lines(letter)), at=now)
    found = run.choose_columns(cast.clara, found, fields=found.mapping, at=now)
    found = working.start(found, at=now)
    return run.confirm(cast.clara, found, plan=found.plan, at=now)


def state(found: ImportRun, letter: str) -> dict[str, object]:
    """Everything that the import left behind, without its letter."""
    found.refresh_from_db()
    mine = Customer.objects.filter(number__startswith=letter)
    ids = dict(mine.values_list("pk", "number"))
    audit = AuditEntry.objects.filter(customer_id__in=ids)
    told = OutboxMessage.objects.filter(topic="customer.grounds_changed", payload__customer_id__in=list(ids))
    points = ContactPoint.objects.filter(customer__in=ids)
    changes = ImportChange.objects.filter(run=found).order_by("pk")
    return {
        "state": (found.state, found.rows_done, found.summary["counts"]),
        "customers": sorted((number[1:], name) for number, name in mine.values_list("number", "last_name")),
        "points": sorted((value[1:], source) for value, source in points.values_list("normalised", "source")),
        "objections": Objection.objects.filter(customer__in=ids).count(),
        "suppressed": SuppressionEntry.objects.filter(digest__in=points.values("digest")).count(),
        "audited": sorted((number[1:], verb) for number, verb in audit.values_list("subject_id", "verb")),
        "audit entries": Counter(audit.values_list("verb", flat=True)),
        "told": Counter(ids[pk][1:] for pk in told.values_list("payload__customer_id", flat=True)),
        "changes": [(line, what, ids[pk][1:]) for line, what, pk in changes.values_list("line", "what", "customer_id")],
        "errors": re.sub(rf";{letter}(?=\d)", ";", found.error_path.read_text("utf-8-sig")),
        "run": list(
            AuditEntry.objects.filter(subject_type="import", subject_id=found.pk).values_list("verb", flat=True)
        ),
    }


def test_a_killed_import_ends_as_an_undisturbed_one(mail_folder, tmp_path, settings, monkeypatch):
    monkeypatch.setenv("MEDIA_ROOT", str(settings.MEDIA_ROOT))
    cast = make_cast(timezone.now())
    calm, killed = waiting(cast, "Q"), waiting(cast, "Z")
    begin = time.monotonic()
    working.start(calm, at=timezone.now())
    pace = ROWS / (time.monotonic() - begin)
    seen = [0]
    at = [_kill_behind(killed, ROWS * turn // (KILLS + 1), seen, mail_folder, tmp_path) for turn in range(1, KILLS + 1)]
    with running_worker(mail_folder, tmp_path) as worker:
        assert _wait(killed, ROWS, seen, worker.queue), (tmp_path / "worker.log").read_text()[-3000:]
        assert _until(lambda: ImportRun.objects.get(pk=killed.pk).state == "done")
    assert seen == sorted(seen), "progress went backward"
    assert len(set(at)) == KILLS and max(at) < ROWS, "the kills must hit the run itself"
    assert state(killed, "Z") == state(calm, "Q")
    print(f"\n{pace:,.0f} rows/s undisturbed; killed at {at} of {ROWS:,}")


def _kill_behind(found: ImportRun, reached: int, seen: list[int], mail_folder, folder) -> int:
    with running_worker(mail_folder, folder) as worker:
        assert _wait(found, reached, seen, worker.queue), (folder / "worker.log").read_text()[-3000:]
        time.sleep(random.random() * 0.3)
        worker.kill()
    return _done(found)


def _done(found: ImportRun) -> int:
    return ImportRun.objects.values_list("rows_done", flat=True).get(pk=found.pk)


def _wait(found: ImportRun, reached: int, seen: list[int], queue: str) -> bool:
    """Ask for turns, as the clock would, until so many rows are done; `seen` keeps every figure on the way."""
    asked = 0.0

    def is_reached() -> bool:
        nonlocal asked
        if time.monotonic() > asked + 1:
            app.send_task("customers.run_imports", queue=queue)
            asked = time.monotonic()
        seen.append(_done(found))
        return seen[-1] >= reached

    return _until(is_reached)


def _until(condition) -> bool:
    deadline = time.monotonic() + 90 + ROWS / 100
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.02)
    return False
