"""No process outlives its purpose, however the launcher ends, and no foreign process is touched."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from portal.embedded import leftovers, processes
from portal.embedded.leftovers import TOKEN, RunFile, started, stop_leftovers
from portal.embedded.processes import wait_until

ROOT = Path(__file__).resolve().parents[2]
#: A launcher that starts one child which starts one of its own, tells both numbers, and waits.
LAUNCHER = """
import sys, time
from pathlib import Path
from portal.embedded import processes
child = processes.start("child", ["sh", "-c", "sleep 60 & echo $! >grandchild; wait"],
    log=Path("log"), cwd=Path("."), env={"PATH": "/usr/bin:/bin", "KONTAKTKLAR_RUN": sys.argv[1]})
print(child.pid, flush=True)
time.sleep(60)
"""


def gone(pid: int) -> bool:
    return started(pid) is None


@pytest.fixture
def launcher(tmp_path):
    """A launcher in a process of its own, the number of its child, and its token."""
    run = RunFile(tmp_path / "run")
    command = [sys.executable, "-c", LAUNCHER, run.token]
    environment = dict(os.environ, PYTHONPATH=str(ROOT))
    process = subprocess.Popen(command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, text=True)
    child = int(process.stdout.readline())
    assert wait_until(lambda: (tmp_path / "grandchild").exists() and (tmp_path / "grandchild").read_text() != "", 5)
    yield process, child, run
    process.kill()
    process.wait()
    process.stdout.close()
    for pid in leftovers.with_token(run.token):
        os.kill(pid, signal.SIGKILL)


def test_a_child_notices_that_its_launcher_was_killed(launcher):
    process, child, _ = launcher
    process.kill()
    process.wait()
    assert wait_until(lambda: gone(child), 5)


def test_what_is_left_over_is_stopped_at_the_next_start(launcher, tmp_path):
    process, child, run = launcher
    grandchild = int((tmp_path / "grandchild").read_text())
    run.begin()
    note = {"name": "child", "pid": child, "started": started(child), "signal": int(signal.SIGTERM)}
    with run.path.open("a") as file:
        file.write(json.dumps(note) + "\n{torn")
    assert not gone(grandchild)
    assert stop_leftovers(run.path, patience=1.0) == ["child"]
    assert gone(child)
    assert process.poll() is None, "the launcher has no token in its environment"
    assert wait_until(lambda: gone(grandchild), 5)
    assert not run.path.exists()


def test_a_process_that_merely_has_the_number_is_left_alone(tmp_path):
    run = RunFile(tmp_path / "run")
    run.begin()
    with run.path.open("a") as file:
        file.write(json.dumps({"name": "web", "pid": os.getpid(), "started": "1", "signal": 15}) + "\n")
    assert stop_leftovers(run.path) == []


def test_stop_clears_away_the_whole_group(tmp_path):
    script = "trap '' TERM; sleep 60 & echo $!; wait; wait"
    child = processes.start("stubborn", ["sh", "-c", script], log=tmp_path / "log", cwd=tmp_path, env=dict(os.environ))
    child.patience = 0.3
    assert wait_until(lambda: child.last_words() != "", 5)
    grandchild = int(child.last_words())
    child.stop()
    assert child.ended() is not None
    assert wait_until(lambda: gone(grandchild), 5)


def test_a_token_marks_only_its_own(tmp_path):
    run = RunFile(tmp_path / "run")
    child = processes.start("marked", ["sleep", "60"], log=tmp_path / "log", cwd=tmp_path, env={TOKEN: run.token})
    other = processes.start("other", ["sleep", "60"], log=tmp_path / "log", cwd=tmp_path, env={TOKEN: "else"})
    try:
        assert wait_until(lambda: leftovers.with_token(run.token) == {child.pid}, 5)
    finally:
        child.stop()
        other.stop()


def test_a_long_log_is_turned_over(tmp_path):
    log = tmp_path / "web.log"
    log.write_bytes(b"x" * (processes.LOG_BYTES + 1))
    processes.turn_over(log)
    assert not log.exists()
    assert (tmp_path / "web.log.1").exists()
