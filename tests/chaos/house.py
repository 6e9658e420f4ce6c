"""The house: PostgreSQL that keeps what it acknowledged, Redis that keeps nothing, and the portal's processes, each
started again when it dies, as systemd or compose would."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path

from portal.embedded.postgres import Cluster
from portal.embedded.processes import dying_with_us, wait_until
from portal.embedded.redis import Server
from tests.chaos.clocks import Clock

ROOT = Path(__file__).resolve().parents[2]
WEBS = ("web-1", "web-2")
PARTS = (*WEBS, "worker", "beat", "relay")


class Part:
    """One process of the portal with a clock of its own."""

    def __init__(self, name: str, command: list[str], environment: dict[str, str], folder: Path) -> None:
        self.name, self.command, self.log = name, command, folder / f"{name}.log"
        self.clock = Clock(folder / f"{name}.clock")
        self.environment = environment | self.clock.environment()
        self.process: subprocess.Popen[bytes] | None = None
        self.starts = 0

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=dying_with_us(),
            )
        self.starts += 1

    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def kill(self) -> None:
        """SIGKILL for the process and its children."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, 9)
            self.process.wait()

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(timeout=25)
        self.kill()


class House:
    """Everything, in one folder."""

    def __init__(self, folder: Path, *, smtp_port: int) -> None:
        self.folder = folder
        # Whatever else in this run is hurried, the database waits for the disk: what it acknowledged must be there.
        self.cluster = Cluster(folder, folder / "postgres.log", durable=True)
        self.redis = Server(folder, folder / "redis.log", durable=False)
        self.ports = {name: _free_port() for name in WEBS}
        self.smtp_port = smtp_port
        self.parts: dict[str, Part] = {}
        self.watching = threading.Event()
        self.lock = threading.Lock()

    # --- start and stop

    def begin(self) -> dict[str, str]:
        """Starts the services and returns the environment of the portal's processes."""
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.endswith("_FILE")},
            "DATABASE_URL": self.cluster.start(),
            "REDIS_URL": self.redis.start(),
            "DEBUG": "1",
            "SECRET_KEY": "chaos-" * 8,
            "SUPPRESSION_KEY": "order-" * 8,
            "AUDIT_SIGNING_KEY": "trail-" * 8,
            "AUDIT_HEADS_FILE": str(self.folder / "heads.jsonl"),
            "ERASURE_LEDGER": str(self.folder / "erasures.jsonl"),
            "MAIL_FOLDER": "",
            "MEDIA_ROOT": str(self.folder / "media"),
            "EMAIL_HOST": "127.0.0.1",
            "EMAIL_PORT": str(self.smtp_port),
            "CLOCK_PACE": "20",
            "HEARTBEAT_LATE_SECONDS": "30",
            "LOG_LEVEL": "WARNING",
            "LOG_FORMAT": "json",
            "PYTHONUNBUFFERED": "1",
        }
        return self.environment

    def furnish(self, like: str) -> None:
        """Migrates the empty database, or copies one that is migrated already, which takes a tenth of the time."""
        if like:
            self._copy(like)
            return
        for step in (["migrate", "--verbosity", "0"], ["createcachetable"]):
            subprocess.run([sys.executable, "manage.py", *step], cwd=ROOT, env=self.environment, check=True)

    def _copy(self, like: str) -> None:
        import dj_database_url

        from portal.operations.postgres import Server as Place
        from portal.operations.postgres import program

        source, target = (Place(dj_database_url.parse(url)) for url in (like, self.environment["DATABASE_URL"]))
        dump = [program("pg_dump", for_major=source.major()), "--format=custom"]
        restore = [program("pg_restore", for_major=source.major()), "--no-owner", "--no-privileges", "--exit-on-error"]
        with subprocess.Popen(dump, env=source.environment(), stdout=subprocess.PIPE) as process:
            command = [*restore, f"--dbname={target.database}"]
            subprocess.run(command, env=target.environment(), stdin=process.stdout, check=True)

    def open(self) -> None:
        """Starts the portal's processes and whoever starts them again, and waits until both web servers answer."""
        for name in PARTS:
            self.parts[name] = Part(name, self.command(name), self.environment, self.folder)
            self.parts[name].start()
        self.watching.set()
        self.watcher = threading.Thread(target=self._watch, daemon=True)
        self.watcher.start()
        for name in WEBS:
            if not wait_until(lambda name=name: _listens(self.ports[name]), 90):
                raise RuntimeError(f"{name} did not start:\n{self.parts[name].log.read_text()[-3000:]}")

    def command(self, name: str) -> list[str]:
        """The words of docs/deployment, with one job at a time to be sparing with the machine."""
        python = [sys.executable, "-m"]
        if name in WEBS:
            place = ["--host", "127.0.0.1", "--port", str(self.ports[name]), "--workers", "1", "--no-ws"]
            return [
                *python,
                "granian",
                "--interface",
                "wsgi",
                *place,
                "--blocking-threads",
                "4",
                "portal.wsgi:application",
            ]
        celery = [*python, "celery", "-A", "portal"]
        if name == "worker":
            return [*celery, "worker", "--concurrency", "1", "--without-gossip", "--without-mingle", "-n", "chaos@%h"]
        if name == "beat":
            return [*celery, "beat", "--schedule", str(self.folder / "beat-schedule"), "--pidfile="]
        return [sys.executable, "manage.py", "relay", "--pause", "1"]

    def _watch(self) -> None:
        """Whoever has died is started again."""
        while self.watching.is_set():
            with self.lock:
                for part in self.parts.values():
                    if self.watching.is_set() and not part.alive():
                        part.start()
            time.sleep(0.3)

    def close(self) -> None:
        """Stops the portal's processes; the database stays."""
        self.watching.clear()
        with self.lock:
            for part in self.parts.values():
                part.stop()

    def end(self) -> None:
        self.close()
        self.redis.stop()
        self.cluster.stop()
        self.cluster.remove()
        self.redis.remove()

    # --- what befalls it

    def restart_postgres(self) -> None:
        """Immediate: every session is cut off, and the server comes back by its log (PostgreSQL manual, 18.5)."""
        child = self.cluster.child
        assert child is not None
        child.popen.send_signal(3)
        child.popen.wait(30)
        self.cluster.start()

    def wipe_redis(self) -> None:
        import redis

        client = redis.Redis.from_url(self.environment["REDIS_URL"].replace("redis+socket://", "unix://"))
        client.flushall()
        client.close()

    def logged(self) -> dict[str, dict[str, int]]:
        """How often each part logged which kind of fault: the last line of its traceback, or the line, shortened."""
        found: dict[str, dict[str, int]] = {}
        for name, part in self.parts.items():
            lines = part.log.read_text(errors="replace").splitlines()
            found[name] = dict(Counter(filter(None, map(_kind, lines))).most_common(6))
        return found


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _kind(line: str) -> str:
    """The fault that a line of a log tells of, shortened; empty for a line that tells of none, or was cut off."""
    if not line.startswith("{"):
        return line[:110] if "Error" in line and not line.startswith(" ") else ""
    try:
        told = json.loads(line)
    except ValueError:
        return ""
    words = str(told.get("exc_info") or told.get("message") or "").strip().splitlines()
    return words[-1][:110] if words else ""
