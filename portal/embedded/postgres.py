"""PostgreSQL for one checkout: the wheel's programs, or Debian's, on a unix socket that only its account reaches."""

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from portal.embedded import account, processes
from portal.embedded.locks import Held, locked
from portal.embedded.paths import forget_socket_folder, socket_folder
from portal.embedded.programs import Programs, find_programs
from portal.embedded.trouble import Trouble, failed

DATABASE = "kontaktklar"
OWNER = "kontaktklar"
SUPERUSER = "postgres"
SOCKET = ".s.PGSQL.5432"
#: Enough for a web process, workers and a test run with several processes.
SETTINGS = {"listen_addresses": "", "max_connections": "100", "unix_socket_permissions": "0700", "timezone": "UTC"}
#: What a server says while sessions of a killed predecessor still hold its memory.
SESSIONS_LIVE = "is still in use"
#: For tests: what a crash of the machine would destroy need not be waited for.
FLEETING = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def url(socket: Path, database: str = DATABASE) -> str:
    """The DATABASE_URL of a socket folder.

    Every byte but small letters and digits is percent-encoded: readers of URLs turn a host into small letters, and
    an escape survives that.
    """
    keep = b"abcdefghijklmnopqrstuvwxyz0123456789"
    host = "".join(chr(byte) if byte in keep else f"%{byte:02X}" for byte in os.fsencode(socket))
    return f"postgresql://{OWNER}@{host}/{database}"


class Cluster:
    """One data folder and the server on it.

    `var` is where the caller would like the data; as root it may have to lie elsewhere (see `home`).
    """

    def __init__(self, var: Path, log: Path, *, name: str = "postgres", durable: bool = True) -> None:
        self.var, self.log, self.name, self.durable = var, log, name, durable
        self.programs = find_programs()
        self.note = var / f"{name}-elsewhere"
        self.account = account.for_postgres(self.place())
        self.home = self.place()
        self.child: processes.Child | None = None

    # --- where

    @property
    def data(self) -> Path:
        return self.home / "data"

    def place(self) -> Path:
        """The folder of data and socket: the remembered one, else the one in `.var`."""
        if self.note.exists():
            return Path(self.note.read_text("utf-8")) / "postgres"
        return self.var / self.name

    def settle(self) -> None:
        """Makes the home. Where PostgreSQL's account cannot reach the checkout (such as /root), it is moved out.

        The place is remembered in `.var` rather than derived from the checkout's path, so that a moved checkout keeps
        its data, and is not in the temp folder, from which old files are cleared.
        """
        if self.account is not None and not self.home.exists() and not self.account.can_enter(self.var):
            outside = Path(tempfile.mkdtemp(prefix="kontaktklar-", dir=_outside()))
            outside.chmod(0o711)
            self.note.write_text(str(outside), "utf-8")
            self.home = outside / "postgres"
        self.home.mkdir(exist_ok=True)
        if self.account is not None:
            os.chown(self.home, self.account.uid, self.account.gid)
        elif self.home.stat().st_uid != os.geteuid():
            raise Trouble(
                f"The data in {self.home} belongs to another account (a start as root, perhaps):"
                " start as that account, or remove it there with bin/up --reset."
            )
        self.home.chmod(0o700)

    # --- start and stop

    def start(self, pause: Callable[[float], None] = time.sleep, token: dict[str, str] | None = None) -> str:
        """Starts the server, makes the database if it is missing, and returns its URL."""
        self.settle()
        try:
            with locked(self.var / f"{self.name}.lock", patience=30):
                return self._start(pause, token or {})
        except Held as error:
            raise Trouble(f"Another start is busy with {self.home}: try again in a moment.") from error

    def _start(self, pause: Callable[[float], None], token: dict[str, str]) -> str:
        programs = self.programs.reachable(self.account, self.home.parent)
        if not (self.data / "PG_VERSION").exists():
            self.make(programs)
        self.same_version(programs)
        self.clear_stale_pid()
        socket = socket_folder(self.home, SOCKET)
        try:
            self.launch_patiently(programs, socket, token, pause)
            self.make_database(socket)
        except BaseException:
            self.stop()
            raise
        return url(socket)

    def launch_patiently(
        self, programs: Programs, socket: Path, token: dict[str, str], pause: Callable[[float], None]
    ) -> None:
        """Starts the server; sessions of a killed one take a moment to notice its death, and are waited for."""
        for attempt in range(20):
            self.child = self.launch(programs, socket, token)
            try:
                return self.await_ready(socket, pause)
            except Trouble:
                if attempt == 19 or SESSIONS_LIVE not in self.child.last_words():
                    raise
                pause(0.5)
        return None

    def stop(self) -> None:
        """Stops the server in an orderly way."""
        if self.child is not None:
            self.child.stop()
            self.child = None

    def remove(self) -> list[Path]:
        """Deletes the data and whatever was put elsewhere for it; returns what was removed."""
        forget_socket_folder(self.home)
        removed = [self.home] if self.home.exists() else []
        shutil.rmtree(self.home, ignore_errors=True)
        if self.note.exists():
            shutil.rmtree(self.home.parent, ignore_errors=True)
            self.note.unlink()
        if self.home.exists():
            raise Trouble(f"{self.home} could not be removed: it belongs to another account; remove it as that one.")
        return removed

    # --- the steps

    def make(self, programs: Programs) -> None:
        """Makes the data folder in one step: a start killed in the middle leaves nothing that looks finished."""
        half = self.home / "data.half"
        shutil.rmtree(half, ignore_errors=True)
        locale = ["--locale=C.UTF-8"]
        if programs.major() >= 17:
            locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        command: list[str | Path] = [
            programs.path("initdb"),
            "-D",
            half,
            "-U",
            SUPERUSER,
            "-E",
            "UTF8",
            *locale,
            "--auth=trust",
        ]
        self.run([*command, "--no-instructions", *([] if self.durable else ["--no-sync"])], "initdb")
        half.rename(self.data)

    def same_version(self, programs: Programs) -> None:
        """Refuses data of another major version."""
        stored = (self.data / "PG_VERSION").read_text().strip()
        if stored != str(programs.major()):
            raise Trouble(
                f"The data in {self.data} was written by PostgreSQL {stored}, but this is PostgreSQL"
                f" {programs.major()}: carry it over with pg_upgrade or a dump, or start over with bin/up --reset."
            )

    def clear_stale_pid(self) -> None:
        """Stops a server that still runs here after `kill -9`, and drops a note whose number is another's now.

        A note whose process is simply gone is left to PostgreSQL, which also looks for living sessions.
        """
        note = self.data / "postmaster.pid"
        try:
            pid = int(note.read_text().splitlines()[0])
        except (OSError, ValueError, IndexError):
            return
        if is_postgres(pid, self.data):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGINT)
            processes.wait_until(lambda: not is_postgres(pid, self.data), 30)
        elif processes.command_line(pid):
            note.unlink(missing_ok=True)

    def launch(self, programs: Programs, socket: Path, token: dict[str, str]) -> processes.Child:
        """Starts the server process itself, as our child rather than through pg_ctl, so that it cannot get lost."""
        values = SETTINGS | {"unix_socket_directories": '"' + str(socket).replace('"', '""') + '"'}
        if not self.durable:
            values |= FLEETING
        command: list[str | Path] = [programs.path("postgres"), "-D", self.data]
        for name, value in values.items():
            command += ["-c", f"{name}={value}"]
        return processes.start(
            "PostgreSQL",
            command,
            log=self.log,
            cwd=self.home,
            env=environment() | token,
            account=self.account,
            stop_signal=signal.SIGINT,
            patience=60,
            last_signal=signal.SIGQUIT,
        )

    def await_ready(self, socket: Path, pause: Callable[[float], None]) -> None:
        """Waits until it takes connections; recovery after a crash may take a while."""
        child = self.child
        assert child is not None

        def ready() -> bool:
            if child.ended() is not None:
                raise failed("PostgreSQL could not be started", child.last_words())
            command: list[str | Path] = [self.programs.path("pg_isready"), "-q", "-h", socket, "-U", OWNER]
            return subprocess.run(command, env=environment(), start_new_session=True, check=False).returncode == 0

        if not processes.wait_until(ready, 120, pause):
            raise failed("PostgreSQL did not get ready within two minutes", child.last_words())

    def make_database(self, socket: Path) -> None:
        """Makes the portal's account, which is no superuser as in production, and its database.

        Tests may also switch triggers off the way a restore does, to show which ones fire all the same.
        """
        exists = f"select count(*) from pg_database where datname = '{DATABASE}'"
        if self.sql(socket, exists).strip() == "1":
            return
        known = f"select count(*) from pg_roles where rolname = '{OWNER}'"
        if self.sql(socket, known).strip() == "0":
            self.sql(socket, f"create role {OWNER} login createdb")
        self.sql(socket, f"create database {DATABASE} owner {OWNER}")
        if not self.durable:
            self.sql(socket, f"grant set on parameter session_replication_role to {OWNER}")

    def sql(self, socket: Path, statement: str) -> str:
        """Runs one statement as the superuser."""
        command: list[str | Path] = [
            self.programs.path("psql"),
            "-XAtq",
            "-h",
            socket,
            "-U",
            SUPERUSER,
            "-d",
            "postgres",
        ]
        done = subprocess.run(
            [*command, "-v", "ON_ERROR_STOP=1", "-c", statement],
            env=environment(),
            start_new_session=True,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise failed("PostgreSQL refused to set up the database", done.stderr)
        return done.stdout

    def run(self, command: list[str | Path], name: str) -> None:
        """Runs one of PostgreSQL's programs under its account and keeps its words in the log."""
        rights = self.account.popen() if self.account else {}
        done = subprocess.run(
            [str(part) for part in command],
            cwd=self.home,
            env=environment(),
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            **rights,
        )
        with self.log.open("a", encoding="utf-8") as log:
            log.write(done.stdout)
        if done.returncode != 0:
            raise failed(f"PostgreSQL's {name} failed", done.stdout)


def environment() -> dict[str, str]:
    """What PostgreSQL's programs see: none of the caller's PG* variables, and English words for the logs."""
    kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH", "TMPDIR") if name in os.environ}
    return kept | {"LC_ALL": "C", "TZ": "UTC"}


def is_postgres(pid: int, data: Path) -> bool:
    """Whether that process is a PostgreSQL server on this data folder."""
    words = processes.command_line(pid)
    return bool(words) and "postgres" in words[0] and str(data) in words


def _outside() -> Path:
    """A folder that keeps its files and that every account may enter."""
    return next((place for place in (Path("/var/lib"), Path("/var/tmp")) if place.is_dir()), Path("/tmp"))
