"""The clock of the jobs keeps its pace when the machine's clock is set back (docs/reliability.md: clocks that jump)."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from datetime import timedelta

import pytest
from django.conf import settings

from portal.beat import NotingScheduler
from portal.celery import app
from tests.chaos.clocks import Clock, library

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def beat(tmp_path, monkeypatch):
    """The real schedule in a file; what is sent is only counted."""
    made = NotingScheduler(app, schedule_filename=str(tmp_path / "schedule"))
    made.sent = []
    monkeypatch.setattr(made, "apply_entry", lambda entry, producer=None: made.sent.append(entry.name))
    monkeypatch.setattr(NotingScheduler, "producer", None)
    yield made
    made.close()


def _ran(beat, moment):
    for entry in beat.schedule.values():
        entry.last_run_at = moment(entry.default_now())


def test_a_job_that_ran_in_the_hour_to_come_does_not_wait_for_it(beat):
    _ran(beat, lambda now: now + HOUR)
    assert beat.tick() < settings.CELERY_BEAT_MAX_LOOP_INTERVAL
    assert all(entry.last_run_at <= entry.default_now() for entry in beat.schedule.values())


def test_what_was_timed_before_the_clock_was_set_back_is_timed_anew(beat):
    _ran(beat, lambda now: now - HOUR)
    beat.populate_heap()
    beat.old_schedulers = dict(beat.schedule)
    beat._heap = [event._replace(time=event.time + HOUR.total_seconds()) for event in beat._heap]
    assert beat.tick() == settings.CELERY_BEAT_MAX_LOOP_INTERVAL, "this is how a clock set back looks"
    beat.ahead += HOUR.total_seconds()
    assert beat.tick() == 0 and len(beat.sent) == 1


def test_a_clock_that_is_right_times_nothing_anew(beat):
    beat.tick()
    heap = beat._heap
    for _ in range(50):
        beat.tick()
    assert beat._heap is heap


@pytest.mark.skipif(library() is None, reason="libfaketime is not installed")
def test_a_real_clock_goes_on_after_it_was_set_back(tmp_path):
    clock, log = Clock(tmp_path / "clock"), tmp_path / "log"
    clock.set(600)
    command = [sys.executable, "-m", "celery", "-A", "portal", "beat", "--loglevel", "INFO", "--pidfile="]
    command += ["--schedule", str(tmp_path / "schedule")]
    settled = {"CELERY_QUEUE": "nobody", "CLOCK_PACE": "3", "LOG_FORMAT": "plain", "LOG_LEVEL": "INFO"}
    environment = {**os.environ, **settled, **clock.environment()}
    with log.open("wb") as words, subprocess.Popen(command, env=environment, stdout=words, stderr=words) as process:
        try:
            _until(lambda: _sent(log) > 3, process, log)
            clock.set(0)
            before = _sent(log)
            _until(lambda: _sent(log) > before + 5, process, log)
        finally:
            process.send_signal(signal.SIGTERM)


def _sent(log):
    return len(re.findall("Sending due task outbox.deliver", log.read_text()))


def _until(what, process, log):
    end = time.monotonic() + 60
    while not what():
        assert process.poll() is None and time.monotonic() < end, log.read_text()[-2000:]
        time.sleep(0.2)
