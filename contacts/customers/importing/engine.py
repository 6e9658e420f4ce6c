"""From the rows of a file to written chunks, for every kind of list: 500 rows of the file are one chunk."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import DatabaseError, InterfaceError, OperationalError, reset_queries, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from contacts.customers.importing import columns, reading
from contacts.customers.importing.customers.kind import CUSTOMERS
from contacts.customers.importing.kinds import Chunk, Difference, Kind, Tally
from contacts.customers.importing.report import ErrorFile
from contacts.customers.importing.taking import RowError
from portal.audit.services import Job

if TYPE_CHECKING:
    from portal.people.models import User

CHUNK = 500
SHOWN = 20


@dataclass
class Report:
    """What became of a file; errors and differences are the first twenty."""

    source: reading.Source
    unknown_columns: list[str]
    tally: Tally = field(default_factory=Tally)
    first_errors: list[RowError] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """As the summary of a run says it."""
        return {
            "rows": self.source.rows,
            "counts": vars(self.tally),
            "unknown_columns": self.unknown_columns,
            "errors": [error.as_json() for error in self.first_errors],
            "differences": [asdict(difference) for difference in self.differences],
        }


@dataclass
class Batch:
    """Some rows of the file in their order: those that can be read, and those that cannot with the reasons."""

    records: list[Any] = field(default_factory=list)
    problems: list[list[RowError]] = field(default_factory=list)
    last_row: int = 0


def import_file(
    path: Path,
    *,
    actor: User | Job,
    at: datetime,
    kind: Kind = CUSTOMERS,
    fields: Sequence[str] | None = None,
    default_source: str = "",
    errors: Path | None = None,
    dry_run: bool = False,
    delimiter: str = "",
    encoding: str = "",
) -> Report:
    """Import a list at one go. Good rows are taken, the others reported. Raises FileRefused before anything is
    written. A chunk is one transaction; run again after a crash, rows that are there already change nothing."""
    source = reading.inspect(path, delimiter=delimiter, encoding=encoding)
    layout = columns.layout(kind.columns, source.header, fields)
    report = Report(source, kind.columns.unknown(source.header, layout.fields))
    error_file = ErrorFile(errors, source.header)
    for batch in batches(source, kind, layout, default_source=default_source, at=at):
        with transaction.atomic():
            chunk = carry_out(kind, batch, actor=actor, at=at, dry_run=dry_run)
        problems = all_problems(batch, chunk)
        error_file.add(problems)
        report.tally.add(chunk.tally)
        report.first_errors += [error for errors_ in problems for error in errors_][: SHOWN - len(report.first_errors)]
        report.differences += chunk.differences[: SHOWN - len(report.differences)]
        reset_queries()  # under DEBUG Django keeps every statement, and a chunk's statements are large
    return report


def batches(
    source: reading.Source, kind: Kind, layout: columns.Layout, *, default_source: str, at: datetime, done: int = 0
) -> Iterator[Batch]:
    """The rows of a file in batches. The first `done` rows are read, so that what may be there once is known, and
    not handed out again."""
    reader = kind.reader(layout, timezone.localdate(at), default_source)
    batch = Batch()
    for row in reading.rows(source):
        result = reader.read(row)
        if row.number <= done:
            continue
        if isinstance(result, list):
            batch.problems.append(result)
        else:
            batch.records.append(result)
        batch.last_row = row.number
        if len(batch.records) + len(batch.problems) >= CHUNK:
            yield batch
            batch = Batch()
    if batch.last_row:
        yield batch


def carry_out(kind: Kind, batch: Batch, *, actor: User | Job, at: datetime, dry_run: bool) -> Chunk:
    """Write one batch, or try it, inside the caller's transaction. `tally.refused` counts its refused rows."""
    chunk = kind.preview(batch.records, actor=actor, at=at) if dry_run else _write(kind, batch.records, actor, at)
    if dry_run:
        chunk.changes = []  # nothing was written, and there is nothing to undo
    chunk.tally.refused = len(batch.problems) + len(chunk.problems)
    return chunk


def _write(kind: Kind, records: Sequence[Any], actor: User | Job, at: datetime) -> Chunk:
    """Write records; if the database refuses the chunk, row by row, so that the fault is named at its row."""
    try:
        with transaction.atomic():
            return kind.write(records, actor=actor, at=at)
    except (OperationalError, InterfaceError):
        raise  # the connection or a deadlock, not the row: the chunk is begun again
    except (DatabaseError, ValidationError) as error:
        if len(records) == 1:
            return Chunk(problems=[_refused(records[0], error)])
    whole = Chunk()
    for single in records:
        whole.add(_write(kind, [single], actor, at))
    return whole


def _refused(record: Any, error: Exception) -> RowError:
    reason = _("The database refused the row: %(error)s") % {"error": str(error).split("\n")[0]}
    return RowError(record.row, "", record.number, reason, _("Check the row."))


def all_problems(batch: Batch, chunk: Chunk) -> list[list[RowError]]:
    """What reading and writing refused, in the order of the file."""
    problems = [*batch.problems, *([problem] for problem in chunk.problems)]
    return sorted(problems, key=lambda errors: errors[0].row.number)
