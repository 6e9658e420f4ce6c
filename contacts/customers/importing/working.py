"""The work on open imports: check, import or undo, chunk by chunk, by whoever holds the claim.

Where a phase has got to is committed with each chunk, so the next process goes on behind the last chunk that counts.
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.contrib.auth import get_user_model
from django.db import connection, reset_queries, transaction
from django.db.models import Count
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from contacts.customers.importing import columns, engine, reading
from contacts.customers.importing.forgetting import forget
from contacts.customers.importing.kinds import Chunk, Kind, Tally, get_kind
from contacts.customers.importing.report import ErrorFile
from contacts.customers.importing.run import digest
from contacts.customers.models import ImportChange, ImportRun
from portal.audit.services import record
from portal.outbox import services as outbox

if TYPE_CHECKING:
    from portal.people.models import User

AT_ONCE = 2_000  # rows for which a person waits; more are left to the worker
CLAIMS = 20_261  # our corner of the advisory locks
BUDGET = 120.0  # seconds of one turn of the worker; the next turn goes on (Celery's limit is 4 minutes)
State = ImportRun.State
logger = logging.getLogger(__name__)


def run_waiting(*, at: datetime) -> int:
    """The worker's turn: go on with every import that is open, also where a process died; returns how many ended."""
    forget(at=at)
    deadline = time.monotonic() + BUDGET
    open_runs = ImportRun.objects.select_related("acting_user").filter(state__in=ImportRun.OPEN).order_by("pk")
    return sum(_turn(run, at, deadline) for run in list(open_runs))


def _turn(run: ImportRun, at: datetime, deadline: float) -> bool:
    """Whether this run ended. What fails here is begun again at its last chunk, and does not hold up the others."""
    try:
        return start(run, at=at, deadline=deadline).state not in ImportRun.OPEN
    except Exception:
        logger.exception("import %s could not go on", run.pk)
        return False


def start(run: ImportRun, *, at: datetime, deadline: float | None = None) -> ImportRun:
    """Do the open phase of a run, unless another process is at it right now; at `deadline` (monotonic) give way.

    The claim is a lock of the database session, so it ends with the process that holds it, also when that is killed.
    """
    with _claim(run) as mine:
        if not mine:
            return run
        run = ImportRun.objects.select_related("acting_user").get(pk=run.pk)
        with translation.override(run.acting_user.language):
            if run.state in (*ImportRun.CHECKS, *ImportRun.RUNS):
                return _read(run, at, deadline or float("inf"))
            if run.state == State.UNDOING:
                return _undo(run, at, deadline or float("inf"))
        return run


def is_short(run: ImportRun) -> bool:
    """Whether a person may wait for the open phase: at most 2,000 rows or changes."""
    if run.state == State.UNDOING:
        return run.summary["undo"]["total"] <= AT_ONCE
    return run.state in ImportRun.OPEN and bool(run.source.get("whole")) and run.rows - run.rows_done <= AT_ONCE


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


def _read(run: ImportRun, at: datetime, deadline: float) -> ImportRun:
    """Check or import the rows that are left."""
    dry_run = run.state in ImportRun.CHECKS
    try:
        source = _begin(run, State.CHECKING if dry_run else State.RUNNING, at)
        return _go_through(run, source, dry_run, at, deadline)
    except reading.FileRefused as refusal:
        return _fail(run, str(refusal), at)
    except OSError as trouble:
        words = _("The list cannot be read on the server any more (%(error)s). Upload it again.")
        return _fail(run, words % {"error": trouble.strerror}, at)


def _begin(run: ImportRun, state: str, at: datetime) -> reading.Source:
    """The file must still be the one that was uploaded, and after a check read as it was checked."""
    path = Path(run.file.path)
    with path.open("rb") as file:
        if digest(file) != run.sha256 or (state == State.RUNNING and run.plan != run.checked_plan):
            raise reading.FileRefused(_("The list is not the one that was uploaded any more. Upload it again."))
    source = reading.Source.from_json(path, run.source)
    if not source.whole:
        source = reading.inspect(path)
    run.source, run.rows, run.state = source.as_json(), source.rows, state
    run.started_at = run.started_at or at
    run.save(update_fields=["source", "rows", "state", "started_at"])
    return source


def _go_through(run: ImportRun, source: reading.Source, dry_run: bool, at: datetime, deadline: float) -> ImportRun:
    kind = get_kind(run.kind)
    layout = columns.layout(kind.columns, source.header, run.mapping)
    error_file = ErrorFile(run.error_path, source.header, size=run.errors_bytes)
    begun = run.started_at or at
    clock = time.monotonic()
    for batch in engine.batches(source, kind, layout, default_source=run.default_source, at=begun, done=run.rows_done):
        if not _take(run, kind, batch, error_file, dry_run, clock, at):
            return run
        clock = time.monotonic()
        reset_queries()  # under DEBUG Django keeps every statement, and a chunk's statements are large
        if clock >= deadline and run.rows_done < run.rows:
            return run
    return _finish(run, kind, layout, dry_run, at)


@transaction.atomic
def _take(
    run: ImportRun,
    kind: Kind,
    batch: engine.Batch,
    error_file: ErrorFile,
    dry_run: bool,
    clock: float,
    at: datetime,
) -> bool:
    """One chunk with its bookkeeping in one transaction; False where the person asked to stop."""
    locked = ImportRun.objects.select_for_update(of=("self",)).get(pk=run.pk)
    if locked.stop_asked and not dry_run:
        _stop(run, at)
        return False
    chunk = engine.carry_out(kind, batch, actor=run.acting_user, at=at, dry_run=dry_run)
    for change in chunk.changes:
        change.run_id = run.pk
    ImportChange.objects.bulk_create(chunk.changes)
    problems = engine.all_problems(batch, chunk)
    error_file.add(problems)
    result = "check_result" if dry_run else "summary"
    setattr(run, result, _added(getattr(run, result), chunk, problems))
    run.rows_done, run.errors_bytes = batch.last_row, error_file.size
    run.seconds_spent += time.monotonic() - clock
    run.save(update_fields=["rows_done", "errors_bytes", "seconds_spent", result])
    return True


def _added(result: dict, chunk: Chunk, problems: list) -> dict:
    """The result so far with one more chunk; errors and differences up to the first twenty."""
    tally = Tally(**result.get("counts", {}))
    tally.add(chunk.tally)
    errors = [error.as_json() for errors in problems for error in errors]
    differences = [asdict(found) for found in chunk.differences[: engine.SHOWN]]
    return {
        "counts": vars(tally),
        "errors": (result.get("errors", []) + errors)[: engine.SHOWN],
        "differences": (result.get("differences", []) + differences)[: engine.SHOWN],
    }


def _stop(run: ImportRun, at: datetime) -> None:
    run.state, run.stop_asked, run.finished_at = State.STOPPED, False, timezone.now()
    run.save(update_fields=["state", "stop_asked", "finished_at"])
    record(run.acting_user, "import.stopped", "import", run.pk, at=at, after={"rows_done": run.rows_done})


@transaction.atomic
def _finish(run: ImportRun, kind: Kind, layout: columns.Layout, dry_run: bool, at: datetime) -> ImportRun:
    names = {"unknown_columns": kind.columns.unknown(layout.header, layout.fields)}
    empty = {"counts": vars(Tally()), "errors": [], "differences": []}
    if dry_run:
        run.check_result = empty | run.check_result | names
        run.state, run.checked_plan = State.CHECKED, run.plan
        run.save(update_fields=["check_result", "state", "checked_plan"])
        counts = run.check_result["counts"]
        record(run.acting_user, "import.checked", "import", run.pk, at=at, after=counts | {"plan": run.plan})
        return run
    run.summary = empty | run.summary | names
    _end(run, State.DONE, "summary")
    record(run.acting_user, "import.done", "import", run.pk, at=at, after=run.summary["counts"])
    _mail(run, at)
    return run


@transaction.atomic
def _fail(run: ImportRun, refusal: str, at: datetime) -> ImportRun:
    run.summary = run.summary | {"refusal": refusal}
    _end(run, State.FAILED, "summary")
    record(run.acting_user, "import.failed", "import", run.pk, at=at, after={"refusal": refusal})
    _mail(run, at)
    return run


def _end(run: ImportRun, state: str, *names: str) -> None:
    run.state, run.finished_at, run.stop_asked = state, timezone.now(), False
    run.save(update_fields=["state", "finished_at", "stop_asked", *names])


def _mail(run: ImportRun, at: datetime) -> None:
    counts = Tally(**run.summary.get("counts", {}))
    context = {
        "run": run.pk,
        "name": run.original_name,
        "taken": counts.good,
        "refused": counts.refused,
        "refusal": run.summary.get("refusal", ""),
    }
    outbox.mail(to=run.acting_user, template="import_done", context=context, at=at, key=f"import:{run.pk}:{run.state}")


def _undo(run: ImportRun, at: datetime, deadline: float) -> ImportRun:
    """Newest first, a chunk a transaction."""
    kind = get_kind(run.kind)
    actor = get_user_model().objects.get(pk=run.summary["undo"]["by"])
    while _undo_chunk(run, kind, actor, at):
        reset_queries()
        if time.monotonic() >= deadline:
            return run
    return run


@transaction.atomic
def _undo_chunk(run: ImportRun, kind: Kind, actor: User, at: datetime) -> bool:
    changes = list(run.changes.filter(outcome="").order_by("-pk")[: engine.CHUNK])
    undone = dict(run.summary.get("undo", {}))
    if not changes:
        undone["results"] = list(
            run.changes.order_by("what").values("what", "outcome", "why").annotate(rows=Count("pk"))
        )
        run.summary, run.state = run.summary | {"undo": undone}, State.UNDONE
        run.save(update_fields=["summary", "state"])
        record(actor, "import.undone", "import", run.pk, at=at, after=_told(undone))
        return False
    kind.undo(changes, actor=actor, at=at)
    ImportChange.objects.bulk_update(changes, ["outcome", "why"])
    undone["done"] = undone.get("done", 0) + len(changes)
    run.summary = run.summary | {"undo": undone}
    run.save(update_fields=["summary"])
    return True


def _told(undone: dict[str, Any]) -> dict[str, int]:
    """How many changes came to what, as the trail says it."""
    said = Counter[str]()
    for result in undone["results"]:
        said[result["outcome"]] += result["rows"]
    return {"total": undone["total"], **said}
