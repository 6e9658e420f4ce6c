"""The drill: a backup is restored into an empty database and shown to be the portal that was backed up.

What could not be shown is a failure: each way to fail raises Unverified, and nothing here passes by being left out.
"""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
from django.conf import settings
from django.utils.translation import gettext as _
from psycopg import sql

from portal.operations import archive as archives
from portal.operations.archive import Manifest
from portal.operations.counting import contents, differences, migrations
from portal.operations.postgres import VARIABLES, Server, piped, program, told
from portal.operations.trouble import Unverified

#: So many tables are named where they differ.
NAMED = 5
#: Of pg_restore: one transaction, so that it is there wholly or not at all; nothing about owners and rights, which are
#: the server's own (manage.py database_roles).
OPTIONS = ("--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges", "--no-password")


@dataclass(frozen=True, slots=True)
class Verified:
    """What was shown, in numbers."""

    tables: int
    rows: int
    files: int
    proof: dict[str, Any]
    database: str = ""


def check_backup(
    path: Path, server: Server, *, sample: int, keep: str = "", media_into: Path | None = None
) -> Verified:
    """Restores the backup, compares every table, verifies the trail, replays erasures and decides `sample` kept
    decisions again. The database is dropped afterwards, unless it is given a name to `keep`. Raises Unverified."""
    with archives.opened(path) as archive:
        manifest = archives.manifest_of(archive.read(archives.MANIFEST))
        _demand_this_portal(manifest)
        files = archives.check_media(archive, manifest, media_into)
        with _database(server, keep) as place:
            _restore(archive, place, manifest)
            _compare(place, manifest)
            proof = _prove(place, manifest, sample)
    return Verified(len(manifest.tables), manifest.rows, files, proof, keep)


def _demand_this_portal(manifest: Manifest) -> None:
    """A portal that is older than the backup does not know what it restores; a newer one migrates it."""
    unknown = set(manifest.migrations) - _known_migrations()
    if unknown:
        words = _("The backup was made by a newer portal (%(version)s, with %(migration)s): check it with that one.")
        raise Unverified(words % {"version": manifest.version, "migration": min(unknown)})


def _known_migrations() -> set[str]:
    from django.db.migrations.loader import MigrationLoader

    loader = MigrationLoader(None, ignore_no_migrations=True)
    replaced = {f"{app}.{name}" for one in loader.disk_migrations.values() for app, name in one.replaces}
    return {f"{app}.{name}" for app, name in loader.disk_migrations} | replaced


@contextmanager
def _database(server: Server, keep: str) -> Iterator[Server]:
    """An empty database on that server. It goes when the check is over; a kept one goes where the check failed, so that
    nobody takes it for a good one."""
    name = keep or f"kontaktklar_check_{secrets.token_hex(6)}"
    place = server.named(name)
    _run(server, sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'").format(sql.Identifier(name)))
    verified = False
    try:
        yield place
        verified = True
    finally:
        if not (verified and keep):
            _run(server, sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _run(server: Server, statement: sql.Composed) -> None:
    with server.connected(autocommit=True) as connection:
        try:
            connection.execute(statement)
        except psycopg.errors.DuplicateDatabase as error:
            words = _("The server has a database of this name already: choose another name.")
            raise Unverified(words) from error
        except psycopg.Error as error:
            words = _("The server refuses a database for the check: %(error)s. Its account needs CREATEDB.")
            raise Unverified(words % {"error": told(error)}) from error


def _restore(archive: zipfile.ZipFile, place: Server, manifest: Manifest) -> None:
    major = place.major()
    if major < manifest.server_major:
        words = _("The backup is from PostgreSQL %(found)s, this server is %(own)s: check it on one as new as that.")
        raise Unverified(words % {"found": manifest.server_major, "own": major})
    command: list[str | Path] = [program("pg_restore", for_major=manifest.server_major), *OPTIONS]
    command += [f"--dbname={place.database}"]
    with archive.open(archives.DUMP) as source:
        code, complaint = piped(source, command, place.environment())
    if code != 0:
        raise Unverified(_("pg_restore failed: %(error)s.") % {"error": told(complaint)})


def _compare(place: Server, manifest: Manifest) -> None:
    with place.connected() as connection:
        found, migrated = contents(connection), migrations(connection)
    wrong = differences(manifest.tables, found)
    if wrong:
        named = "; ".join(wrong[:NAMED]) + ("; ..." if wrong[NAMED:] else "")
        raise Unverified(_("What was restored is not what was backed up. %(tables)s.") % {"tables": named})
    if migrated != manifest.migrations:
        raise Unverified(_("What was restored has other migrations than the backup lists: take another backup."))


def _prove(place: Server, manifest: Manifest, sample: int) -> dict[str, Any]:
    """The portal itself on the restored database, in a process of its own: brought up to date, then asked."""
    if _known_migrations() > set(manifest.migrations):
        _manage(place, "migrate", "--no-input", "--verbosity=0")
    answer = _manage(place, "after_restore", "--json", f"--sample={sample}", f"--as-of={manifest.made_at}")
    try:
        return dict(json.loads(answer.splitlines()[-1]))
    except (ValueError, IndexError) as error:
        raise Unverified(_("The restored portal gave no answer that can be read.")) from error


def _manage(place: Server, *words: str) -> str:
    """Runs manage.py on the restored database; neither of the two commands sends anything."""
    environment = {name: value for name, value in os.environ.items() if name not in _REPLACED}
    environment["DATABASE_URL"] = url_of(place)
    environment |= {name: str(getattr(settings, name)) for name in _OUTSIDE if hasattr(settings, name)}
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), *words]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or [""])[-1]
        words_ = _("On the restored database manage.py %(command)s failed: %(error)s.")
        raise Unverified(words_ % {"command": words[0], "error": told(last)})
    return done.stdout


def url_of(place: Server) -> str:
    """The DATABASE_URL of a place; every byte but letters and digits is escaped, which every reader of URLs undoes."""
    values = {key: _escaped(value) for key, value in place.words.items()}
    account = values.get("user", "") + (f":{values['password']}" if "password" in values else "")
    host = values.get("host", "") + (f":{values['port']}" if "port" in values else "")
    more = "&".join(f"{key}={values[key]}" for key in VARIABLES if key in values and key not in _IN_FRONT)
    return f"postgresql://{account}{'@' if account else ''}{host}/{values.get('dbname', '')}{'?' if more else ''}{more}"


#: Files beside the database against which it is held.
_OUTSIDE = ("AUDIT_HEADS_FILE", "ERASURE_LEDGER")
_REPLACED = ("DATABASE_URL_FILE", *(f"{name}_FILE" for name in _OUTSIDE))
_IN_FRONT = ("host", "port", "user", "password", "dbname")


def _escaped(value: str) -> str:
    """Readers of URLs turn a host into small letters, and an escape survives that."""
    keep = "abcdefghijklmnopqrstuvwxyz0123456789"
    return "".join(c if c in keep else quote(c, safe="") if quote(c, safe="") != c else f"%{ord(c):02X}" for c in value)
