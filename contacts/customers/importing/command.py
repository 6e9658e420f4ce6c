"""What the import commands of all kinds share. Exit code 0 = all rows taken, 3 = some refused, 1 = file refused."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from contacts.customers.importing import engine, mappings, reading, run, working
from contacts.customers.importing.kinds import get_kind
from contacts.customers.services import KEEPERS
from portal.audit.services import Job
from portal.people.models import User
from portal.vocabulary import ContactSource

SOME_REFUSED = 3


class ImportCommand(BaseCommand):
    """One kind of list from a file. Wrong arguments end with exit code 2, as everywhere in Django."""

    kind = ""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="CSV or Excel workbook (.xlsx)")
        parser.add_argument("--delimiter", default="", help="; or , (found out if not given)")
        parser.add_argument("--encoding", default="", help="utf-8 or cp1252 (found out if not given)")
        parser.add_argument("--errors", type=Path, help="error file (default: FILE.errors.csv)")
        parser.add_argument(
            "--map", action="append", default=[], metavar="HEADER=FIELD", help="what a column is; HEADER= takes it out"
        )
        if get_kind(self.kind).has_sources:
            sources = ["", *ContactSource.values]
            parser.add_argument("--source", default="", choices=sources, help="if the file lacks it")
        parser.add_argument("--acting", default="", help="e-mail of the person who answers for the import")
        parser.add_argument("--dry-run", action="store_true", help="check only, write nothing")
        parser.add_argument("--json", action="store_true", help="print the report as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        errors = options["errors"] or path.with_suffix(".errors.csv")
        try:
            report = self._import(path, errors, options)
        except OSError as error:
            raise CommandError(f"{path} cannot be read: {error.strerror}.") from error
        except reading.FileRefused as refusal:
            raise CommandError(str(refusal)) from refusal
        self._tell(report, errors, options)
        if report["counts"]["refused"]:
            sys.exit(SOME_REFUSED)

    def _import(self, path: Path, errors: Path, options: dict[str, Any]) -> dict[str, Any]:
        """With a person it is an import as those of the page; without one, or as a trial, it leaves no run behind."""
        file = {"delimiter": options["delimiter"], "encoding": options["encoding"]}
        actor, at = self._actor(options["acting"]), timezone.now()
        source = options.get("source", "")
        fields = self._fields(path, options["map"], file)
        if options["dry_run"] or isinstance(actor, Job) or any(file.values()):
            report = engine.import_file(
                path,
                kind=get_kind(self.kind),
                fields=fields,
                actor=actor,
                at=at,
                default_source=source,
                errors=errors,
                dry_run=options["dry_run"],
                **file,
            )
            return report.as_json()
        found = run.take_over(actor, path, kind=self.kind, fields=fields, default_source=source, at=at)
        found = working.start(found, at=at)
        if found.state == found.State.FAILED:
            raise reading.FileRefused(found.summary["refusal"])
        if found.error_path.exists():
            shutil.copyfile(found.error_path, errors)
        return found.summary | {"rows": found.rows, "run": found.pk}

    def _fields(self, path: Path, said: list[str], file: dict[str, str]) -> list[str] | None:
        if not said:
            return None
        return mappings.by_hand(get_kind(self.kind), reading.inspect(path, most=1, **file).header, said)

    def _actor(self, email: str) -> User | Job:
        if not email:
            return Job(f"import_{self.kind}")
        user = User.objects.filter(email__iexact=email, is_active=True).first()
        if user is None:
            raise CommandError(f"There is no active person with the e-mail address {email}.")
        if not user.has_role(*KEEPERS):
            raise CommandError(f"{email} is not one who keeps customers. Name a consent officer or the DPO.")
        return user

    def _tell(self, report: dict[str, Any], errors: Path, options: dict[str, Any]) -> None:
        counts = {"rows": report["rows"], **report["counts"]}
        error_file = str(errors) if report["counts"]["refused"] else ""
        if options["json"]:
            names = ("run", "unknown_columns", "errors", "differences")
            said = counts | {name: report.get(name) for name in names}
            said |= {"dry_run": options["dry_run"], "error_file": error_file}
            self.stdout.write(json.dumps(said, ensure_ascii=False))
            return
        if options["dry_run"]:
            self.stdout.write("dry run, nothing was written")
        self.stdout.write(", ".join(f"{name}: {value}" for name, value in counts.items()))
        if report["unknown_columns"]:
            self.stdout.write("not taken, unknown columns: " + ", ".join(report["unknown_columns"]))
        for found in report["differences"]:
            words = "line {line}, {subject}, {field}: {before!r} -> {after!r}"
            self.stdout.write(words.format(**found))
        for error in report["errors"]:
            self.stdout.write("line {line}, {column}: {value!r}. {reason} {fix}".format(**error))
        if error_file:
            self.stdout.write(f"refused rows with reasons: {error_file}")
        if report.get("run"):
            self.stdout.write(f"import {report['run']}, can be undone on its page for 24 hours")
