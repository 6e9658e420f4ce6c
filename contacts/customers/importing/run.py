"""The verbs of an import: receive a list, match its columns, confirm it, stop it, go on, undo it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.core.files import File
from django.db import transaction
from django.utils.translation import gettext as _

from contacts.customers.importing import columns, mappings, reading
from contacts.customers.importing.kinds import get_kind
from contacts.customers.models import ImportRun
from contacts.customers.services import KEEPERS
from portal.access.roles import require_role
from portal.audit.services import record

if TYPE_CHECKING:
    from portal.people.models import User

LOOK = 20_000  # rows of a workbook that are read while the person waits; the worker reads the rest
State = ImportRun.State


def receive(
    acting_user: User, upload: File, *, at: datetime, kind: str = "customers", default_source: str = ""
) -> ImportRun:
    """Keep an uploaded list and propose what its columns are. Raises FileRefused; then nothing is left of it."""
    require_role(acting_user, *KEEPERS)
    reading.check_size(upload.size or 0)
    run = ImportRun(
        kind=kind,
        original_name=(upload.name or "")[:200],
        sha256=digest(upload),
        size=upload.size or 0,
        default_source=default_source,
        acting_user=acting_user,
        created_at=at,
    )
    run.file.save(f"{run.sha256}.list", upload, save=False)
    try:
        source = reading.inspect(Path(run.file.path), most=LOOK)
    except reading.FileRefused:
        run.file.delete(save=False)
        raise
    return _keep(run, source, at)


def take_over(
    acting_user: User, path: Path, *, kind: str, fields: Sequence[str] | None, default_source: str, at: datetime
) -> ImportRun:
    """Keep a list that lies on the server as confirmed: whoever calls a command has said which columns are what.

    From here on it is an import as any other: shown on the page, taken up by the worker if this process dies, undone
    within 24 hours. Raises FileRefused; then nothing is left of it.
    """
    with path.open("rb") as file:
        run = receive(acting_user, File(file, name=path.name), at=at, kind=kind, default_source=default_source)
    try:
        run = choose_columns(acting_user, run, fields=fields or run.mapping, at=at)
    except reading.FileRefused:
        _drop(run, at)
        raise
    with transaction.atomic():
        run = _locked(acting_user, run, State.TO_CHECK)
        run.state, run.checked_plan = State.WAITING, run.plan
        _reset(run, "checked_plan")
        record(acting_user, "import.confirmed", "import", run.pk, at=at, after={"plan": run.plan, "checked": False})
    return run


@transaction.atomic
def _drop(run: ImportRun, at: datetime) -> None:
    """The list stays in the trail as received and refused; its file does not stay."""
    record(run.acting_user, "import.failed", "import", run.pk, at=at, after={"sha256": run.sha256})
    run.file.delete(save=False)
    run.delete()


def digest(file: IO[bytes] | File) -> str:
    """SHA-256 of a file, which is left at its beginning."""
    found = hashlib.sha256()
    while block := file.read(1 << 20):
        found.update(block)
    file.seek(0)
    return found.hexdigest()


@transaction.atomic
def _keep(run: ImportRun, source: reading.Source, at: datetime) -> ImportRun:
    run.source, run.rows = source.as_json(), source.rows if source.whole else 0
    run.mapping = mappings.propose(get_kind(run.kind), source.header)
    run.save(force_insert=True)
    after = {"kind": run.kind, "sha256": run.sha256, "rows": run.rows}
    record(run.acting_user, "import.received", "import", run.pk, at=at, after=after)
    return run


@transaction.atomic
def choose_columns(acting_user: User, run: ImportRun, *, fields: Sequence[str], at: datetime) -> ImportRun:
    """Say which column is which field: the list is checked next, and the choice proposed the next time.

    Raises FileRefused where the columns do not go together, ValidationError once the list is being imported.
    """
    run = _locked(acting_user, run, State.MAPPING, State.CHECKED)
    kind, header = get_kind(run.kind), run.source["header"]
    columns.layout(kind.columns, header, fields)
    mappings.remember(acting_user, kind, header, fields, at=at)
    run.mapping, run.state = list(fields), State.TO_CHECK
    _reset(run, "mapping")
    record(acting_user, "import.columns_chosen", "import", run.pk, at=at, after={"fields": list(fields)})
    return run


@transaction.atomic
def confirm(acting_user: User, run: ImportRun, *, plan: str, at: datetime) -> ImportRun:
    """Import exactly what was checked. The person who confirms answers for the import.

    `plan` is what the person saw: if file, columns or source differ from it now, ValidationError says so.
    """
    run = _locked(acting_user, run, State.CHECKED)
    if not plan == run.plan == run.checked_plan:
        raise ValidationError(
            _("The list or its columns have changed since the check. Look at the new result and confirm that.")
        )
    run.state, run.acting_user, run.summary = State.WAITING, acting_user, {}
    _reset(run, "acting_user", "summary")
    after = {"plan": plan, "expected": run.check_result.get("counts", {})}
    record(acting_user, "import.confirmed", "import", run.pk, at=at, after=after)
    return run


@transaction.atomic
def stop(acting_user: User, run: ImportRun, *, at: datetime) -> ImportRun:
    """Stop at the end of the chunk that is being written; what is written stays, and can be undone.

    An import that nobody has begun stops at once. Should a worker begin it in the same instant, it finds the flag.
    """
    run = _locked(acting_user, run, *ImportRun.RUNS)
    run.stop_asked = True
    if run.state == State.WAITING:
        run.state, run.finished_at = State.STOPPED, at
    run.save(update_fields=["stop_asked", "state", "finished_at"])
    record(acting_user, "import.stop_asked", "import", run.pk, at=at, after={"rows_done": run.rows_done})
    return run


@transaction.atomic
def go_on(acting_user: User, run: ImportRun, *, at: datetime) -> ImportRun:
    """Take a stopped import up again where it stopped."""
    run = _locked(acting_user, run, State.STOPPED)
    run.state, run.stop_asked, run.finished_at = State.WAITING, False, None
    run.save(update_fields=["state", "stop_asked", "finished_at"])
    record(acting_user, "import.continued", "import", run.pk, at=at, after={"rows_done": run.rows_done})
    return run


@transaction.atomic
def undo(acting_user: User, run: ImportRun, *, at: datetime) -> ImportRun:
    """Take back what the import wrote, where nothing depends on it. Raises ValidationError when it is too late."""
    run = _locked(acting_user, run, *ImportRun.UNDOABLE)
    refusal = why_no_undo(run, at)
    if refusal:
        raise ValidationError(refusal)
    undone = {"total": run.changes.count(), "done": 0, "by": acting_user.pk}
    run.state, run.summary = State.UNDOING, run.summary | {"undo": undone}
    run.save(update_fields=["state", "summary"])
    record(acting_user, "import.undo_asked", "import", run.pk, at=at, after={"changes": undone["total"]})
    return run


def why_no_undo(run: ImportRun, at: datetime) -> str:
    """A sentence where the import cannot be undone; '' where it can."""
    if run.state not in ImportRun.UNDOABLE:
        return _("Only an import that has ended can be undone.")
    if run.undo_until is None or at >= run.undo_until:
        return _("An import can be undone for 24 hours. That time has passed.")
    return get_kind(run.kind).why_no_undo()


def _locked(acting_user: User, run: ImportRun, *states: str) -> ImportRun:
    """The run as it is now, locked; ValidationError where this is no longer the moment for the verb."""
    require_role(acting_user, *KEEPERS)
    locked = ImportRun.objects.select_for_update(of=("self",)).select_related("acting_user").get(pk=run.pk)
    if locked.state not in states:
        raise ValidationError(
            _("This import has moved on: it is “%(state)s” now. Nothing was changed.")
            % {"state": locked.get_state_display()}
        )
    return locked


def _reset(run: ImportRun, *names: str) -> None:
    """A new phase begins at the first row."""
    fresh: dict[str, Any] = {
        "rows_done": 0,
        "seconds_spent": 0.0,
        "errors_bytes": 0,
        "stop_asked": False,
        "started_at": None,
        "finished_at": None,
    }
    for name, value in fresh.items():
        setattr(run, name, value)
    run.save(update_fields=["state", *fresh, *names])
