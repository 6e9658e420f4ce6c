"""PostgreSQL's own programs and connections beside Django's, which a backup and its drill need."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

import psycopg
from django.utils.translation import gettext as _

from portal.embedded.programs import debian_programs, find_programs
from portal.embedded.trouble import Trouble
from portal.operations.trouble import Unverified

#: What libpq reads of a connection, and the variable that says it to PostgreSQL's programs: a password that stood in
#: their words would be seen in the list of processes.
VARIABLES = {
    "host": "PGHOST",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "dbname": "PGDATABASE",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
    "passfile": "PGPASSFILE",
    "service": "PGSERVICE",
    "connect_timeout": "PGCONNECT_TIMEOUT",
}
#: Words of an error that are told; what PostgreSQL says beyond may quote a row.
TOLD = 300


class Server:
    """Where a database is, as Django's settings say it."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        own = {"host": settings.get("HOST"), "port": settings.get("PORT"), "user": settings.get("USER")}
        own |= {"password": settings.get("PASSWORD"), "dbname": settings.get("NAME")}
        more = {key: value for key, value in (settings.get("OPTIONS") or {}).items() if key in VARIABLES}
        self.words = {key: str(value) for key, value in (own | more).items() if value}

    @property
    def database(self) -> str:
        return self.words.get("dbname", "")

    def named(self, database: str) -> Server:
        """The same server, another database."""
        other = Server({})
        other.words = self.words | {"dbname": database}
        return other

    def environment(self) -> dict[str, str]:
        """For PostgreSQL's programs: this connection, none of the caller's PG* variables, and English words."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
        return kept | {VARIABLES[key]: value for key, value in self.words.items()} | {"LC_ALL": "C"}

    @contextmanager
    def connected(self, *, autocommit: bool = False) -> Iterator[psycopg.Connection[Any]]:
        """A connection of one's own. Raises Unverified where there is none to be had."""
        try:
            connection = psycopg.connect(**self.words, autocommit=autocommit)  # type: ignore[arg-type]
        except psycopg.OperationalError as error:
            raise Unverified(_("The database cannot be reached: %(error)s.") % {"error": told(error)}) from error
        try:
            yield connection
        finally:
            connection.close()

    def major(self) -> int:
        """The major version of the server."""
        with self.connected() as connection:
            return connection.info.server_version // 10_000


def program(name: str, *, for_major: int) -> Path:
    """`pg_dump` or `pg_restore`, of a version that knows this server: an older one refuses a newer server, and what an
    unnoticed mismatch dumps is nothing. Looked for on the PATH, then where the portal brings its own, then where Debian
    keeps them. Raises Unverified."""
    for path in _candidates(name):
        found = version_of(path)
        if found is not None and found >= for_major:
            return path
    words = _("No %(program)s of PostgreSQL %(major)s or newer was found: install the client of that version.")
    raise Unverified(words % {"program": name, "major": for_major})


def _candidates(name: str) -> Iterator[Path]:
    on_path = shutil.which(name)
    if on_path:
        yield Path(on_path)
    for look in (find_programs, debian_programs):
        try:
            programs = look()
        except Trouble:
            continue
        if programs is not None and programs.path(name).exists():
            yield programs.path(name)


def version_of(path: Path) -> int | None:
    """The major version of one of PostgreSQL's programs; None where it does not run."""
    try:
        done = subprocess.run([path, "--version"], capture_output=True, text=True, check=False)
    except OSError:
        return None
    found = re.search(r"\d+", done.stdout)
    return int(found.group(0)) if found and done.returncode == 0 else None


def told(error: object) -> str:
    """The first line of an error, shortened: what comes after it may quote a row."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return (lines[0] if lines else type(error).__name__)[:TOLD].rstrip(".")


def piped(source: IO[bytes], command: list[str | Path], environment: Mapping[str, str]) -> tuple[int, str]:
    """Runs a program that reads `source`; its exit code and the beginning of what it complained about."""
    process = subprocess.Popen(
        command, env=dict(environment), stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    assert process.stdin is not None
    assert process.stderr is not None
    try:
        # The program may end early, because it found something wrong; what it says about that is worth more.
        with suppress(BrokenPipeError), process.stdin:
            shutil.copyfileobj(source, process.stdin, 1024 * 1024)
        complaint = process.stderr.read(64 * 1024).decode("utf-8", "replace")
        return process.wait(), complaint
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
        process.stderr.close()
