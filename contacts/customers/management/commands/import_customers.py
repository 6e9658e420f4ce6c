"""`manage.py import_customers FILE.csv`: exit code 0 = all rows taken, 3 = some refused, 1 = file refused."""

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from contacts.customers.importing import reading, run
from contacts.customers.services import KEEPERS
from portal.audit.services import Job
from portal.people.models import User
from portal.vocabulary import ContactSource


class Command(BaseCommand):
    help = "Import a customer list (CSV as German Excel writes it). See docs/import.md."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--delimiter", default="", help="; or , (found out if not given)")
        parser.add_argument("--encoding", default="", help="utf-8 or cp1252 (found out if not given)")
        parser.add_argument("--errors", type=Path, help="error file (default: FILE.errors.csv)")
        parser.add_argument("--source", default="", choices=["", *ContactSource.values], help="if the file lacks it")
        parser.add_argument("--acting", default="", help="e-mail of the person who answers for the import")
        parser.add_argument("--dry-run", action="store_true", help="check only, write nothing")
        parser.add_argument("--json", action="store_true", help="print the report as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        errors = options["errors"] or path.with_suffix(".errors.csv")
        try:
            report = run.import_file(
                path,
                actor=_actor(options["acting"]),
                at=timezone.now(),
                default_source=options["source"],
                errors=errors,
                dry_run=options["dry_run"],
                delimiter=options["delimiter"],
                encoding=options["encoding"],
            )
        except OSError as error:
            raise CommandError(f"{path} cannot be read: {error.strerror}.") from error
        except reading.FileRefused as refusal:
            raise CommandError(str(refusal)) from refusal
        self._tell(report, errors, options["json"])
        if report.tally.refused:
            sys.exit(3)

    def _tell(self, report: run.Report, errors: Path, as_json: bool) -> None:
        counts = {"rows": report.dialect.rows, **vars(report.tally)}
        if as_json:
            self.stdout.write(json.dumps(counts | {"unknown_columns": report.unknown_columns}))
            return
        self.stdout.write(", ".join(f"{name}: {value}" for name, value in counts.items()))
        if report.unknown_columns:
            self.stdout.write("not taken, unknown columns: " + ", ".join(report.unknown_columns))
        for error in report.first_errors:
            self.stdout.write(f"line {error.row.line}, {error.column}: {error.value!r}. {error.reason} {error.fix}")
        if report.tally.refused:
            self.stdout.write(f"refused rows with reasons: {errors}")


def _actor(email: str) -> User | Job:
    if not email:
        return Job("import_customers")
    user = User.objects.filter(email__iexact=email, is_active=True).first()
    if user is None:
        raise CommandError(f"There is no active person with the e-mail address {email}.")
    if not user.has_role(*KEEPERS):
        raise CommandError(f"{email} is not one who keeps customers. Name a consent officer or the DPO.")
    return user
