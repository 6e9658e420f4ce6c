"""One import from the file to the report."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from django.core.files.uploadedfile import UploadedFile
from django.db import connection, reset_queries, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from contacts.customers.importing import columns, reading, writing
from contacts.customers.importing.records import Reader, Record, RowError
from contacts.customers.importing.report import ErrorFile
from contacts.customers.models import ImportRun
from contacts.customers.services import KEEPERS
from portal.access.roles import require_role
from portal.audit.services import Job, record

if TYPE_CHECKING:
    from portal.people.models import User

CHUNK = 2_000
AT_ONCE = 2_000  # rows that are imported while the person waits; more go to the worker
SHOWN = 20
CLAIMS = 20_261  # our corner of the advisory locks


@dataclass
class Report:
    """What became of a file; `first_errors` are the first twenty."""

    dialect: reading.Dialect
    unknown_columns: list[str]
    tally: writing.Tally = field(default_factory=writing.Tally)
    first_errors: list[RowError] = field(default_factory=list)


def import_file(
    path: Path,
    *,
    actor: User | Job,
    at: datetime,
    default_source: str = "",
    errors: Path | None = None,
    dry_run: bool = False,
    delimiter: str = "",
    encoding: str = "",
    progress: Callable[[int], None] = lambda rows: None,
) -> Report:
    """Import a customer list. Good rows are taken, the others reported. Raises FileRefused before anything is
    written. A chunk is one transaction; run again after a crash, rows that are there already change nothing."""
    dialect = reading.inspect(path, delimiter=delimiter, encoding=encoding)
    places = columns.places(dialect.header)
    reader = Reader(dialect.header, places, timezone.localdate(at), default_source)
    report = Report(dialect, columns.unknown(dialect.header))
    with ErrorFile(errors, dialect.header) as error_file:
        for records, problems in _chunks(path, dialect, reader):
            if not dry_run:
                chunk = writing.write(records, actor=actor, at=at)
                report.tally.add(chunk.tally)
                problems = [*problems, *([problem] for problem in chunk.problems)]
            else:
                report.tally.fine += len(records)
            for problem in problems:
                error_file.add(problem)
                report.first_errors += problem[: max(0, SHOWN - len(report.first_errors))]
            report.tally.refused += len(problems)
            progress(len(records) + len(problems))
            reset_queries()  # under DEBUG Django keeps every statement, and a chunk's statements are large
    return report


def _chunks(
    path: Path, dialect: reading.Dialect, reader: Reader
) -> Iterator[tuple[list[Record], list[list[RowError]]]]:
    records: list[Record] = []
    problems: list[list[RowError]] = []
    for row in reading.rows(path, dialect):
        result = reader.read(row)
        if isinstance(result, Record):
            records.append(result)
        else:
            problems.append(result)
        if len(records) + len(problems) >= CHUNK:
            yield records, problems
            records, problems = [], []
    if records or problems:
        yield records, problems


def receive(acting_user: User, upload: UploadedFile, *, default_source: str, at: datetime) -> ImportRun:
    """Keep an uploaded list; small ones are imported at once, larger ones by the worker. Raises FileRefused."""
    require_role(acting_user, *KEEPERS)
    run = ImportRun(
        original_name=(upload.name or "")[:200],
        sha256=_digest(upload),
        size=upload.size or 0,
        default_source=default_source,
        acting_user=acting_user,
        created_at=at,
    )
    run.file.save(f"{run.sha256}.csv", upload, save=False)
    try:
        dialect = reading.inspect(Path(run.file.path))
        columns.places(dialect.header)
    except reading.FileRefused:
        run.file.delete(save=False)
        raise
    _keep(run, dialect.rows, at)
    return start(run, at=at) if dialect.rows <= AT_ONCE else run


def _digest(upload: UploadedFile) -> str:
    digest = hashlib.sha256()
    for block in upload.chunks():
        digest.update(block)
    upload.seek(0)
    return digest.hexdigest()


@transaction.atomic
def _keep(run: ImportRun, rows: int, at: datetime) -> None:
    run.rows = rows
    run.save(force_insert=True)
    after = {"sha256": run.sha256, "rows": rows}
    record(run.acting_user, "import.received", "import", run.pk, at=at, after=after)


def run_waiting(*, at: datetime) -> int:
    """The worker's turn: import every list that waits, or whose process died on the way; returns how many."""
    open_runs = ImportRun.objects.select_related("acting_user").filter(state__in=ImportRun.OPEN).order_by("pk")
    return sum(start(run, at=at).state not in ImportRun.OPEN for run in list(open_runs))


def start(run: ImportRun, *, at: datetime) -> ImportRun:
    """Import the file of an open run, unless another process is at it right now.

    The claim is a lock of the database session, so it ends with the process that holds it, also when that is
    killed; the next one begins again, and rows that are there already change nothing.
    """
    with _claim(run) as mine:
        run.refresh_from_db(fields=["state"])
        if not mine or run.state not in ImportRun.OPEN:
            return run
        run.state, run.started_at, run.rows_done = ImportRun.State.RUNNING, at, 0
        run.save(update_fields=["state", "started_at", "rows_done"])
        return _import(run, at)


@contextmanager
def _claim(run: ImportRun) -> Iterator[bool]:
    """PostgreSQL, 9.28.10: an advisory lock belongs to the session and is gone when the session is."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [CLAIMS, run.pk])
        mine = cursor.fetchone()[0]
        try:
            yield mine
        finally:
            if mine:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [CLAIMS, run.pk])


def _import(run: ImportRun, at: datetime) -> ImportRun:
    try:
        with translation.override(run.acting_user.language):
            report = import_file(
                Path(run.file.path),
                actor=run.acting_user,
                at=at,
                default_source=run.default_source,
                errors=run.error_path,
                progress=lambda rows: _progress(run, rows),
            )
    except reading.FileRefused as refusal:
        return _finish(run, ImportRun.State.FAILED, {"refusal": str(refusal)}, at)
    except OSError as trouble:
        return _finish(run, ImportRun.State.FAILED, {"refusal": _unreadable(run, trouble)}, at)
    return _finish(run, ImportRun.State.DONE, _summary(report), at)


def _unreadable(run: ImportRun, trouble: OSError) -> str:
    with translation.override(run.acting_user.language):
        return _("The list cannot be read on the server any more (%(error)s). Upload it again.") % {
            "error": trouble.strerror
        }


def _progress(run: ImportRun, rows: int) -> None:
    run.rows_done += rows
    run.save(update_fields=["rows_done"])


@transaction.atomic
def _finish(run: ImportRun, state: str, summary: dict[str, object], at: datetime) -> ImportRun:
    run.state, run.summary, run.finished_at = state, summary, timezone.now()
    run.save(update_fields=["state", "summary", "finished_at"])
    record(run.acting_user, f"import.{state}", "import", run.pk, at=at, after=summary.get("counts") or summary)
    return run


def _summary(report: Report) -> dict[str, object]:
    return {
        "counts": vars(report.tally),
        "unknown_columns": report.unknown_columns,
        "encoding": report.dialect.encoding,
        "errors": [
            {"line": e.row.line, "column": e.column, "value": e.value, "reason": e.reason, "fix": e.fix}
            for e in report.first_errors
        ],
    }
