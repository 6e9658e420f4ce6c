"""Services for a test run: a cluster and a Redis of its own, made new each time, without waiting for the disk; for a
benchmark with it, as in production."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from portal.embedded import environment
from portal.embedded.leftovers import TOKEN, RunFile, stop_leftovers
from portal.embedded.locks import Held, Lock
from portal.embedded.paths import Places, private_folder, require_space
from portal.embedded.processes import dying_with_us
from portal.embedded.services import Services
from portal.embedded.terminal import Interrupt
from portal.embedded.trouble import Trouble

#: Test runs at once in one checkout; each has a folder of its own.
SLOTS = 8


@contextlib.contextmanager
def services(root: Path, interrupt: Interrupt, *, durable: bool = False) -> Iterator[dict[str, str]]:
    """Starts them and yields the environment that leads there; stops and removes them afterwards."""
    places = Places.of(root)
    require_space(places.var)
    lock, slot = free_slot(places.var)
    run_file = RunFile(slot / "run")
    try:
        stop_leftovers(run_file.path)
        found = Services(slot, run_file, durable=durable)
        found.remove({})
        run_file.begin()
        try:
            urls = found.start(os.environ, interrupt.pause)
            yield variables(slot, urls) | {TOKEN: run_file.token}
        finally:
            found.stop()
            stop_leftovers(run_file.path, patience=3.0)
            found.remove({})
    finally:
        lock.release()


def free_slot(var: Path) -> tuple[Lock, Path]:
    """The first folder that no other test run uses."""
    for number in range(1, SLOTS + 1):
        lock = Lock(var / f"test-{number}.lock")
        with contextlib.suppress(Held):
            lock.take()
            slot = private_folder(var / f"test-{number}")
            if os.geteuid() == 0:
                slot.chmod(0o711)
            return lock, slot
    raise Trouble(f"{SLOTS} test runs are under way here already: wait for one to end.")


def variables(slot: Path, urls: dict[str, str]) -> dict[str, str]:
    """The environment of the tests; `.env` is left out, so that a person's own settings do not change a result."""
    for name in ("mails", "results"):
        shutil.rmtree(slot / name, ignore_errors=True)
    folders = {"MAIL_FOLDER": str(slot / "mails"), "KONTAKTKLAR_RESULTS": str(private_folder(slot / "results"))}
    defaults = {"DEBUG": "1"} | folders | environment.kept_secrets(slot) | urls
    return environment.complete(os.environ, defaults)


def run(root: Path, command: Sequence[str], *, durable: bool = False) -> int:
    """Runs a command with the services; returns its exit code."""
    interrupt = Interrupt().install()
    with services(root, interrupt, durable=durable) as env:
        program = [sys.executable if word == "python" and not index else word for index, word in enumerate(command)]
        process = subprocess.Popen(program, env=env, preexec_fn=dying_with_us())
        return wait_for(process, interrupt)


def wait_for(process: "subprocess.Popen[bytes]", interrupt: Interrupt) -> int:
    """Waits for the end, passing on a request to stop; Ctrl-C reaches the command from the terminal itself."""
    passed_on = 0
    while True:
        with contextlib.suppress(subprocess.TimeoutExpired):
            code = process.wait(0.2)
            return code if code >= 0 else 128 - code
        if interrupt.asked > passed_on:
            passed_on = interrupt.asked
            if interrupt.last != signal.SIGINT:
                process.terminate()
