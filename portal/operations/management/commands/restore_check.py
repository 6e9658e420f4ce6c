"""Show that a backup restores: into an empty database, every table compared, the portal asked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import dj_database_url
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.utils import timezone

from portal.operations.models import Success
from portal.operations.postgres import Server
from portal.operations.restoring import Verified, check_backup
from portal.operations.successes import note_success
from portal.operations.trouble import Unverified


class Command(BaseCommand):
    help = (
        "Restore a backup into an empty database, compare every table, verify the trail, replay erasures and decide"
        " kept decisions again. Exit code 1 if anything could not be shown."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--sample", type=int, default=1000, help="so many kept decisions are decided again")
        parser.add_argument("--keep", default="", metavar="NAME", help="keep what was verified as a database NAME")
        parser.add_argument("--media", type=Path, metavar="FOLDER", help="write the uploaded files into this folder")
        parser.add_argument("--no-note", action="store_true", help="do not note the success in the running portal")

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        at = timezone.now()
        try:
            found = check_backup(
                file, _server(), sample=options["sample"], keep=options["keep"], media_into=options["media"]
            )
        except Unverified as error:
            raise CommandError(f"NOT verified. {error}") from error
        if not options["no_note"]:
            figures = {"tables": found.tables, "rows": found.rows, "files": found.files} | found.proof
            note_success(Success.Kind.RESTORE, at=at, figures=figures)
        self.stdout.write(_words(found))


def _server() -> Server:
    """RESTORE_DATABASE_URL names a server for the drill; without it, it is the portal's own."""
    url = settings.RESTORE_DATABASE_URL
    return Server(dj_database_url.parse(url) if url else connection.settings_dict)


def _words(found: Verified) -> str:
    proof = found.proof
    passed = ", ".join(proof["passed"]) or "no further command"
    kept = f" Kept as the database {found.database}." if found.database else ""
    return (
        f"Verified: {found.tables} tables with {found.rows} rows are equal, {found.files} files are what they were,"
        f" {proof['decided_equal']} kept decisions come out the same ({proof['decided_by_other_rules']} rest on"
        f" rules of another version); passed: {passed}.{kept}"
    )
