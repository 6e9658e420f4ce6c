"""`bin/up`: everything started in order, watched, and stopped in the opposite order whatever happens."""

import os
import shutil
import signal
import time
from collections.abc import Callable
from pathlib import Path

from portal.embedded import environment, ports, site
from portal.embedded.leftovers import TOKEN, RunFile, stop_leftovers
from portal.embedded.locks import Held, Lock
from portal.embedded.manage import lend
from portal.embedded.paths import Places, require_space
from portal.embedded.processes import Child, wait_until
from portal.embedded.revival import Revival, late_seconds
from portal.embedded.services import Services
from portal.embedded.steps import Steps
from portal.embedded.terminal import Interrupt, complain, say
from portal.embedded.trouble import Stop, Trouble, failed, sentence

#: What --reset deletes besides the services' data; the secrets in .var/env are no data and stay.
DATA = ("mails", "media", "beat", "log")


class Up:
    """One run of the portal in one checkout."""

    def __init__(self, places: Places, wanted_port: str | None, *, empty: bool = False) -> None:
        self.places, self.wanted_port, self.empty = places, wanted_port, empty
        self.interrupt = Interrupt()
        self.own = environment.caller(places.root)
        self.run_file = RunFile(places.var / "run")
        self.services = Services(places.var, self.run_file)
        self.children: list[Child] = []
        self.revival: Revival | None = None
        self.lock = Lock(places.var / "up.lock")

    def go(self, *, reset: bool) -> int:
        """Runs until somebody stops it or a process ends; returns the exit code."""
        self.interrupt.install()
        try:
            self.take_lock(stop_other=reset)
            return self.locked(reset)
        except Stop:
            return 0
        except Trouble as trouble:
            complain(str(trouble))
            return 1
        finally:
            self.lock.release()

    def take_lock(self, *, stop_other: bool) -> None:
        """Makes sure that this is the only run here; with `stop_other` by ending the other one."""
        try:
            self.lock.take()
        except Held as held:
            note = held.note
            if not stop_other or "pid" not in note:
                where = f" at {note['url']}" if "url" in note else ""
                raise Trouble(
                    f"Kontaktklar already runs from this folder{where}: use that one, or stop it with Ctrl-C first."
                ) from None
            say("Stopping what runs here ...")
            os.kill(note["pid"], signal.SIGTERM)
            try:
                self.lock.take(patience=90)
            except Held:
                raise Trouble("What runs here did not stop within 90 seconds: stop it, then try again.") from None
        self.lock.write(pid=os.getpid())

    def locked(self, reset: bool) -> int:
        """All that happens while this run is known to be the only one."""
        names = stop_leftovers(self.run_file.path)
        if names:
            say(f"Stopped what an earlier start had left running: {', '.join(names)}.")
        if reset:
            self.reset()
        require_space(self.places.var)
        port = ports.choose(self.wanted_port)
        try:
            self.start(port)
            return self.watch()
        except (Trouble, OSError) as error:
            complain(sentence(error) if isinstance(error, OSError) else str(error))
            return 1
        finally:
            self.lock.write(pid=os.getpid())
            self.stop()
            port.release()

    def reset(self) -> None:
        """Deletes the data of this checkout and says what it was."""
        removed = self.services.remove(self.own)
        for name in DATA:
            folder = self.places.var / name
            if folder.exists():
                shutil.rmtree(folder)
                removed.append(folder)
        for path in removed:
            say(f"Removed {path}")
        if environment.given(self.own, "DATABASE_URL"):
            say("DATABASE_URL is set: that database was not touched.")
        self.services = Services(self.places.var, self.run_file)

    # --- start

    def start(self, port: ports.Port) -> None:
        """Starts everything and tells where it is."""
        begun = time.monotonic()
        self.run_file.begin()
        if port.number != ports.DEFAULT and self.wanted_port is None:
            say(f"Port {ports.DEFAULT} is taken, so this one uses {port.number}.")
        urls = self.services.start(self.own, self.interrupt.pause)
        for words in self.services.words:
            say(f"  {words}")
        defaults = environment.site_defaults(self.places, port.number) | urls
        variables = environment.complete(self.own, defaults) | {TOKEN: self.run_file.token}
        log = self.places.folder("log") / "steps.log"
        logins = Steps(self.places.root, log, variables, self.interrupt.pause).prepare(empty=self.empty)
        self.launch(variables, port.number)
        address = variables["SITE_URL"]
        self.lock.write(pid=os.getpid(), url=address, lent=lend(variables))
        self.welcome(address, logins, variables, time.monotonic() - begun)

    def launch(self, variables: dict[str, str], port: int) -> None:
        """Starts worker, beat and web server, and waits until the web server answers."""
        starts: dict[str, Callable[[], Child]] = {
            "worker": lambda: self.noted(site.worker(self.places, variables, port)),
            "beat": lambda: self.noted(site.beat(self.places, variables)),
        }
        for start in starts.values():
            self.children.append(start())
        self.add(site.web(self.places, variables, port))

        def answering() -> bool:
            self.require_all()
            return site.healthy(port, variables)

        if not wait_until(answering, 60, self.interrupt.pause):
            raise failed("The web server did not answer within a minute", self.children[-1].last_words())
        late = late_seconds(variables)
        self.revival = Revival(starts, lambda: site.silent_parts(port, variables), late)

    def add(self, child: Child) -> None:
        self.children.append(self.noted(child))

    def noted(self, child: Child) -> Child:
        self.run_file.add(child)
        return child

    def welcome(self, address: str, logins: str, variables: dict[str, str], seconds: float) -> None:
        """The calm block at the end of the start."""
        say()
        say(f"Kontaktklar is ready: {address}   (started in {seconds:.1f} s)")
        if logins.strip():
            say()
            say(logins.rstrip())
        say()
        say(f"  Mails: {variables.get('MAIL_FOLDER') or 'by SMTP'}   Logs: {self.places.var / 'log'}")
        say("  Stop with Ctrl-C.")

    # --- watch and stop

    def watch(self) -> int:
        """Watches until somebody stops it (0) or a process ends by itself (Trouble)."""
        while True:
            self.require_all()
            if self.revival is not None:
                self.children = self.revival.turn(self.children)
            self.interrupt.pause(0.25)

    def require_all(self) -> None:
        """Raises Trouble for the first process that ended."""
        running = [service.child for service in self.services.started]
        for child in [*running, *self.children]:
            if child is not None and child.ended() is not None:
                raise failed(f"{child.name} {child.end()}, so all is stopped", child.last_words())

    def stop(self) -> None:
        """Stops web server, beat, worker, Redis, PostgreSQL, in this order."""
        if self.children or self.services.started:
            say("\nStopping ...")
        for child in reversed(self.children):
            child.stop()
        self.children.clear()
        self.services.stop()
        self.run_file.end()


def up(root: Path, wanted_port: str | None, *, reset: bool, empty: bool) -> int:
    """Starts the portal of a checkout and stays until it ends; returns the exit code."""
    wanted = wanted_port or environment.caller(root).get("PORT") or None
    return Up(Places.of(root), wanted, empty=empty).go(reset=reset)
