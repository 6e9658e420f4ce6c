"""`bin/manage`: Django's commands on the data of this checkout, whether the portal runs at the moment or not."""

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from portal.embedded import environment, ports
from portal.embedded.leftovers import TOKEN, RunFile, stop_leftovers
from portal.embedded.locks import Held, Lock
from portal.embedded.paths import Places, require_space
from portal.embedded.processes import dying_with_us
from portal.embedded.services import Services
from portal.embedded.terminal import Interrupt
from portal.embedded.testing import wait_for
from portal.embedded.trouble import Trouble

#: The variables a running portal lends; the rest comes from the caller and from `.var/env`.
LENT = ("DATABASE_URL", "REDIS_URL", "SITE_URL")


def lend(variables: dict[str, str]) -> dict[str, str]:
    """What `bin/up` writes down for commands that run beside it."""
    return {name: variables[name] for name in LENT if name in variables}


@contextlib.contextmanager
def services(places: Places, interrupt: Interrupt) -> Iterator[dict[str, str]]:
    """The addresses of the services: those of the running portal, or of services started for the block."""
    lock = Lock(places.var / "up.lock")
    try:
        lock.take()
    except Held as held:
        if "lent" not in held.note:
            raise Trouble("Kontaktklar is just starting or stopping here: try again in a moment.") from None
        yield held.note["lent"]
        return
    run_file = RunFile(places.var / "run")
    stop_leftovers(run_file.path)
    require_space(places.var)
    found = Services(places.var, run_file)
    run_file.begin()
    try:
        yield found.start(environment.caller(places.root), interrupt.pause) | {TOKEN: run_file.token}
    finally:
        found.stop()
        run_file.end()
        lock.release()


def run(root: Path, words: Sequence[str]) -> int:
    """Runs `manage.py` with these words in the caller's folder; returns its exit code."""
    places = Places.of(root)
    interrupt = Interrupt().install()
    folder = os.environ.get("KONTAKTKLAR_CALLED_FROM") or None
    with services(places, interrupt) as lent:
        defaults = environment.site_defaults(places, ports.DEFAULT) | lent
        variables = environment.complete(environment.caller(root), defaults)
        command = [sys.executable, str(root / "manage.py"), *words]
        process = subprocess.Popen(command, cwd=folder, env=variables, preexec_fn=dying_with_us())
        return wait_for(process, interrupt)
