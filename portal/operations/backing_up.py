"""Writing a backup: one snapshot of the database, counted and dumped, and the uploaded files."""

from __future__ import annotations

import contextlib
import os
import subprocess
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import psycopg
from django.utils.translation import gettext as _

from portal.operations.archive import CHUNK, DUMP, MANIFEST, MEDIA, Manifest, copy_hashed
from portal.operations.counting import contents, migrations
from portal.operations.postgres import Server, program, told
from portal.operations.trouble import Unverified


def write_backup(path: Path, server: Server, *, media: Path, version: str, at: datetime) -> Manifest:
    """Writes the backup and returns what it holds. Raises Unverified, and leaves no file then.

    The file is readable by its owner alone; it holds everything the portal knows and is not encrypted.
    """
    half = path.with_name(f"{path.name}.part")
    try:
        # "x" and 0600 from the first byte on: nobody else reads along, and no other run's file is overwritten.
        descriptor = os.open(half, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
    except FileExistsError as error:
        words = _("%(path)s is there: another backup is being written, or one was cut off. Remove it, and try again.")
        raise Unverified(words % {"path": half}) from error
    except OSError as error:
        words = _("%(path)s cannot be written: %(error)s.")
        raise Unverified(words % {"path": half, "error": error.strerror}) from error
    try:
        with os.fdopen(descriptor, "w+b") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED, allowZip64=True) as archive:
                manifest = _fill(archive, server, media=media, version=version, at=at)
            file.flush()
            os.fsync(file.fileno())
        half.replace(path)
    except OSError as error:
        words = _("The backup could not be written to its end: %(error)s.")
        raise Unverified(words % {"error": error.strerror or error}) from error
    finally:
        half.unlink(missing_ok=True)
    return manifest


def _fill(archive: zipfile.ZipFile, server: Server, *, media: Path, version: str, at: datetime) -> Manifest:
    major = server.major()
    pg_dump = program("pg_dump", for_major=major)
    with _snapshot(server) as (connection, name):
        _dump(archive, [pg_dump, "--format=custom", f"--snapshot={name}", "--no-password"], server)
        tables, migrated = contents(connection), migrations(connection)
    files = dict(_files(archive, media))
    made_at = at.astimezone(UTC).isoformat()
    manifest = Manifest(version, made_at, major, migrated, tables, files)
    archive.writestr(MANIFEST, manifest.as_json())
    return manifest


@contextlib.contextmanager
def _snapshot(server: Server) -> Iterator[tuple[psycopg.Connection, str]]:
    """A transaction that sees one instant, which pg_dump shares (PostgreSQL manual, "Snapshot Synchronization
    Functions"): what is counted is what is dumped, however busy the portal is."""
    with server.connected() as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        try:
            row = connection.execute("SELECT pg_export_snapshot()").fetchone()
            assert row is not None
            yield connection, row[0]
        except psycopg.Error as error:
            raise Unverified(_("The database could not be read: %(error)s.") % {"error": told(error)}) from error


def _dump(archive: zipfile.ZipFile, command: list[str | Path], server: Server) -> None:
    process = subprocess.Popen(command, env=server.environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stderr is not None
    try:
        with archive.open(DUMP, "w", force_zip64=True) as target:
            while chunk := process.stdout.read(CHUNK):
                target.write(chunk)
        complaint = process.stderr.read(64 * 1024).decode("utf-8", "replace")
        if process.wait() != 0:
            raise Unverified(_("pg_dump failed: %(error)s.") % {"error": told(complaint)})
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
        process.stdout.close()
        process.stderr.close()


def _files(archive: zipfile.ZipFile, media: Path) -> Iterator[tuple[str, str]]:
    """The uploaded files; one that is deleted meanwhile was deleted before the backup ended, and is left out."""
    for path in sorted(media.rglob("*")) if media.is_dir() else []:
        if path.is_symlink() or not path.is_file():
            continue
        name = path.relative_to(media).as_posix()
        with contextlib.suppress(FileNotFoundError), path.open("rb") as source:
            with archive.open(MEDIA + name, "w", force_zip64=True) as target:
                digest = copy_hashed(source, target)
            yield name, digest
