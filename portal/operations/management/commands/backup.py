"""Write a backup of database and uploaded files into one file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.utils import timezone

from portal.operations.backing_up import write_backup
from portal.operations.models import Success
from portal.operations.postgres import Server
from portal.operations.successes import note_success
from portal.operations.trouble import Unverified


class Command(BaseCommand):
    help = "Write a backup of the database and the uploaded files. The file is NOT encrypted: encrypt it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("-o", "--output", type=Path, required=True, help="the file; one that is there is replaced")

    def handle(self, *args: Any, output: Path, **options: Any) -> None:
        at, server = timezone.now(), Server(connection.settings_dict)
        try:
            made = write_backup(output, server, media=settings.MEDIA_ROOT, version=settings.VERSION, at=at)
        except Unverified as error:
            raise CommandError(str(error)) from error
        figures = {"tables": len(made.tables), "rows": made.rows, "files": len(made.media)}
        note_success(Success.Kind.BACKUP, at=at, figures=figures | {"bytes": output.stat().st_size})
        self.stdout.write(f"{figures['tables']} tables, {made.rows} rows and {figures['files']} files in {output}.")
        self.stdout.write("It holds personal data and is not encrypted: encrypt it before it leaves this machine.")
