"""kill -9 in the middle of a list: answered by whoever comes next, once, with the result of an undisturbed run."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import time

import pytest
from django.utils import timezone

from contacts.screening import storing
from contacts.screening.models import Piece, Screening
from contacts.screening.services import working
from contacts.screening.services.receiving import Asker, Wanted, receive
from portal.audit.models import AuditEntry
from tests.cast import make_accounts, make_cast, make_customer
from tests.journeys.conftest import ROOT, worker_environment

pytestmark = pytest.mark.django_db(transaction=True)
ROWS = int(os.environ.get("SCREENING_ROWS", "4000"))
#: A worker that takes its time over few rows, so that it can be hit.
CHILD = """
import time, django
django.setup()
from django.utils import timezone
from contacts.screening import gathering, running
from contacts.screening.services import working
told = running._told
def slowly(rows, most, progress):
    for row in told(rows, most, progress):
        time.sleep(0.05)
        yield row
running._told, gathering.BLOCKS, working.PAUSE = slowly, 1, 0.0
# The session of one that was killed before may still hold the list for a moment.
while working.run_waiting(at=timezone.now()) == 0:
    time.sleep(0.05)
"""


def sent(cast, now) -> Screening:
    content = "Kundennummer\n" + "".join(f"{4711 + n % 7}\n" for n in range(ROWS))
    asked = Wanted(purpose="marketing", channel="email")
    upload = io.BytesIO(content.encode())
    return receive(Asker(cast.anna), upload=upload, file_name="a.csv", wanted=asked, at=now)


def answered(screening: Screening) -> tuple[dict, bytes]:
    screening.refresh_from_db()
    return screening.counts, b"".join(storing.pieces(screening, storing.Part.RESULT))


def done(screening: Screening) -> int:
    return Screening.objects.values_list("rows_done", flat=True).get(pk=screening.pk)


def killed_behind(screening: Screening, reached: int, mail_folder) -> int:
    environment = worker_environment(mail_folder) | {"DJANGO_SETTINGS_MODULE": "portal.settings"}
    child = subprocess.Popen([sys.executable, "-c", CHILD], env=environment, cwd=ROOT)
    deadline = time.monotonic() + 60
    while done(screening) < reached and time.monotonic() < deadline and child.poll() is None:
        time.sleep(0.01)
    child.kill()
    child.wait()
    return done(screening)


def test_a_list_whose_worker_is_killed_is_answered_once_and_in_full(mail_folder):
    now = timezone.now()
    cast = make_cast(now)
    make_accounts(cast, now)
    for number in range(4711, 4715):
        make_customer(now, str(number))
    calm = sent(cast, now)
    assert working.run_waiting(at=now) == 1
    killed = sent(cast, now)
    at = [killed_behind(killed, 300, mail_folder)]
    at.append(killed_behind(killed, at[0] + 300, mail_folder))
    assert 0 < at[0] <= at[1] < ROWS, "the kills must hit the work itself, and progress never goes backward"
    assert not Piece.objects.filter(screening=killed, part="result").exists(), "no half result"
    _until_the_sessions_of_the_dead_are_gone(killed, now)
    assert answered(killed) == answered(calm)
    assert (killed.state, killed.attempts, killed.rows_done) == ("done", 3, ROWS)
    trail = AuditEntry.objects.filter(subject_type="screening", subject_id=str(killed.number)).order_by("pk")
    assert [one.verb for one in trail] == ["screening.asked", "screening.started", "screening.done"]
    print(f"\nkilled at {at} of {ROWS}")


def _until_the_sessions_of_the_dead_are_gone(killed: Screening, now) -> None:
    deadline = time.monotonic() + 30
    while working.run_waiting(at=now) == 0 and time.monotonic() < deadline:
        time.sleep(0.1)


def test_who_was_thought_dead_and_comes_back_changes_nothing(monkeypatch):
    """Its session was lost while it worked on, and another took over: only the latest attempt may finish."""
    now = timezone.now()
    cast = make_cast(now)
    make_accounts(cast, now)
    screening = sent(cast, now)
    mine = working._begin(screening.pk, now)
    assert working.run_waiting(at=now) == 1
    first = answered(screening)
    assert working._answer(mine, now) is False
    assert answered(screening) == first
    assert AuditEntry.objects.filter(verb="screening.done").count() == 1


def test_a_list_that_kills_every_worker_is_given_up_with_a_sentence(settings):
    now = timezone.now()
    cast = make_cast(now)
    screening = sent(cast, now)
    for _turn in range(working.MOST_ATTEMPTS):
        assert working._begin(screening.pk, now) is not None  # and then it dies
    assert working.run_waiting(at=now) == 1
    screening.refresh_from_db()
    assert screening.state == "failed" and "5 times" in screening.refusal
    assert working.run_waiting(at=now) == 0
