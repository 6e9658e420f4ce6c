"""A worker that runs but does not hear is started anew; whatever hears, or is young, is left alone."""

import os
import signal
import sys
import time

import pytest

from portal.embedded import processes, site
from portal.embedded.processes import wait_until
from portal.embedded.revival import LATE_SECONDS, Revival, late_seconds
from tests.embedded.test_up import Start

LATE = 0.2


@pytest.fixture
def sleepers(var):
    """Starts children that only sleep, and ends them."""
    made = []

    def start():
        command = [sys.executable, "-c", "import time; time.sleep(60)"]
        made.append(processes.start("worker", command, log=var / "worker.log", cwd=var, env=dict(os.environ)))
        return made[-1]

    yield start
    for child in made:
        child.popen.kill()
        child.popen.wait()


def old(revival):
    time.sleep(2 * LATE + 0.1)
    return revival


def test_a_silent_child_is_ended_and_started_anew(sleepers):
    first = sleepers()
    os.kill(first.pid, signal.SIGSTOP)
    revival = old(Revival({"worker": sleepers}, lambda: {"worker"}, LATE))
    (second,) = revival.turn([first])
    assert first.ended() is not None and second.ended() is None and second.pid != first.pid
    assert revival.turn([second]) == [second], "a young one is given time"


def test_who_is_heard_of_and_who_is_nobody_of_ours_is_left_alone(sleepers):
    first = sleepers()
    assert old(Revival({"worker": sleepers}, set, LATE)).turn([first]) == [first]
    assert old(Revival({"beat": sleepers}, lambda: {"worker"}, LATE)).turn([first]) == [first]
    assert first.ended() is None


def test_who_could_leave_no_sign_while_redis_was_away_is_young_again(sleepers):
    first, answers = sleepers(), [None, {"worker"}, {"worker"}]
    revival = old(Revival({"worker": sleepers}, lambda: answers.pop(0), LATE))
    assert revival.turn([first]) == [first]
    time.sleep(LATE)
    assert revival.turn([first]) == [first], "Redis is back, and the worker has not been heard of yet"
    time.sleep(LATE + 0.1)
    assert revival.turn([first]) != [first], "it had its time"


def test_redis_is_missed_also_while_the_children_are_young(sleepers):
    first, answers = sleepers(), [None, {"worker"}]
    revival = Revival({"worker": sleepers}, lambda: answers.pop(0), LATE)
    time.sleep(2 * LATE - 0.05)
    assert revival.turn([first]) == [first]
    time.sleep(LATE)
    assert revival.turn([first]) == [first] and answers == []


@pytest.mark.parametrize(
    ("words", "seconds"), [("8", 8.0), ("", LATE_SECONDS), ("0", LATE_SECONDS), ("soon", LATE_SECONDS)]
)
def test_the_threshold_is_the_portals_own(words, seconds):
    assert late_seconds({"HEARTBEAT_LATE_SECONDS": words}) == seconds


@pytest.mark.parametrize(
    ("body", "silent"),
    [
        (b'{"database": "ok", "redis": "ok", "worker": "silent", "beat": "ok", "relay": "silent"}', {"worker"}),
        (b'{"database": "ok", "redis": "ok", "worker": "silent", "beat": "silent"}', {"worker", "beat"}),
        (b'{"database": "ok", "redis": "ok", "worker": "ok", "beat": "ok"}', set()),
        (b'{"database": "ok", "redis": "away", "worker": "silent", "beat": "silent"}', None),
        (b'{"database": "away", "redis": "ok", "worker": "unknown"}', None),
        (b"<html>", None),
        (b"", None),
    ],
)
def test_what_the_readiness_page_says_is_what_counts(monkeypatch, body, silent):
    monkeypatch.setattr(site, "ask", lambda *_: (503, body))
    assert site.silent_parts(8000, {}) == silent


@pytest.mark.skipif(not os.environ.get("KONTAKTKLAR_LONG"), reason="starts the whole portal: KONTAKTKLAR_LONG=1")
def test_a_deaf_worker_of_the_real_portal_is_replaced(var, monkeypatch):
    """Stopped by a signal, the worker is still there for the launcher; only its heartbeat tells."""
    monkeypatch.setenv("HEARTBEAT_LATE_SECONDS", "20")
    monkeypatch.setenv("CLOCK_PACE", "30")
    start = Start(var, "--empty")
    try:
        places = int(start.url.rpartition(":")[2]), {"SITE_URL": start.url}
        assert wait_until(lambda: site.ask("/readyz", *places)[0] == 200, 60), site.ask("/readyz", *places)
        deaf = workers(start)
        for pid in deaf:
            os.kill(pid, signal.SIGSTOP)
        assert wait_until(lambda: site.silent_parts(*places) == {"worker"}, 60), site.ask("/readyz", *places)
        assert site.ask("/readyz", *places)[0] == 503
        assert wait_until(lambda: not deaf & workers(start), 90), "nothing of it is left"
        assert wait_until(lambda: site.ask("/readyz", *places)[0] == 200, 60), "the new one hears"
        assert start.end(signal.SIGINT) == 0
        assert start.processes() == set()
    finally:
        start.process.kill()
        start.process.wait()
        start.process.stdout.close()
        for pid in start.processes():
            os.kill(pid, signal.SIGKILL)


def workers(start):
    return {pid for pid in start.processes() if "worker" in processes.command_line(pid)}
